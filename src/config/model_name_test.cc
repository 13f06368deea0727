#include "config/model_name.h"

#include <gmock/gmock.h>
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
}

TEST(ReadModelName, SkipsAModelWhoseProviderNobodyKnows) {
  const auto bare = read("gpt-oss:20b");
  EXPECT_TRUE(bare.problem.empty());
  EXPECT_EQ(bare.unsupported, "the provider of \"gpt-oss:20b\" is not known");
  EXPECT_EQ(bare.hint, "write ollama_chat/gpt-oss:20b");
  const auto invented = read("acme/model-1");
  EXPECT_EQ(invented.unsupported, "no provider is named \"acme\"");
  EXPECT_EQ(read("zhipu/glm-4").hint, "write zai/glm-4");
}

TEST(ReadModelName, StopsAtASlipButNotAtAnOrganization) {
  EXPECT_EQ(read("bedrok/anthropic.claude-v2").hint,
            "did you mean \"bedrock/anthropic.claude-v2\"?");
  for (const auto* const published : {"meta-llama/Llama-3-8B", "mistralai/Mixtral-8x7B"}) {
    EXPECT_TRUE(read(published).problem.empty()) << published;
    EXPECT_FALSE(read(published).unsupported.empty()) << published;
  }
}

TEST(ReadModelName, LearnsTheProviderFromItsOwnAddress) {
  const auto name =
      read_model_name("meta-llama/llama-4-scout", {.api_base = "https://api.groq.com/openai/v1"});
  EXPECT_EQ(name.prefix, "groq");
  EXPECT_EQ(name.model, "meta-llama/llama-4-scout");
  // Anything may listen at a local port that one provider of the table uses.
  EXPECT_FALSE(
      read_model_name("llama-4", {.api_base = "http://localhost:1234/v1"}).unsupported.empty());
}

TEST(ReadModelName, LeavesLiteLlmsRoutesOutOfADeploymentsName) {
  const auto routed = read("azure/responses/o3");
  EXPECT_EQ(routed.model, "o3");
  EXPECT_THAT(routed.note,
              testing::StartsWith("the route responses/ says that o3 has the Responses API alone"));
  EXPECT_EQ(read("azure/o_series/my-o3").model, "my-o3");
  EXPECT_EQ(read("openai/responses/gpt-5").model, "gpt-5");
  EXPECT_EQ(read("openrouter/responses/x").model, "responses/x");
}

TEST(ReadModelName, FollowsCustomLlmProvider) {
  const auto name = read_model_name("my/model", {.custom_provider = "hosted_vllm"});
  EXPECT_EQ(name.prefix, "hosted_vllm");
  EXPECT_EQ(name.model, "my/model");
  EXPECT_EQ(read_model_name("openai/x", {.custom_provider = "openai"}).model, "x");
}

}  // namespace

}  // namespace meridian
