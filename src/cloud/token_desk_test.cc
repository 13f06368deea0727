#include "cloud/token_desk.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "cloud/call_example.h"
#include "cloud/keys.h"
#include "providers/digest.h"
#include "providers/percent.h"

namespace meridian {
namespace {

constexpr WallTime kNow(std::chrono::seconds(1'795'000'000));

CloudReply ask(CloudOperation operation, std::string body) {
  const CallExample example{.target = "/token", .headers = {}, .body = std::move(body)};
  return serve_token(operation, example.call(), kNow);
}

std::string jwt(std::int64_t begins, std::int64_t ends) {
  const boost::json::object claims{{"iss", "someone@project.iam.gserviceaccount.com"},
                                   {"aud", "https://oauth2.googleapis.com/token"},
                                   {"scope", "https://www.googleapis.com/auth/cloud-platform"},
                                   {"iat", begins},
                                   {"exp", ends}};
  return base64url(R"({"alg":"RS256","typ":"JWT"})") + "." +
         base64url(boost::json::serialize(claims)) + "." + base64url(std::string(256, 's'));
}

std::string grant(std::string_view assertion) {
  return form_encode(
      {{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {"assertion", assertion}});
}

TEST(TokenDesk, GivesABearerForAServiceAccountsJwt) {
  const auto today = kNow.time_since_epoch().count();
  const auto reply = ask(CloudOperation::GoogleToken, grant(jwt(today, today + 3600)));
  EXPECT_EQ(reply.status, 200);
  const auto token = boost::json::parse(reply.body).as_object().at("access_token").as_string();
  EXPECT_TRUE(knows_bearer({token.data(), token.size()}, kNow));
}

TEST(TokenDesk, RefusesAJwtThatHasEnded) {
  const auto today = kNow.time_since_epoch().count();
  const auto reply = ask(CloudOperation::GoogleToken, grant(jwt(today - 4000, today - 400)));
  EXPECT_EQ(reply.status, 400);
  EXPECT_NE(reply.body.find("invalid_grant"), std::string::npos);
}

TEST(TokenDesk, RefusesWhatIsNotAJwt) {
  for (const std::string_view text : {"", "a", "a.b", "a.b.c", "!.!.!"}) {
    EXPECT_EQ(ask(CloudOperation::GoogleToken, grant(text)).status, 400) << text;
  }
}

TEST(TokenDesk, TakesRefreshTokens) {
  EXPECT_EQ(ask(CloudOperation::GoogleToken,
                "grant_type=refresh_token&client_id=a&client_secret=b&refresh_token=c")
                .status,
            200);
  EXPECT_EQ(ask(CloudOperation::GoogleToken, "grant_type=refresh_token&client_id=a&client_secret=b")
                .status,
            400);
}

TEST(TokenDesk, TakesEntrasClientCredentials) {
  EXPECT_EQ(ask(CloudOperation::EntraToken,
                "grant_type=client_credentials&client_id=a&client_secret=b&scope=s")
                .status,
            200);
  EXPECT_EQ(
      ask(CloudOperation::EntraToken, "grant_type=client_credentials&client_id=a&scope=s").status,
      401);
}

TEST(TokenDesk, GivesASessionForARole) {
  const auto reply =
      ask(CloudOperation::Sts,
          "Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=s");
  EXPECT_EQ(reply.status, 200);
  EXPECT_NE(reply.body.find("<AccessKeyId>ASIASIM"), std::string::npos);
  EXPECT_NE(reply.body.find("<Expiration>2026-11-18T12:06:40Z</Expiration>"), std::string::npos)
      << reply.body;
}

}  // namespace
}  // namespace meridian
