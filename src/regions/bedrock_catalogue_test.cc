#include "regions/bedrock_catalogue.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "regions/folded.h"
#include "regions/location.h"

namespace meridian {
namespace {

TEST(BedrockProfiles, NameOnlyRegionsOfAwsThatTheCatalogueHas) {
  for (const auto& row : bedrock_profiles()) {
    for (const auto list : {row.from, row.to}) {
      for_each_word(list, [](std::string_view name) {
        ASSERT_NE(find_region(name), nullptr) << name;
        EXPECT_EQ(find_region(name)->cloud, Cloud::Aws) << name;
      });
    }
  }
  for (const auto& row : bedrock_direct()) {
    for_each_word(row.regions,
                  [](std::string_view name) { EXPECT_NE(find_region(name), nullptr) << name; });
  }
}

TEST(BedrockProfiles, HaveOneRowForEachScopeModelAndSource) {
  std::set<std::string> seen;
  for (const auto& row : bedrock_profiles()) {
    for_each_word(row.models, [&](std::string_view model) {
      for_each_word(row.from, [&](std::string_view source) {
        const auto triple =
            std::string(row.scope) + "." + std::string(model) + " " + std::string(source);
        EXPECT_TRUE(seen.insert(triple).second) << triple;
      });
    });
  }
}

TEST(BedrockProfiles, AreReadableAsIds) {
  for (const auto& row : bedrock_profiles()) {
    EXPECT_TRUE(is_profile_scope(row.scope)) << row.scope;
    EXPECT_EQ(row.to.empty(), row.scope == "global") << row.models;
  }
}

TEST(BedrockProfiles, OfOneCountryNeverLeaveItExceptFromAbroad) {
  for (const auto& row : bedrock_profiles()) {
    for_each_word(row.to, [&](std::string_view name) {
      const auto country = find_region(name)->country;
      if (row.scope == "us" || row.scope == "jp" || row.scope == "au" || row.scope == "in" ||
          row.scope == "ca") {
        EXPECT_TRUE(has_word("US JP AU IN CA", country)) << row.scope << " " << name;
        EXPECT_EQ(Folded(country).view(), row.scope) << name;
      }
    });
  }
}

TEST(BedrockModels, AreListedOnce) {
  std::set<std::string_view> seen;
  for (const auto& row : bedrock_direct()) {
    for_each_word(row.models,
                  [&](std::string_view model) { EXPECT_TRUE(seen.insert(model).second) << model; });
  }
  EXPECT_EQ(seen.size(), 136U);
}

TEST(BedrockModels, IncludeThoseOfEveryProfile) {
  for (const auto& row : bedrock_profiles()) {
    for_each_word(row.models, [](std::string_view model) {
      EXPECT_TRUE(bedrock_lists(model, "us-east-1").has_value()) << model;
    });
  }
}

TEST(BedrockLists, SaysWhereAModelIsSoldDirectly) {
  EXPECT_EQ(bedrock_lists("anthropic.claude-opus-4-8", "eu-west-1"), true);
  EXPECT_EQ(bedrock_lists("anthropic.claude-opus-4-8", "eu-central-1"), false);
  EXPECT_EQ(bedrock_lists("anthropic.claude-sonnet-4-6", "eu-west-2"), true);
  EXPECT_EQ(bedrock_lists("anthropic.claude-haiku-4-5-20251001-v1:0", "us-east-1"), false);
}

TEST(BedrockLists, SaysWhereAProfileIsSold) {
  EXPECT_EQ(bedrock_lists("eu.anthropic.claude-sonnet-4-6", "eu-central-1"), true);
  EXPECT_EQ(bedrock_lists("eu.anthropic.claude-sonnet-4-6", "us-east-1"), false);
  EXPECT_EQ(bedrock_lists("global.anthropic.claude-sonnet-4-6", "sa-east-1"), true);
  EXPECT_EQ(bedrock_lists("us.anthropic.claude-3-5-sonnet-20241022-v2:0", "us-west-2"), false);
}

TEST(BedrockLists, SaysNothingOfModelsAndRegionsThatItDoesNotCover) {
  EXPECT_EQ(bedrock_lists("anthropic.claude-9", "eu-west-1"), std::nullopt);
  EXPECT_EQ(bedrock_lists("eu.anthropic.claude-9", "eu-west-1"), std::nullopt);
  EXPECT_EQ(bedrock_lists("anthropic.claude-opus-4-8", "us-gov-west-1"), std::nullopt);
  EXPECT_EQ(bedrock_lists("anthropic.claude-opus-4-8", ""), std::nullopt);
  EXPECT_EQ(bedrock_lists("", "eu-west-1"), std::nullopt);
}

TEST(BedrockLists, ReadsTheRegionFromAnArn) {
  constexpr std::string_view kArn =
      "arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-opus-4-8";

  EXPECT_EQ(bedrock_lists(kArn, ""), true);
}

}  // namespace
}  // namespace meridian
