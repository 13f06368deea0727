#include <set>
#include <string_view>
#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/keys.h"
#include "config/load.h"

namespace meridian {

namespace {

TEST(ConfigSchema, IsJsonThatKnowsEveryKey) {
  const auto schema = boost::json::parse(config_schema());
  const auto& models = schema.at("properties").at("model_list");
  EXPECT_TRUE(models.at("items")
                  .at("properties")
                  .at("litellm_params")
                  .at("properties")
                  .as_object()
                  .contains("aws_region_name"));
  EXPECT_TRUE(schema.at("properties")
                  .at("router_settings")
                  .at("properties")
                  .as_object()
                  .contains("allowed_regions"));
  EXPECT_EQ(schema.at("$schema"), "https://json-schema.org/draft/2020-12/schema");
}

TEST(Keys, StandOnceInEachSection) {
  std::set<std::pair<Section, std::string_view>> met;
  for (const auto& row : key_rows()) {
    EXPECT_TRUE(met.emplace(row.section, row.name).second)
        << name_of(row.section) << " " << row.name;
  }
}

TEST(Keys, SayWhatTheyMeanAndWhatLiteLlmDoes) {
  for (const auto& row : key_rows()) {
    EXPECT_FALSE(row.meaning.empty()) << row.name;
    EXPECT_FALSE(row.litellm.empty()) << row.name;
  }
}

TEST(Keys, OfOneSectionAreNotTakenForSlipsOfEachOther) {
  EXPECT_EQ(find_key(Section::Params, "tpm")->name, "tpm");
  EXPECT_EQ(find_key(Section::Params, "base_url")->name, "api_base");
  EXPECT_EQ(find_key(Section::Litellm, "rpm"), nullptr);
}

TEST(Keys, KnowWhatSoundsLikeARestrictionAndLeaveCorsOut) {
  EXPECT_TRUE(sounds_restricting("ip_allowlist"));
  EXPECT_TRUE(sounds_restricting("max_requests_limit"));
  EXPECT_FALSE(sounds_restricting("cors_allowed_methods"));
  EXPECT_FALSE(sounds_restricting("theme"));
  EXPECT_FALSE(sounds_restricting("thinking_budget"));
}

TEST(Keys, KnowThatSwitchingACheckOffRestrictsNobody) {
  EXPECT_FALSE(sounds_restricting("disable_auth"));
  EXPECT_FALSE(sounds_restricting("skip_budget_checks"));
  EXPECT_TRUE(sounds_restricting("disable_routes"));
  EXPECT_TRUE(sounds_restricting("disable_unauthenticated_access"));
}

}  // namespace

}  // namespace meridian
