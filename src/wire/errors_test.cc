#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "wire/codec.h"
#include "wire/failures.h"

namespace meridian {
namespace {

Failure failure(FailureKind kind, int status, std::string code, std::string message) {
  Failure made = bad_request(std::move(message), std::move(code));
  made.kind = kind;
  made.status = status;
  return made;
}

TEST(Errors, HaveOpenAisShape) {
  EXPECT_EQ(
      write_error(Dialect::OpenAiChat, bad_request("`n` has to be 1"), "req-1"),
      R"({"error":{"message":"`n` has to be 1","type":"invalid_request_error","param":null,"code":"invalid_request","request_id":"req-1"}})");
  EXPECT_EQ(
      write_error(Dialect::OpenAiChat,
                  failure(FailureKind::RateLimited, 429, "ThrottlingException", "slow"),
                  ""),
      R"({"error":{"message":"slow","type":"rate_limit_error","param":null,"code":"ThrottlingException"}})");
}

// What is quoted may be anybody's bytes, or be cut off in the middle of a character.
TEST(Errors, AreUtf8WhateverTheyQuote) {
  for (const auto& [message, shown] :
       {std::pair("no \xFF here", "no \uFFFD here"),
        {"cut \xF0\x9F\x98", "cut \uFFFD\uFFFD\uFFFD"},
        {"\xC0\xAF\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"},
        {"gr\u00FC\u00DFe \U0001F600", "gr\u00FC\u00DFe \U0001F600"}}) {
    const auto error = write_error(Dialect::OpenAiChat, bad_request(message), "");
    EXPECT_NE(error.find(std::string("\"message\":\"") + shown + '"'), std::string::npos) << error;
  }
}

TEST(Errors, HaveAnthropicsShape) {
  EXPECT_EQ(
      write_error(
          Dialect::AnthropicMessages, failure(FailureKind::ServerError, 529, "", "busy"), "req-1"),
      R"({"type":"error","error":{"type":"overloaded_error","message":"busy"},"request_id":"req-1"})");
  EXPECT_EQ(write_error_event(
                Dialect::AnthropicMessages, failure(FailureKind::CutShort, 0, "", "cut"), ""),
            "event: error\ndata: "
            "{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"cut\"}}\n\n");
}

TEST(Errors, SayThatABudgetIsUsedUpAsLiteLlmDoes) {
  const auto over = failure(FailureKind::BadRequest, 400, "budget_exceeded", "spent");
  EXPECT_EQ(
      write_error(Dialect::OpenAiChat, over, ""),
      R"({"error":{"message":"spent","type":"budget_exceeded","param":null,"code":"budget_exceeded"}})");
  EXPECT_EQ(write_error(Dialect::AnthropicMessages, over, ""),
            R"({"type":"error","error":{"type":"budget_exceeded","message":"spent"}})");
}

TEST(Errors, HaveAnthropicsTypeForEveryStatus) {
  const auto type = [](FailureKind kind, int status) {
    const auto text = write_error(Dialect::AnthropicMessages, failure(kind, status, "", "m"), "");
    constexpr std::string_view kHead = R"({"type":"error","error":{"type":")";
    EXPECT_TRUE(text.starts_with(kHead)) << text;
    return text.substr(kHead.size(), text.find('"', kHead.size()) - kHead.size());
  };
  using enum FailureKind;
  EXPECT_EQ(type(BadRequest, 400), "invalid_request_error");
  EXPECT_EQ(type(BadRequest, 401), "authentication_error");
  EXPECT_EQ(type(BadRequest, 402), "billing_error");
  EXPECT_EQ(type(BadRequest, 403), "permission_error");
  EXPECT_EQ(type(BadRequest, 404), "not_found_error");
  EXPECT_EQ(type(BadRequest, 409), "conflict_error");
  EXPECT_EQ(type(BadRequest, 413), "request_too_large");
  EXPECT_EQ(type(ContextWindow, 413), "invalid_request_error");
  EXPECT_EQ(type(RateLimited, 429), "rate_limit_error");
  EXPECT_EQ(type(ServerError, 500), "api_error");
  EXPECT_EQ(type(ServerError, 503), "overloaded_error");
  EXPECT_EQ(type(ServerError, 529), "overloaded_error");
  EXPECT_EQ(type(TimedOut, 0), "timeout_error");
  EXPECT_EQ(type(ConnectFailed, 0), "api_error");
}

TEST(Errors, SayOpenAisWordWhereClientsLookForIt) {
  const auto text = write_error(
      Dialect::OpenAiChat,
      failure(FailureKind::ContextWindow, 400, "ValidationException", "Input is too long"),
      "");
  EXPECT_TRUE(text.contains(R"("code":"context_length_exceeded")")) << text;
}

TEST(Errors, DoNotBlameTheClientsKeyForTheGateways) {
  EXPECT_EQ(status_of(failure(FailureKind::Misconfigured, 401, "", "")), 502);
  EXPECT_EQ(status_of(failure(FailureKind::Misconfigured, 404, "", "")), 404);
}

TEST(Errors, KeepStatusesOfTheirKindOnly) {
  EXPECT_EQ(status_of(failure(FailureKind::ServerError, 503, "", "")), 503);
  EXPECT_EQ(status_of(failure(FailureKind::ServerError, 200, "", "")), 502);
  EXPECT_EQ(status_of(failure(FailureKind::BadRequest, 403, "", "")), 403);
  EXPECT_EQ(status_of(failure(FailureKind::BadRequest, 0, "", "")), 400);
  EXPECT_EQ(status_of(failure(FailureKind::TimedOut, 0, "", "")), 504);
  EXPECT_EQ(status_of(failure(FailureKind::ConnectFailed, 0, "", "")), 502);
}

TEST(Failures, AreJudgedByNameBeforeWords) {
  EXPECT_EQ(bedrock_failure("ThrottlingException", "Too many tokens, please wait").kind,
            FailureKind::RateLimited);
  EXPECT_EQ(bedrock_failure("ValidationException", "Too many input tokens").kind,
            FailureKind::ContextWindow);
  EXPECT_EQ(bedrock_failure("modelStreamErrorException", "x", 400).kind, FailureKind::BadRequest);
  EXPECT_EQ(bedrock_failure("BrandNewException", "x").kind, FailureKind::ServerError);
  EXPECT_EQ(anthropic_failure("invalid_request_error", "prompt is too long: 9 > 8", "").kind,
            FailureKind::ContextWindow);
  EXPECT_EQ(openai_failure("insufficient_quota", "", "pay").kind, FailureKind::AccountBlocked);
  EXPECT_EQ(openai_failure("invalid_request_error", "content_filter", "no").kind,
            FailureKind::ContentPolicy);
  EXPECT_EQ(openai_failure("", "", "?", 429).kind, FailureKind::RateLimited);
}

}  // namespace
}  // namespace meridian
