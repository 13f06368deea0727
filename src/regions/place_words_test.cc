#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text_distance.h"
#include "regions/place.h"

namespace meridian {
namespace {

using ::testing::Contains;

PlaceSet named(std::string_view word) {
  const auto found = places_named(word);
  EXPECT_TRUE(found.has_value()) << word;
  return found.value_or(PlaceSet());
}

bool holds(std::string_view word, std::string_view place_name) {
  for (const auto& each : places()) {
    if (each.name == place_name) {
      return named(word).test(index_of(each.id));
    }
  }
  ADD_FAILURE() << "no such place: " << place_name;
  return false;
}

std::set<std::string> countries_in(std::string_view word) {
  std::set<std::string> found;
  for (const auto& each : places()) {
    if (each.cloud == Cloud::None && named(word).test(index_of(each.id))) {
      found.insert(std::string(each.country));
    }
  }
  return found;
}

TEST(PlacesNamed, TakesARegionForThatRegionOnly) {
  EXPECT_EQ(named("eu-west-1").count(), 1U);
  EXPECT_TRUE(holds("EU-West-1", "eu-west-1"));
  EXPECT_FALSE(holds("eu-west-1", "europe-west1"));
  EXPECT_FALSE(holds("eu-west-1", "in IE"));
}

TEST(PlacesNamed, TakesACountryForEveryRegionInItAndForTheCountryAsAWhole) {
  for (const std::string_view word : {"DE", "de", "in DE"}) {
    EXPECT_TRUE(holds(word, "eu-central-1"));
    EXPECT_TRUE(holds(word, "europe-west3"));
    EXPECT_TRUE(holds(word, "germanywestcentral"));
    EXPECT_TRUE(holds(word, "eusc-de-east-1"));
    EXPECT_TRUE(holds(word, "in DE"));
    EXPECT_FALSE(holds(word, "in FR"));
  }
}

TEST(PlacesNamed, CountsTheUkAndSwitzerlandAndNorwayOutOfTheEu) {
  EXPECT_EQ(countries_in("eu").size(), 27U);
  for (const std::string_view region : {"eu-west-2",
                                        "europe-west2",
                                        "uksouth",
                                        "eu-central-2",
                                        "europe-west6",
                                        "switzerlandnorth",
                                        "norwayeast",
                                        "il-central-1"}) {
    EXPECT_FALSE(holds("eu", region)) << region;
  }
}

TEST(PlacesNamed, AddsThreeCountriesForTheEeaAndTwoMoreForEurope) {
  EXPECT_EQ(countries_in("eea").size(), 30U);
  EXPECT_TRUE(holds("eea", "norwayeast"));
  EXPECT_FALSE(holds("eea", "uksouth"));
  EXPECT_EQ(countries_in("europe").size(), 32U);
  EXPECT_TRUE(holds("europe", "eu-central-2"));
  EXPECT_FALSE(holds("europe", "il-central-1"));
}

TEST(PlacesNamed, PutsGovernmentRegionsInTheUsBecauseTheyStandThere) {
  EXPECT_TRUE(holds("us", "us-gov-west-1"));
  EXPECT_TRUE(holds("us", "usgovvirginia"));
  EXPECT_FALSE(holds("us", "ca-central-1"));
  EXPECT_EQ(named("us-gov").count(), 2U);
}

TEST(PlacesNamed, LeavesMainlandChinaToARuleThatNamesIt) {
  EXPECT_FALSE(holds("apac", "cn-north-1"));
  EXPECT_TRUE(holds("cn", "cn-north-1"));
  EXPECT_TRUE(holds("apac", "ap-east-1"));
}

TEST(PlacesNamed, MeansTheMiddleEastByMeAndMontenegroByInMe) {
  EXPECT_EQ(named("me"), named("middle-east"));
  EXPECT_FALSE(holds("ME", "in ME"));
  EXPECT_TRUE(holds("in ME", "in ME"));
}

TEST(PlacesNamed, MeansNorthAmericaByNaAndNamibiaByInNa) {
  EXPECT_THAT(countries_in("na"), ::testing::UnorderedElementsAre("US", "CA"));
  EXPECT_TRUE(holds("in na", "in NA"));
  EXPECT_TRUE(holds("africa", "in NA"));
}

TEST(PlacesNamed, KnowsUkAndGbForOneCountry) {
  EXPECT_EQ(named("uk"), named("GB"));
}

TEST(PlacesNamed, CountsEveryRegionIntoOneContinentsGroup) {
  const auto all = named("na") | named("latam") | named("emea") | named("apac") | named("cn");
  for (const auto& each : places()) {
    if (each.cloud != Cloud::None) {
      EXPECT_TRUE(all.test(index_of(each.id))) << each.name;
    }
  }
  EXPECT_TRUE((named("apac") & named("emea")).none());
  EXPECT_TRUE((named("na") & named("latam")).none());
}

TEST(PlacesNamed, KnowsNothingElse) {
  for (const std::string_view word : {"",
                                      "eu west",
                                      "global",
                                      "any",
                                      "*",
                                      "elsewhere",
                                      "xx",
                                      "europe-west",
                                      "us-west",
                                      "eu-west-1,eu-west-2"}) {
    EXPECT_EQ(places_named(word), std::nullopt) << word;
  }
  EXPECT_EQ(places_named(std::string(100'000, 'e')), std::nullopt);
}

TEST(PlacesNamed, NeverIncludesElsewhere) {
  for (const auto word : place_words()) {
    EXPECT_FALSE(named(word).test(index_of(kElsewhere))) << word;
  }
}

TEST(PlaceWords, AreAllTakenAndAreGoodForSuggestions) {
  for (const auto word : place_words()) {
    EXPECT_TRUE(named(word).any()) << word;
  }
  EXPECT_EQ(nearest("eu-wset-1", place_words()), "eu-west-1");
  EXPECT_EQ(nearest("ue", place_words()), "eu");
  EXPECT_EQ(nearest("erope", place_words()), "europe");
  EXPECT_THAT(place_words(), Contains("de"));
}

}  // namespace
}  // namespace meridian
