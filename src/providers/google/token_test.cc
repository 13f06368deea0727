#include "providers/google/token.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/google/key_for_tests.h"

namespace meridian {
namespace {

using std::chrono::seconds;

constexpr WallTime kNow{seconds(1'764'000'000)};

std::string problem_of(std::string_view json) {
  const auto file = read_google_file(json);
  return file ? "none" : file.error().message;
}

ErrandResult reply(int status, std::string text) {
  return {.done = true, .status = status, .text = std::move(text)};
}

TEST(GoogleFile, IsAServiceAccountOrAUser) {
  EXPECT_EQ(problem_of(R"({"type":"service_account","client_email":"a@b","private_key":"k"})"),
            "none");
  EXPECT_EQ(problem_of(R"({"type":"authorized_user","client_id":"i","client_secret":"s",
                           "refresh_token":"r"})"),
            "none");
}

TEST(GoogleFile, SaysWhatItLacks) {
  EXPECT_EQ(problem_of("[]"), "The Google credential file is not a JSON object.");
  EXPECT_EQ(problem_of(R"({"type":"service_account","client_email":"a@b"})"),
            "The Google credential file (service_account) has no \"private_key\".");
  EXPECT_EQ(
      problem_of(R"({"type":"impersonated_service_account"})"),
      "A Google credential file of type \"impersonated_service_account\" is not supported: use "
      "a service_account, authorized_user or external_account file, or the metadata server of "
      "the machine.");
}

TEST(GoogleFile, SendsNothingToAnotherHost) {
  const auto with = [](std::string_view uri) {
    return problem_of(
        R"({"type":"service_account","client_email":"a","private_key":"k","token_uri":")" +
        std::string(uri) + "\"}");
  };
  EXPECT_EQ(with("https://oauth2.googleapis.com/token"), "none");
  EXPECT_EQ(with("http://127.0.0.1:4010/token"), "none");
  for (const std::string_view bad : {"http://oauth2.googleapis.com/token",
                                     "https://evilgoogleapis.com/",
                                     "https://oauth2.googleapis.com.evil.example/"}) {
    EXPECT_THAT(with(bad), ::testing::HasSubstr("must be https://...googleapis.com")) << bad;
  }
}

// The signature itself is judged by google-auth and by python's cryptography (docs of the module's
// tests); here: that it is the same each time, and over what.
TEST(ServiceAccountJwt, HasThreePartsAndTheClaimsThatGoogleWants) {
  ServiceAccount account;
  account.email = "gw@acme.iam.gserviceaccount.com";
  account.key_id = "kid1";
  account.private_key = Secret(std::string(kKeyForTests));
  const auto jwt = service_account_jwt(account, kNow);
  ASSERT_TRUE(jwt);
  // {"alg":"RS256","typ":"JWT","kid":"kid1"}
  EXPECT_THAT(*jwt,
              ::testing::StartsWith("eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6ImtpZDEifQ."));
  EXPECT_EQ(std::ranges::count(*jwt, '.'), 2);
  // 256 bytes of signature are 342 letters.
  EXPECT_EQ(jwt->size() - jwt->rfind('.') - 1, 342U);
}

TEST(TokenReply, HoldsATokenAndItsLife) {
  const auto lease = read_token_reply(
      reply(200, R"({"access_token":"ya29.x","expires_in":"3599","token_type":"Bearer"})"), kNow);
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->credential.bearer.reveal(), "ya29.x");
  EXPECT_EQ(lease->ends, kNow + seconds(3599));
}

TEST(TokenReply, ThatFailsSaysWhyWithoutSecrets) {
  EXPECT_EQ(
      read_token_reply(
          reply(400, R"({"error":"invalid_grant","error_description":"Invalid JWT Signature"})"),
          kNow)
          .error()
          .message,
      "The token server answered 400: invalid_grant: Invalid JWT Signature.");
  EXPECT_EQ(read_token_reply(reply(502, "<html>"), kNow).error().message,
            "The token server answered 502.");
  EXPECT_EQ(read_token_reply(reply(200, R"({"access_token":"x\r\ny","expires_in":5})"), kNow)
                .error()
                .message,
            "The token server answered without an access token and its expires_in.");
}

TEST(TokenReply, IsNotBelievedForMoreThanADay) {
  const auto lease = read_token_reply(
      reply(200, R"({"access_token":"x","expires_in":9223372036854775807})"), kNow);
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->ends, kNow + std::chrono::hours(24));
}

TEST(TokenRetry, HelpsWhereGoogleSaysSo) {
  EXPECT_TRUE(token_retry_helps(ErrandResult()));
  EXPECT_TRUE(token_retry_helps(reply(503, "")));
  EXPECT_TRUE(token_retry_helps(reply(400, R"({"error":"temporarily_unavailable"})")));
  EXPECT_FALSE(token_retry_helps(reply(400, R"({"error":"invalid_grant"})")));
}

}  // namespace
}  // namespace meridian
