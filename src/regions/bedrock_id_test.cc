#include "regions/bedrock_id.h"

#include <string>

#include <gtest/gtest.h>

namespace meridian {
namespace {

using Kind = BedrockId::Kind;

TEST(ReadBedrockId, TakesAMakersModelForABareId) {
  for (const std::string_view text : {"anthropic.claude-3-5-sonnet-20241022-v2:0",
                                      "deepseek.v3.1",
                                      "openai.gpt-5.6-luna",
                                      "amazon.nova-pro-v1:0",
                                      "newmaker.model-1",
                                      "anthropic.*"}) {
    EXPECT_EQ(read_bedrock_id(text).kind, Kind::Bare) << text;
    EXPECT_EQ(read_bedrock_id(text).model, text);
  }
}

TEST(ReadBedrockId, SplitsAProfileIntoScopeAndModel) {
  const auto id = read_bedrock_id("eu.anthropic.claude-sonnet-4-6");

  EXPECT_EQ(id.kind, Kind::Profile);
  EXPECT_EQ(id.scope, "eu");
  EXPECT_EQ(id.model, "anthropic.claude-sonnet-4-6");
  EXPECT_EQ(read_bedrock_id("us-gov.anthropic.claude-sonnet-4-6").scope, "us-gov");
}

TEST(ReadBedrockId, SeesThroughTheArnsThatNameAModelOrASystemProfile) {
  const auto model =
      read_bedrock_id("arn:aws:bedrock:eu-west-1::foundation-model/amazon.nova-v1:0");
  EXPECT_EQ(model.kind, Kind::Bare);
  EXPECT_EQ(model.region, "eu-west-1");
  EXPECT_EQ(model.model, "amazon.nova-v1:0");

  const auto profile = read_bedrock_id(
      "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-6");
  EXPECT_EQ(profile.kind, Kind::Profile);
  EXPECT_EQ(profile.region, "eu-west-1");
  EXPECT_EQ(profile.scope, "eu");
}

TEST(ReadBedrockId, TakesOwnCapacityForItsRegion) {
  for (const std::string_view text :
       {"arn:aws:bedrock:eu-west-1:123456789012:provisioned-model/abc123",
        "arn:aws:bedrock:eu-west-1:123456789012:imported-model/abc123"}) {
    EXPECT_EQ(read_bedrock_id(text).kind, Kind::Bare) << text;
    EXPECT_EQ(read_bedrock_id(text).region, "eu-west-1");
  }
}

TEST(ReadBedrockId, SaysNothingOfWhatItCannotRead) {
  for (const std::string_view text :
       {"",
        "*",
        "a*.b",
        "*.claude",
        "claude",
        "/",
        "sa.anthropic.claude-sonnet-4-6",
        "uk.anthropic.*",
        "zz.*",
        "eu-west-1/anthropic.claude-sonnet-4-6",
        "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/jf2sje1c0jnb",
        "arn:aws:bedrock:eu-west-1:123456789012:default-prompt-router/anthropic.claude:1",
        "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/abc",
        "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/*",
        "arn:aws:bedrock:::foundation-model/amazon.nova-v1:0",
        "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/x",
        "arn:",
        "arn:::::",
        "arn:aws:bedrock:eu-west-1:1:foundation-model/"}) {
    const auto id = read_bedrock_id(text);
    EXPECT_EQ(id.kind, Kind::Opaque) << text;
    EXPECT_FALSE(id.why.empty()) << text;
  }
}

}  // namespace
}  // namespace meridian
