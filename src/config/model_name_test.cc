#include "config/model_name.h"

#include <gtest/gtest.h>

namespace meridian {

namespace {

ModelName read(std::string_view text, std::string_view group = "") {
  return read_model_name(text, {.group = group});
}

TEST(ReadModelName, TakesThePrefixOff) {
  EXPECT_EQ(read("openai/gpt-4o").model, "gpt-4o");
  EXPECT_EQ(read("groq/meta-llama/llama-4").model, "meta-llama/llama-4");
  EXPECT_EQ(read("openrouter/anthropic/claude-sonnet-4.5").prefix, "openrouter");
}

TEST(ReadModelName, ReadsABedrockRegionBeforeAndAfterARoute) {
  EXPECT_EQ(read("bedrock/us-west-2/anthropic.claude-v2").region, "us-west-2");
  const auto routed = read("bedrock/converse/eu-west-1/anthropic.claude-v2");
  EXPECT_EQ(routed.region, "eu-west-1");
  EXPECT_TRUE(routed.converse);
  EXPECT_TRUE(read("bedrock/invoke/anthropic.claude-v2").invoke);
}

TEST(ReadModelName, FillsAnElidedModelByTheGroupsName) {
  const auto name = read("bedrock/.../eu-west-1", "claude-eu");
  EXPECT_EQ(name.model, "anthropic.claude-3-5-sonnet-20241022-v2:0");
  EXPECT_EQ(name.region, "eu-west-1");
  EXPECT_FALSE(name.note.empty());
  EXPECT_FALSE(read("bedrock/.../eu-west-1", "mine").problem.empty());
}

TEST(ReadModelName, LeavesSlashesInsideAnArnAlone) {
  EXPECT_EQ(read("bedrock/arn:aws:bedrock:us-east-1:1:inference-profile/us.x").model,
            "arn:aws:bedrock:us-east-1:1:inference-profile/us.x");
}

TEST(ReadModelName, InfersWellKnownNames) {
  EXPECT_EQ(read("gpt-4o").provider, Provider::OpenAi);
  EXPECT_EQ(read("claude-sonnet-4-5").provider, Provider::Anthropic);
  EXPECT_EQ(read("us.anthropic.claude-sonnet-4-5-20250929-v1:0").provider, Provider::Bedrock);
  EXPECT_FALSE(read("gpt-oss:20b").problem.empty());
}

TEST(ReadModelName, FollowsCustomLlmProvider) {
  const auto name = read_model_name("my/model", {.custom_provider = "hosted_vllm"});
  EXPECT_EQ(name.prefix, "hosted_vllm");
  EXPECT_EQ(name.model, "my/model");
  EXPECT_EQ(read_model_name("openai/x", {.custom_provider = "openai"}).model, "x");
}

}  // namespace

}  // namespace meridian
