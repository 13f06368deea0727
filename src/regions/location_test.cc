#include "regions/location.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace meridian {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kSonnet46 = "eu.anthropic.claude-sonnet-4-6";

std::vector<std::string> possible(const LocationFacts& facts) {
  const auto location = locate(facts);
  std::vector<std::string> names;
  if (location.possible.test(index_of(kElsewhere))) {
    names.emplace_back("elsewhere");
  }
  for (const auto& each : places()) {
    if (location.possible.test(index_of(each.id))) {
      names.emplace_back(each.name);
    }
  }
  std::ranges::sort(names);
  return names;
}

bool allowed(std::string_view rule, const LocationFacts& facts) {
  return within(locate(facts).possible, places_named(rule).value_or(PlaceSet()));
}

LocationFacts bedrock(std::string_view model, std::string_view region) {
  return {.provider = Provider::Bedrock, .model = model, .region = region};
}

LocationFacts vertex(std::string_view location) {
  return {.provider = Provider::Vertex, .model = "claude-sonnet-4-6", .region = location};
}

LocationFacts azure(std::string_view region, std::string_view sku) {
  return {.provider = Provider::Azure, .model = "gpt-5", .region = region, .azure_sku = sku};
}

LocationFacts openai(std::string_view host) {
  return {.provider = Provider::OpenAi, .model = "gpt-5", .host = host};
}

LocationFacts server(std::string_view host, std::string_view declared) {
  return {.provider = Provider::Compatible, .model = "m", .host = host, .declared = declared};
}

// Bedrock, plain ids.

TEST(Locate, PutsABareBedrockModelIntoItsSourceRegion) {
  const auto location = locate(bedrock("anthropic.claude-3-5-sonnet-20241022-v2:0", "eu-west-1"));

  EXPECT_EQ(location.possible, place_set(find_region("eu-west-1")->id));
  EXPECT_EQ(location.region, "eu-west-1");
  EXPECT_EQ(location.country, "IE");
  EXPECT_NEAR(location.where.value_or(GeoPoint()).latitude, 53.3, 0.01);
  EXPECT_EQ(location.reason, "Bedrock runs a plain model id in the region that it is sent to");
}

TEST(Locate, NeedsNoListForABareModel) {
  EXPECT_THAT(possible(bedrock("anthropic.claude-99", "ap-east-1")), ElementsAre("ap-east-1"));
}

TEST(Locate, KnowsNothingOfBedrockWithoutARegionOrInOneThatIsNotAws) {
  EXPECT_THAT(possible(bedrock("anthropic.claude-99", "")), ElementsAre("elsewhere"));
  EXPECT_EQ(locate(bedrock("anthropic.claude-99", "")).region, "unknown");
  EXPECT_THAT(possible(bedrock("anthropic.claude-99", "europe-west1")), ElementsAre("elsewhere"));
  EXPECT_THAT(possible(bedrock("anthropic.claude-99", "us-east-9")), ElementsAre("elsewhere"));
}

// Bedrock's profiles: rows of the table, checked by hand against the source's description.

TEST(Locate, KeepsEuProfilesFromSixRegionsInTheEu) {
  EXPECT_THAT(
      possible(bedrock(kSonnet46, "eu-west-1")),
      ElementsAre(
          "eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3"));
  for (const std::string_view source :
       {"eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3"}) {
    EXPECT_TRUE(allowed("eu", bedrock(kSonnet46, source))) << source;
    EXPECT_FALSE(allowed(source, bedrock(kSonnet46, source))) << source;
  }
}

TEST(Locate, SeesThatOlderEuProfilesHaveFewerDestinations) {
  EXPECT_THAT(possible(bedrock("eu.amazon.nova-pro-v1:0", "eu-west-1")),
              ElementsAre("eu-central-1", "eu-north-1", "eu-west-1", "eu-west-3"));
}

TEST(Locate, SeesThatAnEuProfileFromLondonOrZurichBreaksBothPromises) {
  EXPECT_THAT(possible(bedrock(kSonnet46, "eu-west-2")), ::testing::Contains("eu-west-2"));
  EXPECT_FALSE(allowed("eu", bedrock(kSonnet46, "eu-west-2")));
  EXPECT_FALSE(allowed("uk", bedrock(kSonnet46, "eu-west-2")));
  EXPECT_FALSE(allowed("eu", bedrock(kSonnet46, "eu-central-2")));
  EXPECT_FALSE(allowed("ch", bedrock(kSonnet46, "eu-central-2")));
  EXPECT_TRUE(allowed("europe", bedrock(kSonnet46, "eu-west-2")));
}

TEST(Locate, SeesThatAnEuProfileFromTelAvivIsNotTheEu) {
  EXPECT_THAT(
      possible(bedrock("eu.amazon.nova-lite-v1:0", "il-central-1")),
      ElementsAre(
          "eu-central-1", "eu-north-1", "eu-south-1", "eu-west-1", "eu-west-3", "il-central-1"));
}

TEST(Locate, SeesThatAUsProfileTakesCanadianRequestsToTheUs) {
  EXPECT_THAT(possible(bedrock("us.anthropic.claude-sonnet-4-6", "ca-central-1")),
              ElementsAre("ca-central-1", "us-east-1", "us-east-2", "us-west-2"));
  EXPECT_FALSE(allowed("ca", bedrock("us.anthropic.claude-sonnet-4-6", "ca-central-1")));
  EXPECT_TRUE(allowed("ca", bedrock("ca.amazon.nova-lite-v1:0", "ca-central-1")));
}

TEST(Locate, AddsCaliforniaToAUsProfileThatIsSentThere) {
  EXPECT_THAT(possible(bedrock("us.anthropic.claude-sonnet-4-6", "us-west-1")),
              ElementsAre("us-east-1", "us-east-2", "us-west-1", "us-west-2"));
  EXPECT_THAT(possible(bedrock("us.anthropic.claude-sonnet-4-6", "us-west-2")),
              ElementsAre("us-east-1", "us-east-2", "us-west-2"));
}

TEST(Locate, NeverFindsAnApacProfileInOneCountry) {
  const auto facts = bedrock("apac.amazon.nova-pro-v1:0", "ap-northeast-1");

  for (const std::string_view country : {"JP", "KR", "IN", "SG", "AU"}) {
    EXPECT_FALSE(allowed(country, facts)) << country;
  }
  EXPECT_TRUE(allowed("apac", facts));
}

TEST(Locate, SeesThatAnAuProfileFromAucklandIsNotNewZealandAlone) {
  const auto facts = bedrock("au.anthropic.claude-sonnet-4-6", "ap-southeast-6");

  EXPECT_THAT(possible(facts), ElementsAre("ap-southeast-2", "ap-southeast-4", "ap-southeast-6"));
  EXPECT_FALSE(allowed("nz", facts));
  EXPECT_FALSE(allowed("au", facts));
  EXPECT_TRUE(allowed("au", bedrock("au.anthropic.claude-sonnet-4-6", "ap-southeast-2")));
}

TEST(Locate, KeepsJapaneseIndianAndGovCloudProfilesAtHome) {
  EXPECT_TRUE(allowed("jp", bedrock("jp.anthropic.claude-sonnet-4-6", "ap-northeast-3")));
  EXPECT_TRUE(allowed("in", bedrock("in.openai.gpt-5.6-terra", "ap-south-2")));
  EXPECT_TRUE(allowed("us-gov", bedrock("us-gov.anthropic.claude-sonnet-4-6", "us-gov-west-1")));
  EXPECT_TRUE(allowed("us", bedrock("us-gov.anthropic.claude-sonnet-4-6", "us-gov-east-1")));
  EXPECT_THAT(possible(bedrock("us-gov.anthropic.claude-sonnet-4-6", "us-east-1")),
              ElementsAre("elsewhere"));
}

TEST(Locate, KnowsNothingOfAProfileThatTheListLacks) {
  const auto location =
      locate(bedrock("us.anthropic.claude-3-5-sonnet-20241022-v2:0", "us-west-2"));

  EXPECT_EQ(location.possible, place_set(kElsewhere));
  EXPECT_EQ(location.reason,
            "no list says where Bedrock's profile us.anthropic.claude-3-5-sonnet-20241022-v2:0 may "
            "run from us-west-2");
  EXPECT_THAT(possible(bedrock(kSonnet46, "us-east-1")), ElementsAre("elsewhere"));
  EXPECT_THAT(possible(bedrock("eu.anthropic.*", "eu-west-1")), ElementsAre("elsewhere"));
  EXPECT_THAT(possible(bedrock("*", "eu-west-1")), ElementsAre("elsewhere"));
}

// Bedrock's ARNs.

TEST(Locate, ReadsTheRegionOfAnArn) {
  EXPECT_THAT(possible(bedrock("arn:aws:bedrock:eu-west-3::foundation-model/amazon.nova-v1:0", "")),
              ElementsAre("eu-west-3"));
  EXPECT_THAT(possible(bedrock("arn:aws:bedrock:eu-west-3:123456789012:provisioned-model/abc", "")),
              ElementsAre("eu-west-3"));
}

TEST(Locate, ExpandsTheArnOfASystemProfile) {
  EXPECT_EQ(possible(bedrock("arn:aws:bedrock:eu-west-2:123456789012:inference-profile/"
                             "eu.anthropic.claude-sonnet-4-6",
                             "eu-west-2")),
            possible(bedrock(kSonnet46, "eu-west-2")));
}

TEST(Locate, KnowsNothingWhereTwoFactsAboutTheRegionDiffer) {
  EXPECT_THAT(possible(bedrock("arn:aws:bedrock:eu-west-3::foundation-model/amazon.nova-v1:0",
                               "us-east-1")),
              ElementsAre("elsewhere"));

  auto facts = bedrock("amazon.nova-v1:0", "eu-west-1");
  facts.host = "bedrock-runtime.us-east-1.amazonaws.com";
  EXPECT_EQ(locate(facts).reason, "the region is eu-west-1, but the host is of us-east-1");
  EXPECT_THAT(possible(facts), ElementsAre("elsewhere"));
}

// Vertex.

TEST(Locate, PutsAVertexRegionThere) {
  EXPECT_THAT(possible(vertex("europe-west1")), ElementsAre("europe-west1"));
  EXPECT_EQ(locate(vertex("europe-west1")).country, "BE");
}

TEST(Locate, TakesVertexsMultiRegionsForTheUsAndTheEu) {
  EXPECT_TRUE(allowed("us", vertex("us")));
  EXPECT_TRUE(allowed("eu", vertex("eu")));
  EXPECT_FALSE(allowed("europe-west4", vertex("eu")));
  EXPECT_FALSE(allowed("de", vertex("eu")));
  EXPECT_EQ(locate(vertex("us")).country, "US");
  EXPECT_EQ(locate(vertex("eu")).country, "");
}

TEST(Locate, TakesAMissingVertexLocationForUnknownNotForTheLibrarysDefault) {
  EXPECT_THAT(possible(vertex("")), ElementsAre("elsewhere"));
  EXPECT_EQ(locate(vertex("")).reason,
            "vertex_location is not set; Google's library would take us-central1");
}

TEST(Locate, TakesNoPromiseFromVertexInTheMiddleEast) {
  EXPECT_THAT(possible(vertex("me-central2")), ElementsAre("elsewhere"));
}

// Azure.

TEST(Locate, DecidesAzureBySku) {
  EXPECT_THAT(possible(azure("westeurope", "Standard")), ElementsAre("westeurope"));
  EXPECT_THAT(possible(azure("West Europe", "ProvisionedManaged")), ElementsAre("westeurope"));
  EXPECT_TRUE(allowed("eu", azure("westeurope", "DataZoneStandard")));
  EXPECT_FALSE(allowed("nl", azure("westeurope", "DataZoneStandard")));
  EXPECT_TRUE(allowed("us", azure("eastus2", "DataZoneProvisionedManaged")));
  EXPECT_THAT(possible(azure("westeurope", "GlobalStandard")), ElementsAre("elsewhere"));
  EXPECT_THAT(possible(azure("westeurope", "Premium")), ElementsAre("elsewhere"));
}

TEST(Locate, HasNoAzureDataZoneOutsideTheUsAndTheEu) {
  for (const std::string_view region : {"uksouth", "switzerlandnorth", "norwayeast", "japaneast"}) {
    EXPECT_THAT(possible(azure(region, "DataZoneStandard")), ElementsAre("elsewhere")) << region;
  }
}

TEST(Locate, TakesAnAzureRegionFromRegionNameBecauseNothingElseTellsIt) {
  auto facts = azure("", "Standard");
  facts.host = "my-resource.openai.azure.com";
  EXPECT_THAT(possible(facts), ElementsAre("elsewhere"));
  facts.declared = "Sweden Central";
  EXPECT_THAT(possible(facts), ElementsAre("swedencentral"));
  facts.azure_sku = "";
  EXPECT_THAT(possible(facts), ElementsAre("elsewhere"));
}

// OpenAI, Anthropic, Gemini.

TEST(Locate, BelievesTheOpenAiHostsThatProcessInTheirRegion) {
  EXPECT_THAT(possible(openai("us.api.openai.com")), ElementsAre("in US"));
  EXPECT_THAT(possible(openai("ae.api.openai.com")), ElementsAre("in AE"));
  EXPECT_TRUE(allowed("europe", openai("eu.api.openai.com")));
  EXPECT_EQ(locate(openai("eu.api.openai.com")).possible.count(), 31U);  // The EEA's 30, and CH.
}

TEST(Locate, TakesAnthropicForTheUsOnlyWhenToldSo) {
  const LocationFacts us{
      .provider = Provider::Anthropic, .model = "claude-opus-4-8", .inference_geo = "us"};

  EXPECT_THAT(possible(us), ElementsAre("in US"));
  EXPECT_EQ(locate(us).region, "us");
}

TEST(Locate, DoesNotTakeAnotherProvidersInferenceGeoForAPromise) {
  auto facts = openai("api.openai.com");
  facts.inference_geo = "us";

  EXPECT_THAT(possible(facts), ElementsAre("elsewhere"));
}

// Other hosts.

TEST(Locate, BelievesADeclarationForAServerThatNoRuleCovers) {
  EXPECT_THAT(possible(server("llm.example.org", "DE")), ElementsAre("in DE"));
  EXPECT_THAT(possible(server("10.0.0.7", "eu-central-1")), ElementsAre("eu-central-1"));
  EXPECT_TRUE(allowed("eu", server("127.0.0.1:8000", "eu")));
  EXPECT_FALSE(allowed("de", server("127.0.0.1:8000", "eu")));
  EXPECT_TRUE(allowed("de", server("", "de")));
}

TEST(Locate, KnowsNothingOfAServerThatDeclaresNothing) {
  for (const std::string_view host : {"llm.example.org", "10.0.0.7", "localhost", ""}) {
    EXPECT_THAT(possible(server(host, "")), ElementsAre("elsewhere")) << host;
  }
  EXPECT_EQ(locate(server("llm.example.org", "")).reason,
            "no rule says where llm.example.org runs; declare it with region_name");
  EXPECT_EQ(locate(server("llm.example.org", "eu-wst-1")).reason,
            "region_name \"eu-wst-1\" is no region, country or group that is known");
}

TEST(Locate, AppliesAProvidersRuleToItsHostWhateverTheDeploymentIsCalled) {
  EXPECT_THAT(possible(server("api.openai.com", "eu")), ElementsAre("elsewhere"));
  EXPECT_EQ(locate(server("api.openai.com", "eu")).reason,
            "the provider's plain host may process anywhere; region_name \"eu\" does not change "
            "that");

  auto mantle = server("bedrock-mantle.eu-west-1.api.aws", "us");
  mantle.model = "openai.gpt-oss-120b";
  EXPECT_THAT(possible(mantle), ElementsAre("eu-west-1"));
}

TEST(Locate, KnowsThePromisesOfTheRegionalHosts) {
  EXPECT_TRUE(allowed("europe", server("api.eu.mistral.ai", "")));
  EXPECT_FALSE(allowed("eu", server("api.eu.mistral.ai", "")));
  EXPECT_TRUE(allowed("europe", server("eu.openrouter.ai", "")));
  EXPECT_TRUE(allowed("us", server("us.openrouter.ai", "")));
  EXPECT_TRUE(allowed("us", server("us-api.together.ai", "")));
  EXPECT_TRUE(allowed("ca", server("ca-api.together.ai", "")));
}

TEST(Locate, AddsTheDeclaredPlaceOfAProxyInFrontOfACloud) {
  auto facts = bedrock("amazon.nova-v1:0", "eu-west-1");
  facts.host = "proxy.example.org";
  EXPECT_THAT(possible(facts), ElementsAre("elsewhere"));
  facts.declared = "us";
  EXPECT_THAT(possible(facts), ElementsAre("eu-west-1", "in US"));
  facts.host = "127.0.0.1:4566";
  EXPECT_THAT(possible(facts), ElementsAre("eu-west-1"));
}

// What breaks an "EU only" promise. The second column: why it does.

struct Breach {
  std::string_view name;
  LocationFacts facts;
};

LocationFacts plain(Provider provider, std::string_view inference_geo = {}) {
  return {.provider = provider, .model = "m", .inference_geo = inference_geo};
}

TEST(EuOnly, RefusesWhateverMayLeaveTheEu) {
  const std::vector<Breach> breaches{
      {"a global profile", bedrock("global.anthropic.claude-sonnet-4-6", "eu-west-1")},
      {"a US profile", bedrock("us.anthropic.claude-sonnet-4-6", "us-east-1")},
      {"an APAC profile", bedrock("apac.amazon.nova-pro-v1:0", "ap-northeast-1")},
      {"an EU profile from London", bedrock(kSonnet46, "eu-west-2")},
      {"an EU profile from Zurich", bedrock(kSonnet46, "eu-central-2")},
      {"an EU profile from Tel Aviv", bedrock("eu.amazon.nova-pro-v1:0", "il-central-1")},
      {"an unexpanded ARN",
       bedrock("arn:aws:bedrock:eu-west-1:1:application-inference-profile/abc", "eu-west-1")},
      {"Bedrock in London", bedrock("amazon.nova-pro-v1:0", "eu-west-2")},
      {"Bedrock in Zurich", bedrock("amazon.nova-pro-v1:0", "eu-central-2")},
      {"Vertex global", vertex("global")},
      {"Vertex without a location", vertex("")},
      {"Vertex in London", vertex("europe-west2")},
      {"Vertex in Zurich", vertex("europe-west6")},
      {"Vertex without a promise", vertex("me-west1")},
      {"Azure GlobalStandard", azure("westeurope", "GlobalStandard")},
      {"Azure GlobalProvisionedManaged", azure("westeurope", "GlobalProvisionedManaged")},
      {"Azure GlobalBatch", azure("westeurope", "GlobalBatch")},
      {"Azure without a SKU", azure("westeurope", "")},
      {"Azure in the UK", azure("uksouth", "Standard")},
      {"Azure in Switzerland", azure("switzerlandnorth", "Standard")},
      {"Azure in Norway", azure("norwayeast", "Standard")},
      {"OpenAI's plain host", openai("api.openai.com")},
      {"OpenAI by default", openai("")},
      {"OpenAI storage in the UK", openai("gb.api.openai.com")},
      {"OpenAI storage in Japan", openai("jp.api.openai.com")},
      {"OpenAI in the EEA and Switzerland", openai("eu.api.openai.com")},
      {"Anthropic", plain(Provider::Anthropic)},
      {"Anthropic global", plain(Provider::Anthropic, "global")},
      {"Anthropic US", plain(Provider::Anthropic, "us")},
      {"Anthropic with an EU that it does not have", plain(Provider::Anthropic, "eu")},
      {"Gemini", plain(Provider::Gemini)},
      {"a server of no known place", server("llm.example.org", "")},
  };
  for (const auto& breach : breaches) {
    EXPECT_FALSE(allowed("eu", breach.facts)) << breach.name;
  }
}

TEST(EuOnly, StillAllowsWhatIsPromised) {
  for (const auto& facts : {bedrock("anthropic.claude-opus-4-8", "eu-west-1"),
                            bedrock(kSonnet46, "eu-central-1"),
                            vertex("europe-west4"),
                            vertex("eu"),
                            azure("swedencentral", "Standard"),
                            azure("francecentral", "DataZoneStandard"),
                            server("llm.example.org", "FR")}) {
    EXPECT_TRUE(allowed("eu", facts)) << locate(facts).reason;
  }
}

TEST(EuOnly, IsNotWonByDeclaringIt) {
  for (auto facts : {bedrock("global.anthropic.claude-sonnet-4-6", "eu-west-1"),
                     bedrock(kSonnet46, "eu-west-2"),
                     bedrock("amazon.nova-pro-v1:0", "us-east-1"),
                     vertex("global"),
                     vertex(""),
                     azure("westeurope", ""),
                     azure("", ""),
                     openai("api.openai.com"),
                     openai("jp.api.openai.com"),
                     plain(Provider::Anthropic),
                     plain(Provider::Gemini)}) {
    facts.declared = "eu";
    EXPECT_FALSE(allowed("eu", facts)) << locate(facts).reason;
  }
}

// Contradictions.

TEST(Contradiction, IsADeclarationThatTheProvidersFactsDisprove) {
  auto facts = bedrock("amazon.nova-pro-v1:0", "us-west-2");
  facts.declared = "eu";

  EXPECT_EQ(contradiction(facts),
            "region_name says \"eu\", but this deployment is us-west-2: Bedrock runs a plain model "
            "id in the region that it is sent to");
}

TEST(Contradiction, IsADeclarationNarrowerThanTheFacts) {
  auto facts = bedrock(kSonnet46, "eu-west-1");
  facts.declared = "eu-west-1";
  EXPECT_THAT(contradiction(facts).value_or(""),
              HasSubstr("may run there or in eu-central-1, eu-north-1"));
  facts.declared = "eu";
  EXPECT_EQ(contradiction(facts), std::nullopt);
}

TEST(Contradiction, IsAnyDeclarationWhereTheOperatorChoseAnywhere) {
  for (auto facts : {bedrock("global.anthropic.claude-sonnet-4-6", "eu-west-1"),
                     vertex("global"),
                     azure("westeurope", "GlobalStandard"),
                     openai("jp.api.openai.com")}) {
    facts.declared = "eu";
    EXPECT_NE(contradiction(facts), std::nullopt) << locate(facts).reason;
  }
}

TEST(Contradiction, IsAWordThatMeansNothing) {
  auto facts = bedrock("amazon.nova-pro-v1:0", "us-west-2");
  facts.declared = "us-wst-2";

  EXPECT_NE(contradiction(facts), std::nullopt);
}

TEST(Contradiction, IsNotADeclarationThatIsMerelyNoProof) {
  for (auto facts : {azure("", ""),
                     azure("westeurope", ""),
                     openai("api.openai.com"),
                     plain(Provider::Gemini),
                     vertex(""),
                     bedrock("eu.anthropic.claude-99", "eu-west-1")}) {
    facts.declared = "eu";
    EXPECT_EQ(contradiction(facts), std::nullopt) << locate(facts).reason;
  }
}

TEST(Contradiction, IsNotADeclarationThatAgreesOrIsAllThereIs) {
  for (const std::string_view declared : {"us-west-2", "US", "na", ""}) {
    auto facts = bedrock("amazon.nova-pro-v1:0", "us-west-2");
    facts.declared = declared;
    EXPECT_EQ(contradiction(facts), std::nullopt) << declared;
  }
  EXPECT_EQ(contradiction(server("llm.example.org", "DE")), std::nullopt);
  EXPECT_EQ(contradiction(server("llm.example.org", "nowhere")), std::nullopt);
}

}  // namespace
}  // namespace meridian
