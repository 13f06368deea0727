#include "cloud/refusal.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace meridian {
namespace {

CloudReply dressed(const CloudRefusal& refusal, Provider provider, CloudOperation operation) {
  return dress(refusal, {.provider = provider, .region = "r", .host = {}}, operation, "id-1");
}

std::string field(const CloudReply& reply, std::string_view name) {
  const auto found = std::ranges::find(reply.fields, name, &CloudFields::value_type::first);
  return found == reply.fields.end() ? std::string() : found->second;
}

TEST(Dress, NamesTheErrorTypeAsBedrockDoes) {
  const auto reply =
      dressed({.kind = RefusalKind::WrongSignature}, Provider::Bedrock, CloudOperation::Converse);
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(field(reply, "x-amzn-errortype"),
            "InvalidSignatureException:http://internal.amazon.com/");
  EXPECT_TRUE(reply.body.starts_with(R"({"message":"The request signature we calculated)"));
}

TEST(Dress, SaysWhatBedrockSaysOfAModelThatIsNotThere) {
  const auto reply =
      dressed({.kind = RefusalKind::NoSuchModel}, Provider::Bedrock, CloudOperation::Converse);
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(field(reply, "x-amzn-errortype"), "ValidationException:http://internal.amazon.com/");
  EXPECT_EQ(reply.body, R"({"message":"The provided model identifier is invalid."})");
}

TEST(Dress, GivesARetryAfterWhereThereIsOne) {
  const auto reply = dressed({.kind = RefusalKind::Throttled, .retry_after_s = 3},
                             Provider::Bedrock,
                             CloudOperation::Converse);
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(field(reply, "retry-after"), "3");
}

TEST(Dress, SpeaksOpenAi) {
  EXPECT_EQ(
      dressed({.kind = RefusalKind::Invalid, .message = "no", .param = "messages"},
              Provider::OpenAi,
              CloudOperation::Chat)
          .body,
      R"({"error":{"message":"no","type":"invalid_request_error","param":"messages","code":null}})");
}

TEST(Dress, SpeaksAnthropic) {
  const auto reply =
      dressed({.kind = RefusalKind::Overloaded}, Provider::Anthropic, CloudOperation::Messages);
  EXPECT_EQ(reply.status, 529);
  EXPECT_EQ(
      reply.body,
      R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"id-1"})");
}

TEST(Dress, SpeaksGoogleForThePlatformAndAnthropicForTheModel) {
  EXPECT_EQ(
      dressed({.kind = RefusalKind::Throttled}, Provider::Vertex, CloudOperation::RawPredict).body,
      R"({"error":{"code":429,"message":"Resource exhausted. Please try again later.","status":"RESOURCE_EXHAUSTED"}})");
  EXPECT_TRUE(dressed({.kind = RefusalKind::Invalid}, Provider::Vertex, CloudOperation::RawPredict)
                  .body.starts_with(R"({"type":"error","error":{"type":"invalid_request_error")"));
}

TEST(Dress, UsesAzuresOwnCodes) {
  EXPECT_EQ(
      dressed({.kind = RefusalKind::NoSuchModel, .message = "gone"},
              Provider::Azure,
              CloudOperation::Chat)
          .body,
      R"({"error":{"message":"gone","type":"invalid_request_error","param":null,"code":"DeploymentNotFound"}})");
}

}  // namespace
}  // namespace meridian
