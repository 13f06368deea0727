// Clients of OpenAI's other two dialects: which deployments take them as they are, and where.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/simulated.h"
#include "providers/upstream.h"
#include "wire/codec.h"

namespace meridian {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

Deployment deployment(Provider provider, std::string_view model, std::string_view mode = "") {
  Deployment made;
  made.provider = provider;
  made.model = model;
  made.location.region = "us-east-1";
  made.can.mode = mode;
  return made;
}

Upstream upstream_of(const Deployment& made, const DeploymentParams& params = {}) {
  return make_upstream(made, params, simulated_credential(made.provider));
}

DeploymentParams at_base(std::string_view base, std::string_view version = "") {
  DeploymentParams params;
  params.api_base = base;
  params.api_version = version;
  return params;
}

Upstream azure(std::string_view base, std::string_view version) {
  return upstream_of(deployment(Provider::Azure, "gpt 5"), at_base(base, version));
}

TEST(ResponsesSide, IsOpenAisOwn) {
  const auto upstream = upstream_of(deployment(Provider::OpenAi, "gpt-5"));
  EXPECT_EQ(upstream.dialect_for(Dialect::OpenAiResponses), Dialect::OpenAiResponses);
  EXPECT_EQ(upstream.dialect_for(Dialect::OpenAiChat), Dialect::OpenAiChat);
  EXPECT_THAT(upstream.passthrough_head_for(Operation::Chat, Dialect::OpenAiResponses),
              StartsWith("POST /v1/responses HTTP/1.1\r\nhost: api.openai.com\r\n"));
  EXPECT_THAT(upstream.passthrough_head_for(Operation::Chat, Dialect::OpenAiChat),
              StartsWith("POST /v1/chat/completions HTTP/1.1\r\n"));
}

TEST(ResponsesSide, IsACompatibleServersWhenTheFileSaysSo) {
  const auto params = at_base("http://127.0.0.1:8000/v1/responses");
  const auto plain = upstream_of(deployment(Provider::Compatible, "m"), params);
  EXPECT_EQ(plain.dialect_for(Dialect::OpenAiResponses), Dialect::OpenAiChat);
  EXPECT_EQ(plain.passthrough_head_for(Operation::Chat, Dialect::OpenAiResponses), "");
}

// Many of OpenAI's newest models have that API alone: a client of any other is translated to it.
TEST(ResponsesAlone, AreAskedForWhateverTheClientSpeaks) {
  auto params = at_base("http://127.0.0.1:8000/v1/responses");
  const auto said = upstream_of(deployment(Provider::Compatible, "m", "responses"), params);
  params.model = "openai/responses/m";
  const auto routed = upstream_of(deployment(Provider::Compatible, "m"), params);
  DeploymentParams own;
  own.model = "openai/responses/gpt-5-pro";
  const auto openai = upstream_of(deployment(Provider::OpenAi, "gpt-5-pro"), own);
  for (const auto& upstream : {said, routed, openai}) {
    EXPECT_EQ(upstream.path, "/v1/responses");
    EXPECT_EQ(upstream.stream_path, "/v1/responses");
    for (const auto client :
         {Dialect::OpenAiChat, Dialect::OpenAiResponses, Dialect::AnthropicMessages}) {
      EXPECT_EQ(upstream.dialect_for(client), Dialect::OpenAiResponses);
    }
    EXPECT_THAT(upstream.passthrough_head_for(Operation::Chat, Dialect::OpenAiResponses),
                StartsWith("POST /v1/responses "));
    EXPECT_EQ(upstream.passthrough_head_for(Operation::Chat, Dialect::OpenAiChat), "");
  }
  auto other = at_base("http://h/v1");
  other.model = "openrouter/responses/x";
  EXPECT_EQ(upstream_of(deployment(Provider::Compatible, "responses/x"), other).path,
            "/v1/chat/completions");
}

TEST(ResponsesAlone, AreAskedForAtAzureInAVersionThatHasThem) {
  const auto routed = [](std::string_view version) {
    auto params = at_base("https://acme.openai.azure.com", version);
    params.model = "azure/responses/o3";
    return upstream_of(deployment(Provider::Azure, "o3"), params);
  };
  EXPECT_EQ(routed("").path, "/openai/responses?api-version=2025-03-01-preview");
  EXPECT_EQ(routed("2025-04-01-preview").path, "/openai/responses?api-version=2025-04-01-preview");
  EXPECT_EQ(routed("v1").path, "/openai/v1/responses");
  EXPECT_EQ(routed("2024-10-21").problem,
            "api_version 2024-10-21 has no Responses API, which this model is asked by: write "
            "2025-03-01-preview or later, or v1.");
}

TEST(ResponsesSide, IsAzuresOutsideOfTheDeploymentsPathSinceMarch2025) {
  constexpr std::string_view kBase = "https://acme.openai.azure.com";
  EXPECT_EQ(azure(kBase, "v1").responses.path, "/openai/v1/responses");
  EXPECT_EQ(azure(kBase, "preview").responses.path, "/openai/v1/responses?api-version=preview");
  constexpr std::string_view kDated = "/openai/responses?api-version=2025-03-01-preview";
  EXPECT_EQ(azure(kBase, "2025-03-01-preview").responses.path, kDated);
  EXPECT_EQ(azure("https://acme.openai.azure.com/openai/deployments/x/chat/completions",
                  "2025-03-01-preview")
                .responses.path,
            kDated);
  EXPECT_EQ(azure(kBase, "2025-02-01-preview").responses.path, "");
  EXPECT_EQ(azure(kBase, "").responses.path, "");  // The default is LiteLLM's: 2025-02-01-preview.
}

TEST(CompletionsSide, IsThereForModelsThatCompleteText) {
  const auto completes = [](const Deployment& made, std::string_view written = "") {
    DeploymentParams params;
    params.model = written;
    params.api_base = "https://host/v1";
    return upstream_of(made, params).completions.path;
  };
  EXPECT_EQ(completes(deployment(Provider::OpenAi, "gpt-3.5-turbo-instruct")), "/v1/completions");
  EXPECT_EQ(completes(deployment(Provider::OpenAi, "ft:davinci-002:acme::1")), "/v1/completions");
  EXPECT_EQ(completes(deployment(Provider::OpenAi, "x"), "text-completion-openai/x"),
            "/v1/completions");
  EXPECT_EQ(completes(deployment(Provider::Compatible, "base", "completion")), "/v1/completions");
  EXPECT_EQ(completes(deployment(Provider::Azure, "old", "completion")),
            "/v1/openai/deployments/old/completions?api-version=2025-02-01-preview");
  EXPECT_EQ(completes(deployment(Provider::OpenAi, "gpt-5")), "");
  EXPECT_EQ(completes(deployment(Provider::Compatible, "davinci-002")), "");
}

TEST(OtherSides, AreNobodysElse) {
  for (const auto provider : {Provider::Anthropic, Provider::Bedrock, Provider::Vertex}) {
    const auto upstream = upstream_of(deployment(provider, "claude-sonnet-4-5", "responses"));
    for (const auto client : {Dialect::OpenAiResponses, Dialect::OpenAiCompletions}) {
      EXPECT_EQ(upstream.dialect_for(client), upstream.dialect);
      EXPECT_EQ(upstream.passthrough_head_for(Operation::Chat, client), "");
    }
  }
}

TEST(OtherSides, DoNotChangeWhereCountsAndEmbeddingsGo) {
  const auto openai = upstream_of(deployment(Provider::OpenAi, "text-embedding-3-small"));
  EXPECT_THAT(openai.passthrough_head_for(Operation::Embeddings, Dialect::OpenAiChat),
              StartsWith("POST /v1/embeddings "));
  EXPECT_EQ(openai.passthrough_head_for(Operation::CountTokens, Dialect::AnthropicMessages), "");
  const auto anthropic = upstream_of(deployment(Provider::Anthropic, "claude-sonnet-4-5"));
  EXPECT_THAT(anthropic.passthrough_head_for(Operation::CountTokens, Dialect::AnthropicMessages),
              StartsWith("POST /v1/messages/count_tokens "));
  EXPECT_EQ(anthropic.passthrough_head_for(Operation::Embeddings, Dialect::OpenAiChat), "");
}

Outgoing written(const Upstream& upstream, Dialect client, std::string_view body) {
  return *build_request(upstream,
                        *read_request(client, body),
                        "",
                        simulated_credential(upstream.provider),
                        WallTime(std::chrono::seconds(1440938160)));
}

TEST(BuildRequest, WritesAClientsDialectWhereTheDeploymentHasIt) {
  constexpr std::string_view kBody = R"({"model":"m","input":"hi","stream":true})";
  const auto native =
      written(upstream_of(deployment(Provider::OpenAi, "gpt-5")), Dialect::OpenAiResponses, kBody);
  EXPECT_THAT(native.head, StartsWith("POST /v1/responses HTTP/1.1\r\n"));
  EXPECT_THAT(native.body, HasSubstr(R"("input":)"));
  const auto chat =
      written(upstream_of(deployment(Provider::Compatible, "m"), at_base("http://h/v1")),
              Dialect::OpenAiResponses,
              kBody);
  EXPECT_THAT(chat.head, StartsWith("POST /v1/chat/completions HTTP/1.1\r\n"));
  EXPECT_THAT(chat.body, HasSubstr(R"("messages":)"));
  const auto prompt = written(upstream_of(deployment(Provider::OpenAi, "davinci-002")),
                              Dialect::OpenAiCompletions,
                              R"({"model":"m","prompt":"Once"})");
  EXPECT_THAT(prompt.head, StartsWith("POST /v1/completions HTTP/1.1\r\n"));
  EXPECT_THAT(prompt.body, HasSubstr(R"("prompt":"Once")"));
  EXPECT_THAT(prompt.body, Not(HasSubstr("messages")));
}

}  // namespace
}  // namespace meridian
