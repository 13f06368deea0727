#include "cloud/sign_in.h"

#include <gtest/gtest.h>

#include "cloud/call_example.h"
#include "cloud/keys.h"

namespace meridian {
namespace {

constexpr WallTime kNow(std::chrono::seconds(1'795'000'000));
constexpr std::string_view kTarget = "/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/converse";

std::optional<RefusalKind> verdict(const CallExample& example,
                                   CloudOperation operation = CloudOperation::Converse) {
  const auto call = example.call();
  const auto refusal = sign_in(call, site_of(call), operation, kNow);
  return refusal ? std::optional(refusal->kind) : std::nullopt;
}

TEST(SignIn, TakesARightSignature) {
  EXPECT_EQ(verdict(signed_call("us-west-2", std::string(kTarget), "{}", kNow)), std::nullopt);
}

TEST(SignIn, RefusesABodyThatWasNotSigned) {
  auto example = signed_call("us-west-2", std::string(kTarget), "{}", kNow);
  example.body = "{ }";
  EXPECT_EQ(verdict(example), RefusalKind::WrongSignature);
}

TEST(SignIn, RefusesASignatureForAnotherRegion) {
  auto example = signed_call("us-west-2", std::string(kTarget), "{}", kNow);
  example.headers["host"] = "bedrock-runtime.us-east-1.amazonaws.com";
  EXPECT_EQ(verdict(example), RefusalKind::WrongSignature);
}

TEST(SignIn, RefusesAnOldSignature) {
  EXPECT_EQ(
      verdict(signed_call("us-west-2", std::string(kTarget), "{}", kNow - std::chrono::minutes(6))),
      RefusalKind::WrongSignature);
}

TEST(SignIn, RefusesAnUnknownAccessKeyAndNamesTheRightOne) {
  const CallExample example{
      .target = std::string(kTarget),
      .headers = {{"host", "bedrock-runtime.us-west-2.amazonaws.com"},
                  {"authorization",
                   "AWS4-HMAC-SHA256 Credential=AKIAOTHER/20261118/us-west-2/bedrock/"
                   "aws4_request, SignedHeaders=host;x-amz-date, Signature=00"}},
      .body = "{}"};
  const auto call = example.call();
  const auto refusal = sign_in(call, site_of(call), CloudOperation::Converse, kNow);
  ASSERT_TRUE(refusal.has_value());
  EXPECT_EQ(refusal->kind, RefusalKind::UnknownClient);
  EXPECT_NE(refusal->message.find("AKIASIMULATEDCLOUD00"), std::string::npos);
}

TEST(SignIn, WantsAVersionFromAnthropicsClients) {
  auto example = anthropic_call("{}");
  EXPECT_EQ(verdict(example, CloudOperation::Messages), std::nullopt);
  example.headers.erase("anthropic-version");
  EXPECT_EQ(verdict(example, CloudOperation::Messages), RefusalKind::Invalid);
}

TEST(SignIn, WantsAKey) {
  auto example = openai_call("{}");
  EXPECT_EQ(verdict(example, CloudOperation::Chat), std::nullopt);
  example.headers["authorization"] = "Bearer sk-invalid";
  EXPECT_EQ(verdict(example, CloudOperation::Chat), RefusalKind::WrongKey);
  example.headers.erase("authorization");
  EXPECT_EQ(verdict(example, CloudOperation::Chat), RefusalKind::MissingKey);
}

TEST(SignIn, TakesOnVertexOnlyTokensThatWereIssued) {
  CallExample example{.target = "/v1/x",
                      .headers = {{"host", "europe-west1-aiplatform.googleapis.com"}},
                      .body = {}};
  example.headers["authorization"] = "Bearer " + issue_bearer(kNow);
  EXPECT_EQ(verdict(example, CloudOperation::RawPredict), std::nullopt);
  example.headers["authorization"] = "Bearer ya29.made-up";
  EXPECT_EQ(verdict(example, CloudOperation::RawPredict), RefusalKind::WrongKey);
}

TEST(SignIn, AsksCompatibleServersForNoKey) {
  const CallExample example{
      .target = "/v1/chat/completions", .headers = {{"host", "vllm.example.org"}}, .body = {}};
  EXPECT_EQ(verdict(example, CloudOperation::Chat), std::nullopt);
}

}  // namespace
}  // namespace meridian
