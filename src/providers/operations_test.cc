// Counts and embeddings: where they go, what they hold, and that they are signed as chats are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/aws/sigv4.h"
#include "providers/simulated.h"
#include "providers/upstream.h"
#include "wire/codec.h"
#include "wire/openai/embeddings.h"

namespace meridian {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr WallTime kNow{std::chrono::seconds(1440938160)};
constexpr std::string_view kClaude = "anthropic.claude-3-5-sonnet-20241022-v2:0";

Upstream upstream_of(Provider provider,
                     std::string_view model,
                     const DeploymentParams& params = {}) {
  Deployment deployment;
  deployment.provider = provider;
  deployment.model = model;
  deployment.location.region = provider == Provider::Vertex ? "us-east5" : "us-east-1";
  return make_upstream(deployment, params, simulated_credential(provider));
}

ChatRequest asked() {
  return *read_request(Dialect::AnthropicMessages,
                       R"({"model":"c","messages":[{"role":"user","content":"hi"}]})",
                       Operation::CountTokens);
}

Result<Outgoing> count(const Upstream& upstream) {
  return build_count_request(upstream, asked(), "", simulated_credential(upstream.provider), kNow);
}

EmbeddingRequest texts() {
  return *read_openai_embeddings(R"({"model":"e","input":["a","b"]})");
}

Result<Outgoing> embed(const Upstream& upstream,
                       EmbeddingSlice slice,
                       const EmbeddingRequest& request = texts()) {
  return build_embedding_request(
      upstream, request, slice, "", simulated_credential(upstream.provider), kNow);
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

bool well_signed(const Outgoing& outgoing) {
  const auto& head = outgoing.head;
  const auto lookup = [&head](std::string_view name) { return field(head, name); };
  return verify_sigv4("POST",
                      head.substr(5, head.find(" HTTP") - 5),
                      lookup,
                      outgoing.body,
                      simulated_credential(Provider::Bedrock).aws_secret.reveal(),
                      kNow);
}

TEST(BuildCountRequest, AsksAnthropicByItsOwnPath) {
  const auto upstream = upstream_of(Provider::Anthropic, "claude-x");
  EXPECT_THAT(upstream.count.passthrough_head,
              StartsWith("POST /v1/messages/count_tokens HTTP/1.1\r\n"));
  EXPECT_EQ(count(upstream)->body,
            R"({"model":"claude-x","messages":[{"role":"user","content":)"
            R"([{"type":"text","text":"hi"}]}]})");
}

// inference_geo says where a model may run; counting takes no such field.
TEST(BuildCountRequest, LeavesOutWhatTheFileForcesUponAnswers) {
  DeploymentParams params;
  params.inference_geo = "us";
  const auto upstream = upstream_of(Provider::Anthropic, "claude-x", params);
  EXPECT_EQ(upstream.count.passthrough_head, "");
  EXPECT_THAT(count(upstream)->body, Not(HasSubstr("inference_geo")));
}

// `temperature` beside thinking could not be sent with a chat; nobody samples here.
TEST(BuildCountRequest, MindsNothingThatIsSaidOfTheAnswer) {
  DeploymentParams params;
  params.request_defaults = {{"temperature", "0.2"}, {"seed", "1"}, {"n", "2"}};
  auto request = asked();
  request.thinking_json = R"({"type":"enabled","budget_tokens":1024})";
  request.stop = {"END"};
  request.top_k = 3;
  for (const auto provider : {Provider::Anthropic, Provider::Bedrock, Provider::Gemini}) {
    const auto upstream = upstream_of(
        provider, provider == Provider::Bedrock ? kClaude : "claude-sonnet-4-5", params);
    const auto outgoing =
        build_count_request(upstream, request, "", simulated_credential(provider), kNow);
    EXPECT_TRUE(outgoing) << outgoing.error().message;
  }
}

TEST(BuildCountRequest, NamesVertexsModelInTheBody) {
  DeploymentParams params;
  params.vertex_project = "acme";
  const auto outgoing = count(upstream_of(Provider::Vertex, "claude-sonnet-4-5@20250929", params));
  ASSERT_TRUE(outgoing);
  EXPECT_THAT(outgoing->head,
              StartsWith("POST /v1/projects/acme/locations/us-east5/publishers/anthropic/models/"
                         "count-tokens:rawPredict HTTP/1.1\r\n"));
  EXPECT_THAT(outgoing->body,
              StartsWith(R"({"anthropic_version":"vertex-2023-10-16",)"
                         R"("model":"claude-sonnet-4-5@20250929","messages":)"));
}

TEST(BuildCountRequest, AsksGoogleForItsModels) {
  DeploymentParams params;
  params.vertex_project = "acme";
  const auto vertex = count(upstream_of(Provider::Vertex, "gemini-2.5-flash", params));
  EXPECT_THAT(vertex->head, HasSubstr("/publishers/google/models/gemini-2.5-flash:countTokens "));
  EXPECT_THAT(vertex->body, StartsWith(R"({"contents":)"));
  const auto gemini = count(upstream_of(Provider::Gemini, "gemini-2.5-flash"));
  EXPECT_THAT(gemini->head, StartsWith("POST /v1beta/models/gemini-2.5-flash:countTokens "));
  EXPECT_THAT(
      gemini->body,
      StartsWith(R"({"generateContentRequest":{"model":"models/gemini-2.5-flash","contents":)"));
}

// A profile's name is refused there.
TEST(BuildCountRequest, NamesBedrocksModelWithoutItsProfile) {
  for (const auto* id : {"anthropic.claude-3-5-sonnet-20241022-v2:0",
                         "eu.anthropic.claude-3-5-sonnet-20241022-v2:0",
                         "arn:aws:bedrock:us-east-1:123456789012:inference-profile/"
                         "us.anthropic.claude-3-5-sonnet-20241022-v2:0"}) {
    const auto outgoing = count(upstream_of(Provider::Bedrock, id));
    ASSERT_TRUE(outgoing);
    EXPECT_THAT(outgoing->head,
                StartsWith("POST /model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/count-tokens "))
        << id;
    EXPECT_EQ(outgoing->body,
              R"({"input":{"converse":{"messages":[{"role":"user","content":[{"text":"hi"}]}]}}})");
    EXPECT_TRUE(well_signed(*outgoing));
  }
}

TEST(BuildCountRequest, WrapsTheBodyOfInvokeModelWhereThatIsUsed) {
  DeploymentParams params;
  params.bedrock_invoke = true;
  const auto outgoing = count(upstream_of(Provider::Bedrock, kClaude, params));
  ASSERT_TRUE(outgoing);
  EXPECT_THAT(outgoing->body, StartsWith(R"({"input":{"invokeModel":{"body":")"));
  EXPECT_TRUE(well_signed(*outgoing));
}

TEST(CountForm, IsNoneWhereNobodyCounts) {
  EXPECT_EQ(upstream_of(Provider::OpenAi, "gpt-4o").count_form, CountForm::None);
  EXPECT_EQ(upstream_of(Provider::Bedrock, "amazon.nova-pro-v1:0").count_form, CountForm::None);
  EXPECT_EQ(upstream_of(Provider::Bedrock,
                        "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc")
                .count_form,
            CountForm::None);
}

TEST(BuildEmbeddingRequest, HasItsHeadReadyForOpenAiAndItsLike) {
  DeploymentParams params;
  params.api_base = "http://127.0.0.1:8000/v1/embeddings";
  const auto upstream = upstream_of(Provider::Compatible, "nomic-embed-text", params);
  EXPECT_THAT(upstream.embed.passthrough_head, StartsWith("POST /v1/embeddings HTTP/1.1\r\n"));
  EXPECT_EQ(upstream.path, "/v1/chat/completions");
  EXPECT_THAT(upstream_of(Provider::OpenAi, "text-embedding-3-small").embed.passthrough_head,
              StartsWith("POST /v1/embeddings HTTP/1.1\r\nhost: api.openai.com\r\n"));
}

TEST(BuildEmbeddingRequest, GoesToAzuresDeployment) {
  DeploymentParams params;
  params.api_base = "https://acme.openai.azure.com";
  params.api_version = "2024-10-21";
  EXPECT_EQ(upstream_of(Provider::Azure, "embed-1", params).embed.path,
            "/openai/deployments/embed-1/embeddings?api-version=2024-10-21");
  params.api_version = "v1";
  EXPECT_EQ(upstream_of(Provider::Azure, "embed-1", params).embed.path, "/openai/v1/embeddings");
}

TEST(BuildEmbeddingRequest, InvokesTitanAndCohere) {
  const auto titan = upstream_of(Provider::Bedrock, "amazon.titan-embed-text-v2:0");
  EXPECT_EQ(embedding_way(titan, "").form, EmbeddingForm::Titan);
  EXPECT_EQ(embedding_way(titan, "").texts_max, 1U);
  const auto one = embed(titan, {1, 1});
  ASSERT_TRUE(one);
  EXPECT_THAT(one->head, StartsWith("POST /model/amazon.titan-embed-text-v2%3A0/invoke HTTP/1.1"));
  EXPECT_EQ(one->body, R"({"inputText":"b"})");
  EXPECT_TRUE(well_signed(*one));

  const auto cohere = upstream_of(Provider::Bedrock, "cohere.embed-multilingual-v3");
  const auto both = embed(cohere, {0, 2});
  ASSERT_TRUE(both);
  EXPECT_THAT(both->head, StartsWith("POST /model/cohere.embed-multilingual-v3/invoke HTTP/1.1"));
  EXPECT_TRUE(well_signed(*both));
}

TEST(BuildEmbeddingRequest, AsksGoogle) {
  DeploymentParams params;
  params.vertex_project = "acme";
  EXPECT_THAT(embed(upstream_of(Provider::Vertex, "text-embedding-005", params), {0, 2})->head,
              HasSubstr("/publishers/google/models/text-embedding-005:predict HTTP/1.1"));
  EXPECT_THAT(embed(upstream_of(Provider::Gemini, "gemini-embedding-001"), {0, 2})->head,
              StartsWith("POST /v1beta/models/gemini-embedding-001:batchEmbedContents HTTP/1.1"));
}

TEST(BuildEmbeddingRequest, KnowsTheModelBehindAWildcard) {
  const auto upstream = upstream_of(Provider::Bedrock, "*");
  EXPECT_EQ(embedding_way(upstream, "cohere.embed-v4:0").form, EmbeddingForm::Cohere);
  EXPECT_EQ(embedding_way(upstream, "amazon.nova-pro-v1:0").form, EmbeddingForm::None);
}

TEST(BuildEmbeddingRequest, TakesTheFilesParametersWhereTheClientSaysNothing) {
  DeploymentParams params;
  params.request_defaults = {{"dimensions", "256"}, {"normalize", "false"}};
  const auto titan = upstream_of(Provider::Bedrock, "amazon.titan-embed-text-v2:0", params);
  EXPECT_EQ(embed(titan, {0, 1})->body, R"({"inputText":"a","dimensions":256,"normalize":false})");
  auto own = texts();
  own.dimensions = 512;
  EXPECT_EQ(embed(titan, {0, 1}, own)->body,
            R"({"inputText":"a","dimensions":512,"normalize":false})");
  params.request_defaults = {{"user", "\"gw\""}};
  const auto openai = upstream_of(Provider::OpenAi, "text-embedding-3-small", params);
  EXPECT_EQ(embed(openai, {0, 2})->body,
            R"({"model":"text-embedding-3-small","input":["a","b"],"user":"gw"})");
  params.request_defaults.clear();
  params.extra_body = {{"truncate", "\"END\""}};
  EXPECT_THAT(embed(upstream_of(Provider::Bedrock, "cohere.embed-v4:0", params), {0, 1})->body,
              EndsWith(R"(,"truncate":"END"})"));
}

TEST(BuildEmbeddingRequest, IsTheClientsMistakeWhereNoModelOfThatNameEmbeds) {
  for (const auto provider : {Provider::Bedrock, Provider::Gemini}) {
    const auto outgoing = embed(upstream_of(provider, "claude-x"), {0, 1});
    ASSERT_FALSE(outgoing);
    EXPECT_EQ(outgoing.error().kind, FailureKind::BadRequest);
  }
}

}  // namespace
}  // namespace meridian
