#include "providers/request.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/aws/sigv4.h"
#include "providers/simulated.h"

namespace meridian {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr WallTime kNow{std::chrono::seconds(1440938160)};

Deployment deployment(Provider provider, std::string model) {
  Deployment made;
  made.provider = provider;
  made.model = std::move(model);
  made.location.region = provider == Provider::Vertex ? "us-east5" : "us-east-1";
  return made;
}

ChatRequest hello() {
  ChatRequest request;
  request.model = "claude-global";
  Message message;
  message.role = Role::User;
  message.parts.emplace_back(TextPart{"hi"});
  request.messages.push_back(std::move(message));
  request.max_tokens = 8;
  return request;
}

Result<Outgoing> build(Provider provider,
                       const std::string& model,
                       const DeploymentParams& params = {},
                       const ChatRequest& request = hello(),
                       std::string_view wildcard = "") {
  const auto credential = simulated_credential(provider);
  const auto upstream = make_upstream(deployment(provider, model), params, credential);
  return build_request(upstream, request, wildcard, credential, kNow);
}

std::string problem_of(const Result<Outgoing>& outgoing) {
  return outgoing ? "none" : outgoing.error().message;
}

std::string_view field(std::string_view head, std::string_view name) {
  const auto line = "\r\n" + std::string(name) + ": ";
  const auto begin = head.find(line);
  if (begin == std::string_view::npos) {
    return {};
  }
  const auto value = begin + line.size();
  return head.substr(value, head.find("\r\n", value) - value);
}

TEST(BuildRequest, EndsItsHeadWithTheBodysLength) {
  const auto outgoing = build(Provider::Anthropic, "claude-x");
  ASSERT_TRUE(outgoing);
  EXPECT_THAT(outgoing->head,
              StartsWith("POST /v1/messages HTTP/1.1\r\nhost: api.anthropic.com\r\n"));
  EXPECT_THAT(outgoing->head,
              EndsWith("content-length: " + std::to_string(outgoing->body.size()) + "\r\n\r\n"));
  EXPECT_EQ(field(outgoing->head, "x-api-key"), "sk-ant-simulated-cloud");
  EXPECT_THAT(outgoing->body, HasSubstr("\"model\":\"claude-x\""));
}

TEST(BuildRequest, SignsForBedrock) {
  const auto outgoing = build(Provider::Bedrock, "anthropic.claude-3-5-sonnet-20241022-v2:0");
  ASSERT_TRUE(outgoing);
  const auto& head = outgoing->head;
  const auto lookup = [&head](std::string_view name) { return field(head, name); };
  const auto target = head.substr(5, head.find(" HTTP") - 5);
  const auto credential = simulated_credential(Provider::Bedrock);
  EXPECT_TRUE(
      verify_sigv4("POST", target, lookup, outgoing->body, credential.aws_secret.reveal(), kNow));
  EXPECT_THAT(field(head, "authorization"), HasSubstr("/us-east-1/bedrock/aws4_request"));
  EXPECT_THAT(outgoing->body, Not(HasSubstr("\"model\"")));
}

TEST(BuildRequest, InvokesClaudeWithTheVersionInTheBody) {
  DeploymentParams params;
  params.bedrock_invoke = true;
  for (const bool stream : {false, true}) {
    auto request = hello();
    request.stream = stream;
    const auto outgoing =
        build(Provider::Bedrock, "anthropic.claude-3-5-sonnet-20241022-v2:0", params, request);
    ASSERT_TRUE(outgoing) << problem_of(outgoing);
    const auto& head = outgoing->head;
    EXPECT_THAT(
        head,
        StartsWith(stream ? "POST /model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/"
                            "invoke-with-response-stream HTTP/1.1\r\n"
                          : "POST /model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/invoke "
                            "HTTP/1.1\r\n"));
    EXPECT_EQ(outgoing->body,
              R"({"anthropic_version":"bedrock-2023-05-31","max_tokens":8,"messages":)"
              R"([{"role":"user","content":[{"type":"text","text":"hi"}]}]})");
    const auto lookup = [&head](std::string_view name) { return field(head, name); };
    const auto target = head.substr(5, head.find(" HTTP") - 5);
    EXPECT_TRUE(verify_sigv4("POST",
                             target,
                             lookup,
                             outgoing->body,
                             simulated_credential(Provider::Bedrock).aws_secret.reveal(),
                             kNow));
  }
}

TEST(BuildRequest, SignsItsOwnAmzFieldsOfExtraHeaders) {
  DeploymentParams params;
  params.extra_headers = {{"X-Amzn-Bedrock-Trace", "ENABLED"}, {"X-Amz-Custom", "1"}};
  const auto outgoing = build(Provider::Bedrock, "m", params);
  ASSERT_TRUE(outgoing);
  EXPECT_THAT(field(outgoing->head, "authorization"),
              HasSubstr("SignedHeaders=content-type;host;x-amz-custom;x-amz-date,"));
  EXPECT_EQ(field(outgoing->head, "x-amzn-bedrock-trace"), "ENABLED");
}

TEST(BuildRequest, SendsABedrockApiKeyAsBearer) {
  Credential credential;
  credential.bearer = Secret("bedrock-api-key-x");
  const auto upstream = make_upstream(deployment(Provider::Bedrock, "m"), {}, credential);
  const auto outgoing = build_request(upstream, hello(), "", credential, kNow);
  ASSERT_TRUE(outgoing);
  EXPECT_EQ(field(outgoing->head, "authorization"), "Bearer bedrock-api-key-x");
  EXPECT_EQ(field(outgoing->head, "x-amz-date"), "");
}

TEST(BuildRequest, StreamsByAnotherPath) {
  auto request = hello();
  request.stream = true;
  EXPECT_THAT(build(Provider::Bedrock, "m", {}, request)->head,
              StartsWith("POST /model/m/converse-stream HTTP/1.1\r\n"));
  EXPECT_THAT(build(Provider::Vertex, "claude-x", {}, request)->head,
              HasSubstr("/models/claude-x:streamRawPredict HTTP/1.1\r\n"));
}

TEST(BuildRequest, AsksGeminiWithItsKey) {
  auto request = hello();
  request.stream = true;
  const auto outgoing = build(Provider::Gemini, "gemini-2.5-flash", {}, request);
  ASSERT_TRUE(outgoing) << problem_of(outgoing);
  EXPECT_THAT(
      outgoing->head,
      StartsWith(
          "POST /v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse HTTP/1.1\r\n"));
  EXPECT_EQ(field(outgoing->head, "x-goog-api-key"),
            simulated_credential(Provider::Gemini).api_key.reveal());
  EXPECT_EQ(field(outgoing->head, "authorization"), "");
  EXPECT_EQ(
      outgoing->body,
      R"({"contents":[{"role":"user","parts":[{"text":"hi"}]}],"generationConfig":{"maxOutputTokens":8}})");
}

TEST(BuildRequest, SendsToTheCredentialsProjectWhereNoneIsWritten) {
  const auto outgoing = build(Provider::Vertex, "claude-x");
  ASSERT_TRUE(outgoing);
  EXPECT_THAT(outgoing->head,
              StartsWith("POST /v1/projects/simulated-project/locations/us-east5/"));
  EXPECT_EQ(field(outgoing->head, "authorization"), "Bearer ya29.simulated-cloud");
  EXPECT_THAT(outgoing->body, HasSubstr("\"anthropic_version\":\"vertex-2023-10-16\""));
  EXPECT_THAT(outgoing->body, Not(HasSubstr("\"model\"")));
}

TEST(BuildRequest, FillsAWildcardIn) {
  const auto outgoing = build(Provider::OpenAi, "ft:*", {}, hello(), "gpt-4o");
  ASSERT_TRUE(outgoing);
  EXPECT_THAT(outgoing->body, HasSubstr("\"model\":\"ft:gpt-4o\""));
  EXPECT_THAT(build(Provider::Bedrock, "*", {}, hello(), "us.m:0/x")->head,
              StartsWith("POST /model/us.m%3A0%2Fx/converse HTTP/1.1\r\n"));
}

TEST(BuildRequest, LetsNoWildcardLeadToAnotherPath) {
  for (const std::string_view evil : {"..", "../../admin", "a/./b", "x\r\ny", "a\\..\\b"}) {
    const auto outgoing = build(Provider::Bedrock, "*", {}, hello(), evil);
    ASSERT_FALSE(outgoing) << evil;
    EXPECT_EQ(outgoing.error().kind, FailureKind::BadRequest);
    EXPECT_EQ(problem_of(outgoing),
              "The model's name contains a path segment or a byte that no model's name has.");
  }
}

TEST(BuildRequest, PutsExtraBodyInWhateverTheDialect) {
  DeploymentParams params;
  params.extra_body = {{"guardrailConfig", R"({"guardrailIdentifier":"g"})"}};
  EXPECT_THAT(build(Provider::Bedrock, "m", params)->body,
              HasSubstr(R"("guardrailConfig":{"guardrailIdentifier":"g"})"));
}

TEST(BuildRequest, LetsTheOperatorSayWhereAnthropicProcesses) {
  DeploymentParams params;
  params.inference_geo = "us";
  EXPECT_THAT(build(Provider::Anthropic, "claude-x", params)->body,
              HasSubstr("\"inference_geo\":\"us\""));
}

TEST(BuildRequest, AppliesTheFilesRequestParameters) {
  DeploymentParams params;
  params.request_defaults = {{"temperature", "0.25"}};
  EXPECT_THAT(build(Provider::OpenAi, "gpt", params)->body, HasSubstr("\"temperature\":0.25"));
}

TEST(BuildRequest, SaysWhatIsWrongWithTheDeployment) {
  DeploymentParams params;
  params.api_base = "not a url";
  const auto outgoing = build(Provider::OpenAi, "m", params);
  EXPECT_EQ(problem_of(outgoing),
            "api_base: This is not a usable base URL: it contains a blank, a line break or another "
            "byte that no URL has.");
  EXPECT_EQ(outgoing.error().kind, FailureKind::Misconfigured);
}

TEST(BuildRequest, SaysThatThereIsNoCredentialYet) {
  const auto upstream = make_upstream(deployment(Provider::OpenAi, "m"), {}, {});
  EXPECT_EQ(problem_of(build_request(upstream, hello(), "", {}, kNow)),
            "There is no credential for openai yet.");
}

TEST(BuildRequest, TakesNoKeyThatCouldEndItsLine) {
  Credential credential;
  credential.api_key = Secret("k\r\nx-evil: 1");
  const auto upstream = make_upstream(deployment(Provider::OpenAi, "m"), {}, credential);
  EXPECT_EQ(upstream.passthrough_head, "");
  EXPECT_EQ(problem_of(build_request(upstream, hello(), "", credential, kNow)),
            "The credential for openai contains a line break or another control character.");
}

}  // namespace
}  // namespace meridian
