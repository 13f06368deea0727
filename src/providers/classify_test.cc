#include <map>
#include <ostream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/upstream.h"

namespace meridian {
namespace {

using std::chrono::seconds;

constexpr WallTime kNow{seconds(784111777)};  // Sun, 06 Nov 1994 08:49:37 GMT

using Fields = std::map<std::string, std::string, std::less<>>;

Failure classify(Provider provider, int status, std::string_view body, const Fields& fields = {}) {
  return classify_reply(
      provider,
      status,
      [&fields](std::string_view name) -> std::string_view {
        const auto found = fields.find(name);
        return found == fields.end() ? std::string_view() : found->second;
      },
      body,
      kNow);
}

FailureKind kind(Provider provider, int status, std::string_view body) {
  return classify(provider, status, body).kind;
}

// A Bedrock error with its code in the header, as AWS sends it.
Failure bedrock(int status, const std::string& exception, const std::string& message) {
  return classify(Provider::Bedrock,
                  status,
                  R"({"message":")" + message + "\"}",
                  {{"x-amzn-errortype", exception + ":http://internal.amazon.com/coral/x/"},
                   {"x-amzn-requestid", "req-1"}});
}

TEST(BedrockReply, HasItsCodeTrimmedAndItsRequestId) {
  const auto failure = bedrock(429, "ThrottlingException", "Too many tokens, please wait.");
  EXPECT_EQ(failure.kind, FailureKind::RateLimited);
  EXPECT_EQ(failure.code, "ThrottlingException");
  EXPECT_EQ(failure.request_id, "req-1");
  EXPECT_EQ(failure.status, 429);
  EXPECT_EQ(failure.message, "Too many tokens, please wait.");
  EXPECT_EQ(
      classify(Provider::Bedrock, 403, R"({"__type":"com.amazon#ExpiredTokenException"})").code,
      "ExpiredTokenException");
}

TEST(BedrockReply, TellsAModelThatIsNotThereFromARequestThatIsWrong) {
  for (const auto* const about_the_model :
       {"The provided model identifier is invalid.",
        "Invocation of model ID x with on-demand throughput isn\xe2\x80\x99t supported. Retry.",
        "This model version has reached the end of its life.",
        "You don't have access to the model with the specified model ID.",
        "The model is not supported in this Region."}) {
    EXPECT_EQ(bedrock(400, "ValidationException", about_the_model).kind, FailureKind::Misconfigured)
        << about_the_model;
  }
  EXPECT_EQ(bedrock(400, "ValidationException", "messages.0.content is empty").kind,
            FailureKind::BadRequest);
  EXPECT_EQ(bedrock(400, "ValidationException", "This model doesn't support tool use.").kind,
            FailureKind::BadRequest);
}

TEST(BedrockReply, KnowsAPromptThatIsTooLong) {
  EXPECT_EQ(bedrock(400, "ValidationException", "Input is too long for requested model.").kind,
            FailureKind::ContextWindow);
  EXPECT_EQ(bedrock(400, "ValidationException", "too many tokens: 9 > 8").kind,
            FailureKind::ContextWindow);
}

TEST(BedrockReply, CountsAQuotaThatComesAs400) {
  EXPECT_EQ(bedrock(400, "ServiceQuotaExceededException", "x").kind, FailureKind::RateLimited);
}

TEST(BedrockReply, JudgesA424ByWhatTheModelAnswered) {
  const auto by = [](std::string_view body) {
    return classify(Provider::Bedrock, 424, body, {{"x-amzn-errortype", "ModelErrorException"}})
        .kind;
  };
  EXPECT_EQ(by(R"({"originalStatusCode":429})"), FailureKind::RateLimited);
  EXPECT_EQ(by(R"({"originalStatusCode":500})"), FailureKind::ServerError);
  EXPECT_EQ(by(R"({"originalStatusCode":400})"), FailureKind::BadRequest);
  EXPECT_EQ(by("{}"), FailureKind::ServerError);
}

TEST(BedrockReply, KnowsCredentialsThatAreRefused) {
  for (const auto* const code : {"AccessDeniedException",
                                 "UnrecognizedClientException",
                                 "InvalidSignatureException",
                                 "ExpiredTokenException"}) {
    EXPECT_EQ(bedrock(403, code, "x").kind, FailureKind::Misconfigured) << code;
  }
  EXPECT_EQ(bedrock(400, "IncompleteSignature", "x").kind, FailureKind::Misconfigured);
}

TEST(BedrockReply, ThatIsTheServersFaultIsAFault) {
  EXPECT_EQ(bedrock(408, "ModelTimeoutException", "x").kind, FailureKind::ServerError);
  EXPECT_EQ(bedrock(500, "InternalServerException", "x").kind, FailureKind::ServerError);
  EXPECT_EQ(bedrock(503, "ServiceUnavailableException", "x").kind, FailureKind::ServerError);
  EXPECT_EQ(kind(Provider::Bedrock, 502, "<html>bad gateway</html>"), FailureKind::ServerError);
}

std::string openai_body(const std::string& type,
                        const std::string& code,
                        const std::string& words) {
  return R"({"error":{"message":")" + words + R"(","type":")" + type +
         R"(","param":null,"code":")" + code + "\"}}";
}

TEST(OpenAiReply, TellsMoneyFromRate) {
  EXPECT_EQ(
      kind(Provider::OpenAi, 429, openai_body("insufficient_quota", "insufficient_quota", "x")),
      FailureKind::AccountBlocked);
  EXPECT_EQ(kind(Provider::OpenAi, 429, openai_body("requests", "rate_limit_exceeded", "x")),
            FailureKind::RateLimited);
}

TEST(OpenAiReply, IsJudgedByItsCode) {
  const auto invalid = [](const std::string& code, int status = 400) {
    return kind(Provider::OpenAi, status, openai_body("invalid_request_error", code, "x"));
  };
  EXPECT_EQ(invalid("context_length_exceeded"), FailureKind::ContextWindow);
  EXPECT_EQ(invalid("content_filter"), FailureKind::ContentPolicy);
  EXPECT_EQ(invalid("model_not_found", 404), FailureKind::Misconfigured);
  EXPECT_EQ(invalid("unsupported_parameter"), FailureKind::BadRequest);
  EXPECT_EQ(invalid("invalid_api_key", 401), FailureKind::Misconfigured);
}

TEST(OpenAiReply, OfA404WithoutAReasonIsAWrongAddress) {
  EXPECT_EQ(kind(Provider::OpenAi, 404, "<html>nginx</html>"), FailureKind::Misconfigured);
  EXPECT_EQ(
      kind(Provider::OpenAi, 404, openai_body("invalid_request_error", "", "Invalid URL (POST /)")),
      FailureKind::Misconfigured);
  EXPECT_EQ(kind(Provider::OpenAi, 404, openai_body("invalid_request_error", "", "No such file")),
            FailureKind::BadRequest);
}

TEST(CompatibleReply, IsReadInTheShapesThatServersUse) {
  EXPECT_EQ(classify(Provider::Compatible, 404, R"({"error":"model 'x' not found"})").kind,
            FailureKind::Misconfigured);
  const auto vllm = classify(
      Provider::Compatible,
      400,
      R"({"object":"error","message":"This model's maximum context length is 4096 tokens.","type":"BadRequestError","param":null,"code":400})");
  EXPECT_EQ(vllm.kind, FailureKind::ContextWindow);
  EXPECT_EQ(vllm.code, "BadRequestError");
  EXPECT_EQ(classify(Provider::Compatible, 422, R"({"detail":"messages: field required"})").message,
            "messages: field required");
  EXPECT_EQ(kind(Provider::Compatible, 402, R"({"error":{"message":"Insufficient Balance"}})"),
            FailureKind::AccountBlocked);
}

TEST(AzureReply, KnowsItsOwnCodes) {
  EXPECT_EQ(kind(Provider::Azure, 404, R"({"error":{"code":"DeploymentNotFound","message":"x"}})"),
            FailureKind::Misconfigured);
  EXPECT_EQ(
      kind(
          Provider::Azure,
          400,
          R"({"error":{"message":"x","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}})"),
      FailureKind::ContentPolicy);
  EXPECT_EQ(kind(Provider::Azure, 429, R"({"error":{"code":"429","message":"x"}})"),
            FailureKind::RateLimited);
}

std::string anthropic_body(const std::string& type, const std::string& words) {
  return R"({"type":"error","error":{"type":")" + type + R"(","message":")" + words +
         R"("},"request_id":"req_1"})";
}

TEST(AnthropicReply, IsJudgedByItsType) {
  EXPECT_EQ(kind(Provider::Anthropic, 529, anthropic_body("overloaded_error", "Overloaded")),
            FailureKind::ServerError);
  EXPECT_EQ(kind(Provider::Anthropic, 429, anthropic_body("rate_limit_error", "x")),
            FailureKind::RateLimited);
  EXPECT_EQ(kind(Provider::Anthropic, 404, anthropic_body("not_found_error", "model: x")),
            FailureKind::Misconfigured);
  EXPECT_EQ(kind(Provider::Anthropic,
                 400,
                 anthropic_body("invalid_request_error", "prompt is too long: 9")),
            FailureKind::ContextWindow);
  EXPECT_EQ(kind(Provider::Anthropic, 400, anthropic_body("invalid_request_error", "x")),
            FailureKind::BadRequest);
  EXPECT_EQ(kind(Provider::Anthropic, 413, anthropic_body("request_too_large", "x")),
            FailureKind::BadRequest);
}

TEST(AnthropicReply, TellsMoneyFromRate) {
  EXPECT_EQ(kind(Provider::Anthropic, 402, anthropic_body("billing_error", "x")),
            FailureKind::AccountBlocked);
  EXPECT_EQ(
      kind(
          Provider::Anthropic,
          429,
          R"({"type":"error","error":{"type":"rate_limit_error","message":"x","details":{"error_code":"enforced_spend_limit_reached"}}})"),
      FailureKind::AccountBlocked);
  EXPECT_EQ(
      kind(Provider::Anthropic,
           400,
           anthropic_body("invalid_request_error", "Your credit balance is too low to access")),
      FailureKind::AccountBlocked);
}

TEST(VertexReply, IsReadInGooglesShapeAlsoInsideAnArray) {
  const auto failure = classify(
      Provider::Vertex,
      429,
      R"([{"error":{"code":429,"message":"Quota exceeded","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"12s"}]}}])");
  EXPECT_EQ(failure.kind, FailureKind::RateLimited);
  EXPECT_EQ(failure.code, "RESOURCE_EXHAUSTED");
  EXPECT_EQ(failure.retry_after, seconds(12));
}

TEST(VertexReply, IsJudgedByItsStatusWord) {
  const auto google = [](int status, const std::string& word, const std::string& words = "x") {
    return kind(Provider::Vertex,
                status,
                R"({"error":{"code":1,"message":")" + words + R"(","status":")" + word + "\"}}");
  };
  EXPECT_EQ(google(404, "NOT_FOUND"), FailureKind::Misconfigured);
  EXPECT_EQ(google(403, "PERMISSION_DENIED"), FailureKind::Misconfigured);
  EXPECT_EQ(google(400, "INVALID_ARGUMENT"), FailureKind::BadRequest);
  EXPECT_EQ(google(400,
                   "INVALID_ARGUMENT",
                   "The input token count (9) exceeds the maximum number of tokens allowed (8)."),
            FailureKind::ContextWindow);
  EXPECT_EQ(google(400, "FAILED_PRECONDITION", "model is not servable in region us-east5"),
            FailureKind::Misconfigured);
  EXPECT_EQ(google(503, "UNAVAILABLE"), FailureKind::ServerError);
  EXPECT_EQ(google(504, "DEADLINE_EXCEEDED"), FailureKind::ServerError);
}

TEST(VertexReply, MayBeAnthropics) {
  EXPECT_EQ(kind(Provider::Vertex, 529, anthropic_body("overloaded_error", "x")),
            FailureKind::ServerError);
  EXPECT_EQ(
      kind(Provider::Vertex, 400, anthropic_body("invalid_request_error", "prompt is too long")),
      FailureKind::ContextWindow);
}

TEST(AnyReply, WithoutAReasonGetsASentence) {
  EXPECT_EQ(classify(Provider::OpenAi, 503, "").message,
            "The provider (openai) answered 503 without a reason.");
  EXPECT_EQ(classify(Provider::OpenAi, 302, "").message,
            "The provider (openai) answered with a redirect (302), which is never followed: its "
            "api_base is not the right one.");
}

TEST(AnyReply, ShowsNoPageOfAProxy) {
  EXPECT_EQ(classify(Provider::Azure, 502, "<html>10.0.0.1 is down</html>").message,
            "The provider (azure) answered 502 without a reason.");
}

TEST(AnyReply, MayBeHostile) {
  const std::string deep(100'000, '[');
  EXPECT_EQ(kind(Provider::OpenAi, 500, deep), FailureKind::ServerError);
  EXPECT_EQ(kind(Provider::OpenAi, 500, std::string(10 << 20, 'x')), FailureKind::ServerError);
  EXPECT_EQ(kind(Provider::OpenAi, 400, "[]"), FailureKind::BadRequest);
  EXPECT_EQ(kind(Provider::Vertex, 400, R"({"error":null})"), FailureKind::BadRequest);
  const auto failure = classify(Provider::OpenAi, 429, "{}", {{"x-request-id", "a\r\nb: c"}});
  EXPECT_EQ(failure.request_id, "a");
}

TEST(AnyReply, HasAWaitOnlyWhereWaitingHelps) {
  const Fields fields = {{"retry-after", "7"}};
  EXPECT_EQ(classify(Provider::OpenAi, 429, "", fields).retry_after, seconds(7));
  EXPECT_EQ(classify(Provider::OpenAi, 503, "", fields).retry_after, seconds(7));
  EXPECT_FALSE(classify(Provider::OpenAi, 400, "", fields).retry_after);
}

Failure refused(std::string code, std::string message) {
  Failure failure;
  failure.kind = FailureKind::Misconfigured;
  failure.status = 403;
  failure.code = std::move(code);
  failure.message = std::move(message);
  return failure;
}

TEST(WithClientsKey, MakesWhatIsHeldAgainstTheKeyTheClientsMatter) {
  EXPECT_EQ(with_clients_key(classify(Provider::OpenAi, 429, "{}")).kind, FailureKind::BadRequest);
  EXPECT_EQ(with_clients_key(classify(Provider::OpenAi, 401, "{}")).kind, FailureKind::BadRequest);
  EXPECT_EQ(with_clients_key(classify(Provider::OpenAi, 503, "{}")).kind, FailureKind::ServerError);
}

TEST(ClockSkew, IsLearntFromTheDateOfARefusalForItsTime) {
  const auto* const date = "Sun, 06 Nov 1994 09:49:37 GMT";
  EXPECT_EQ(clock_skew(refused("RequestTimeTooSkewed", ""), date, kNow), seconds(3600));
  EXPECT_EQ(
      clock_skew(refused("InvalidSignatureException", "Signature expired: 1994 is now earlier"),
                 date,
                 kNow),
      seconds(3600));
  EXPECT_FALSE(clock_skew(refused("InvalidSignatureException", "does not match"), date, kNow));
}

TEST(ClockSkew, BelievesNoDateThatIsADayOff) {
  EXPECT_FALSE(
      clock_skew(refused("RequestTimeTooSkewed", ""), "Sun, 06 Nov 1999 09:49:37 GMT", kNow));
  EXPECT_FALSE(clock_skew(refused("RequestTimeTooSkewed", ""), "yesterday", kNow));
  EXPECT_FALSE(
      clock_skew(refused("RequestTimeTooSkewed", ""), "Sun, 06 Nov 1994 08:49:40 GMT", kNow));
}

}  // namespace
}  // namespace meridian
