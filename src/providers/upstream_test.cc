#include "providers/upstream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/simulated.h"

namespace meridian {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

Deployment deployment(Provider provider, std::string model, std::string region = "unknown") {
  Deployment made;
  made.provider = provider;
  made.model = std::move(model);
  made.location.region = std::move(region);
  return made;
}

Credential with_key(std::string key) {
  Credential credential;
  credential.api_key = Secret(std::move(key));
  return credential;
}

TEST(OpenAiUpstream, HasItsWholeHeadReady) {
  const auto upstream = make_upstream(deployment(Provider::OpenAi, "gpt-4o"), {}, with_key("sk-1"));
  EXPECT_EQ(upstream.passthrough_head,
            "POST /v1/chat/completions HTTP/1.1\r\n"
            "host: api.openai.com\r\n"
            "user-agent: meridian/" MERIDIAN_VERSION
            "\r\n"
            "accept: */*\r\n"
            "accept-encoding: identity\r\n"
            "content-type: application/json\r\n"
            "authorization: Bearer sk-1\r\n"
            "content-length: ");
  EXPECT_EQ(upstream.passthrough_model, "\"gpt-4o\"");
}

TEST(OpenAiUpstream, SendsOrganizationAndProject) {
  DeploymentParams params;
  params.organization = "org-1";
  params.project = "proj_1";
  const auto head =
      make_upstream(deployment(Provider::OpenAi, "m"), params, with_key("k")).passthrough_head;
  EXPECT_THAT(head, HasSubstr("\r\nopenai-organization: org-1\r\nopenai-project: proj_1\r\n"));
}

TEST(OpenAiUpstream, HasNoQuotedModelWithAWildcard) {
  const auto upstream = make_upstream(deployment(Provider::OpenAi, "*"), {}, with_key("k"));
  EXPECT_NE(upstream.passthrough_head, "");
  EXPECT_EQ(upstream.passthrough_model, "");
}

TEST(OpenAiUpstream, TranslatesWhenTheBodyHasToChange) {
  DeploymentParams params;
  params.extra_body = {{"top_k", "5"}};
  EXPECT_EQ(
      make_upstream(deployment(Provider::OpenAi, "m"), params, with_key("k")).passthrough_head, "");
  params.extra_body.clear();
  params.additional_drop_params = {"user"};
  EXPECT_EQ(
      make_upstream(deployment(Provider::OpenAi, "m"), params, with_key("k")).passthrough_head, "");
  params.additional_drop_params.clear();
  params.request_defaults = {{"temperature", "0"}};
  EXPECT_EQ(
      make_upstream(deployment(Provider::OpenAi, "m"), params, with_key("k")).passthrough_head, "");
}

TEST(CompatibleUpstream, JoinsItsBaseWithThePath) {
  DeploymentParams params;
  for (const auto* const base : {"http://localhost:8000/v1",
                                 "http://localhost:8000/v1/",
                                 "http://localhost:8000/v1/chat/completions"}) {
    params.api_base = base;
    const auto upstream = make_upstream(deployment(Provider::Compatible, "m"), params, {});
    EXPECT_EQ(upstream.path, "/v1/chat/completions");
    EXPECT_EQ(upstream.host, "localhost:8000");
    EXPECT_THAT(upstream.passthrough_head, Not(HasSubstr("authorization")));
  }
}

TEST(CompatibleUpstream, KnowsTheAddressOfNamedOnes) {
  DeploymentParams params;
  params.model = "groq/llama";
  EXPECT_EQ(make_upstream(deployment(Provider::Compatible, "llama"), params, {}).host,
            "api.groq.com");
  params.model = "hosted_vllm/m";
  EXPECT_EQ(make_upstream(deployment(Provider::Compatible, "m"), params, {}).problem,
            "api_base is not set: write where the server is, such as http://host:8000/v1.");
}

TEST(AnthropicUpstream, TakesItsAddressWithMoreOrLessOfThePath) {
  DeploymentParams params;
  for (const auto* const base : {"",
                                 "https://proxy.example",
                                 "https://proxy.example/v1",
                                 "https://proxy.example/v1/messages"}) {
    params.api_base = base;
    const auto upstream = make_upstream(deployment(Provider::Anthropic, "c"), params, {});
    EXPECT_EQ(upstream.path, "/v1/messages");
    EXPECT_THAT(upstream.fixed_lines, HasSubstr("\r\nanthropic-version: 2023-06-01\r\n"));
  }
}

TEST(BedrockUpstream, CallsItsRegionAndEncodesTheModel) {
  DeploymentParams params;
  params.aws_region = "us-west-2";
  const auto upstream = make_upstream(
      deployment(Provider::Bedrock, "anthropic.claude-3-5-sonnet-20241022-v2:0"), params, {});
  EXPECT_EQ(upstream.host, "bedrock-runtime.us-west-2.amazonaws.com");
  EXPECT_EQ(upstream.path, "/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/converse");
  EXPECT_EQ(upstream.stream_path,
            "/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/converse-stream");
  EXPECT_EQ(upstream.passthrough_head, "");
}

TEST(BedrockUpstream, TakesTheRegionOfAnArn) {
  DeploymentParams params;
  params.bedrock_model_id =
      "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc";
  const auto upstream = make_upstream(deployment(Provider::Bedrock, "claude"), params, {});
  EXPECT_EQ(upstream.region, "eu-west-1");
  EXPECT_THAT(upstream.path, HasSubstr("application-inference-profile%2Fabc/converse"));
}

TEST(BedrockUpstream, InvokesClaudeWhereTheFileSaysSo) {
  DeploymentParams params;
  params.aws_region = "us-west-2";
  params.bedrock_invoke = true;
  const auto upstream = make_upstream(
      deployment(Provider::Bedrock, "anthropic.claude-3-5-sonnet-20241022-v2:0"), params, {});
  EXPECT_EQ(upstream.path, "/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/invoke");
  EXPECT_EQ(upstream.stream_path,
            "/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/invoke-with-response-stream");
  EXPECT_EQ(upstream.dialect, Dialect::AnthropicMessages);
  EXPECT_EQ(upstream.framing, Framing::BedrockChunks);
  EXPECT_EQ(upstream.passthrough_head, "");  // The version has to be put into the body.
}

TEST(BedrockUpstream, InvokesAnApplicationsProfileWhoseModelNobodyNames) {
  DeploymentParams params;
  params.bedrock_invoke = true;
  const auto arn = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc";
  EXPECT_THAT(make_upstream(deployment(Provider::Bedrock, arn), params, {}).path,
              EndsWith("application-inference-profile%2Fabc/invoke"));
}

// Each vendor has a body of its own there, and Converse is the same for all.
TEST(BedrockUpstream, ConversesWithOtherVendorsEvenWhereInvokeIsWritten) {
  DeploymentParams params;
  params.aws_region = "us-west-2";
  params.bedrock_invoke = true;
  const auto upstream =
      make_upstream(deployment(Provider::Bedrock, "amazon.nova-pro-v1:0"), params, {});
  EXPECT_EQ(upstream.path, "/model/amazon.nova-pro-v1%3A0/converse");
  EXPECT_EQ(upstream.dialect, Dialect::BedrockConverse);
}

TEST(BedrockUpstream, HonoursAnEndpointAndStillSignsForItsRegion) {
  DeploymentParams params;
  params.aws_region = "us-west-2";
  params.aws_bedrock_runtime_endpoint = "http://127.0.0.1:4010/aws";
  const auto upstream = make_upstream(deployment(Provider::Bedrock, "m"), params, {});
  EXPECT_EQ(upstream.host, "127.0.0.1:4010");
  EXPECT_EQ(upstream.path, "/aws/model/m/converse");
  EXPECT_EQ(upstream.region, "us-west-2");
}

TEST(BedrockUpstream, TakesNoRegionThatWouldBeAnotherHost) {
  DeploymentParams params;
  params.aws_region = "evil.example/";
  EXPECT_EQ(make_upstream(deployment(Provider::Bedrock, "m"), params, {}).problem,
            "aws_region_name: \"evil.example/\" is not a region; write one such as us-west-2.");
}

TEST(VertexUpstream, HasAHostForEachKindOfLocation) {
  DeploymentParams params;
  params.vertex_project = "acme";
  const auto host = [&params](std::string location) {
    params.vertex_location = std::move(location);
    return make_upstream(deployment(Provider::Vertex, "claude-x"), params, {}).host;
  };
  EXPECT_EQ(host("us-east5"), "us-east5-aiplatform.googleapis.com");
  EXPECT_EQ(host("global"), "aiplatform.googleapis.com");
  EXPECT_EQ(host("eu"), "aiplatform.eu.rep.googleapis.com");
}

TEST(VertexUpstream, CallsClaudeByItsPublisher) {
  DeploymentParams params;
  params.vertex_project = "acme";
  const auto upstream = make_upstream(
      deployment(Provider::Vertex, "claude-sonnet-4-5@20250929", "us-east5"), params, {});
  EXPECT_EQ(upstream.path,
            "/v1/projects/acme/locations/us-east5/publishers/anthropic/models/"
            "claude-sonnet-4-5@20250929:rawPredict");
  EXPECT_THAT(upstream.stream_path, ::testing::EndsWith(":streamRawPredict"));
  EXPECT_EQ(upstream.dialect, Dialect::AnthropicMessages);
}

TEST(VertexUpstream, CallsGeminiByItsPublisher) {
  DeploymentParams params;
  params.vertex_project = "acme";
  const auto upstream =
      make_upstream(deployment(Provider::Vertex, "gemini-2.5-flash", "global"), params, {});
  EXPECT_EQ(upstream.host, "aiplatform.googleapis.com");
  EXPECT_EQ(upstream.path,
            "/v1/projects/acme/locations/global/publishers/google/models/"
            "gemini-2.5-flash:generateContent");
  EXPECT_THAT(upstream.stream_path, ::testing::EndsWith(":streamGenerateContent?alt=sse"));
  EXPECT_EQ(upstream.dialect, Dialect::Gemini);
}

TEST(VertexUpstream, CallsATunedModelByItsEndpoint) {
  DeploymentParams params;
  params.vertex_project = "acme";
  const auto upstream =
      make_upstream(deployment(Provider::Vertex, "4965075652664360960", "us-east5"), params, {});
  EXPECT_EQ(upstream.path,
            "/v1/projects/acme/locations/us-east5/endpoints/4965075652664360960:generateContent");
}

TEST(GeminiUpstream, SendsItsKeyInGooglesField) {
  const auto upstream =
      make_upstream(deployment(Provider::Gemini, "gemini-2.5-flash"), {}, with_key("k"));
  EXPECT_EQ(upstream.host, "generativelanguage.googleapis.com");
  EXPECT_EQ(upstream.path, "/v1beta/models/gemini-2.5-flash:generateContent");
  EXPECT_EQ(upstream.stream_path, "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse");
  EXPECT_EQ(upstream.dialect, Dialect::Gemini);
}

TEST(AzureUpstream, PutsTheDeploymentIntoThePath) {
  DeploymentParams params;
  params.api_base = "https://acme.openai.azure.com/";
  params.api_version = "2024-10-21";
  const auto upstream = make_upstream(deployment(Provider::Azure, "my gpt"), params, with_key("k"));
  EXPECT_EQ(upstream.path, "/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21");
  EXPECT_THAT(upstream.passthrough_head, HasSubstr("\r\napi-key: k\r\n"));
}

TEST(AzureUpstream, KnowsTheNewStyleByVersionOrPath) {
  DeploymentParams params;
  params.api_base = "https://acme.openai.azure.com";
  params.api_version = "v1";
  EXPECT_EQ(make_upstream(deployment(Provider::Azure, "d"), params, {}).path,
            "/openai/v1/chat/completions");
  params.api_base = "https://acme.openai.azure.com/openai/v1/";
  params.api_version = "";
  EXPECT_EQ(make_upstream(deployment(Provider::Azure, "d"), params, {}).path,
            "/openai/v1/chat/completions");
}

TEST(AzureUpstream, TakesAWholeUrl) {
  DeploymentParams params;
  params.api_base =
      "https://a.openai.azure.com/openai/deployments/d1/chat/completions?api-version=2024-06-01";
  EXPECT_EQ(make_upstream(deployment(Provider::Azure, "d1"), params, {}).path,
            "/openai/deployments/d1/chat/completions?api-version=2024-06-01");
}

TEST(ExtraHeaders, AreAddedAndReplaceOurs) {
  DeploymentParams params;
  params.extra_headers = {{"X-Team", "search"}, {"Anthropic-Version", "2026-10-21"}};
  const auto upstream = make_upstream(deployment(Provider::Anthropic, "c"), params, {});
  EXPECT_THAT(upstream.fixed_lines, HasSubstr("\r\nx-team: search\r\n"));
  EXPECT_THAT(upstream.fixed_lines, HasSubstr("\r\nanthropic-version: 2026-10-21\r\n"));
  EXPECT_THAT(upstream.fixed_lines, Not(HasSubstr("2023-06-01")));
}

TEST(ExtraHeaders, MayBringTheKey) {
  DeploymentParams params;
  params.extra_headers = {{"Authorization", "Basic abc"}};
  const auto head =
      make_upstream(deployment(Provider::OpenAi, "m"), params, with_key("sk-1")).passthrough_head;
  EXPECT_THAT(head, HasSubstr("\r\nauthorization: Basic abc\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("sk-1")));
}

TEST(ExtraHeaders, CannotBreakOutOfTheHead) {
  DeploymentParams params;
  params.extra_headers = {{"x-a", "1\r\nx-b: 2"}};
  const auto broken = make_upstream(deployment(Provider::OpenAi, "m"), params, with_key("k"));
  EXPECT_EQ(broken.problem,
            "extra_headers: leave out \"x-a\": its name or value contains a byte that no header "
            "has, such as a line break.");
  EXPECT_EQ(broken.passthrough_head, "");
  params.extra_headers = {{"Content-Length", "0"}};
  EXPECT_EQ(make_upstream(deployment(Provider::OpenAi, "m"), params, with_key("k")).problem,
            "extra_headers: leave out \"Content-Length\": the gateway sets it itself.");
}

TEST(Organization, CannotBreakOutOfTheHead) {
  DeploymentParams params;
  params.organization = "org\r\nx-evil: 1";
  EXPECT_EQ(make_upstream(deployment(Provider::OpenAi, "m"), params, with_key("k")).problem,
            "The value for the header openai-organization contains a line break.");
}

TEST(PassthroughHead, HoldsNoTokenThatWillBeReplaced) {
  Credential credential;
  credential.bearer = Secret("entra");
  DeploymentParams params;
  params.api_base = "https://a.openai.azure.com";
  EXPECT_EQ(make_upstream(deployment(Provider::Azure, "d"), params, credential).passthrough_head,
            "");
}

}  // namespace
}  // namespace meridian
