#include "providers/google/federation.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/google/credentials.h"
#include "providers/world_for_tests.h"

namespace meridian {
namespace {

using ::testing::HasSubstr;
using ::testing::Pair;

constexpr const char* kSts = "sts.googleapis.com/v1/token";
constexpr const char* kIam =
    "iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/"
    "gw@acme.iam.gserviceaccount.com:generateAccessToken";
constexpr const char* kFromFile = R"({"file":"/run/token"})";

std::string account(const std::string& source, const std::string& more = "") {
  return R"({"type":"external_account","audience":"//iam.googleapis.com/pool/provider",
             "subject_token_type":"urn:ietf:params:oauth:token-type:jwt",
             "quota_project_id":"acme","credential_source":)" +
         source + more + "}";
}

std::string as_service_account() {
  return R"(,"service_account_impersonation_url":"https://)" + std::string(kIam) + R"(")";
}

class Federation : public ::testing::Test {
 protected:
  Federation() {
    world_.files["/run/token"] = "a.b.c\n";
    world_.replies[kSts] = {{200, R"({"access_token":"ya29.sts","expires_in":3600})"}};
    world_.replies[kIam] = {
        {200, R"({"accessToken":"ya29.sa","expireTime":"2015-08-30T13:36:00Z"})"}};
  }

  std::string outcome(const std::string& file) {
    params_.vertex_credentials = Secret(file);
    source_ = make_google_source(params_);
    world_.serve(*source_);
    const auto credential = source_->current(world_.now);
    return credential ? std::string(credential->bearer.reveal()) : source_->trouble();
  }

  WorldForTests world_;
  DeploymentParams params_;
  std::unique_ptr<CredentialSource> source_;
};

TEST_F(Federation, ExchangesTheTokenOfAFile) {
  EXPECT_EQ(outcome(account(kFromFile)), "ya29.sts");

  EXPECT_EQ(source_->current(world_.now)->account, "acme");
  EXPECT_EQ(world_.fetched.at(0).body,
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"
            "&audience=%2F%2Fiam.googleapis.com%2Fpool%2Fprovider"
            "&scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fcloud-platform"
            "&requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token"
            "&subject_token=a.b.c"
            "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt");
}

TEST_F(Federation, TakesAFieldOfTheJsonThatAnAddressGives) {
  world_.replies["127.0.0.1:9000/token?for=gw"] = {{200, R"({"jwt":"d.e.f"})"}};

  EXPECT_EQ(outcome(account(
                R"({"url":"http://127.0.0.1:9000/token?for=gw","headers":{"Metadata":"true"},
                    "format":{"type":"json","subject_token_field_name":"jwt"}})")),
            "ya29.sts");

  EXPECT_THAT(world_.fetched.at(0).headers, ::testing::Contains(Pair("metadata", "true")));
  EXPECT_THAT(world_.fetched.at(1).body, HasSubstr("&subject_token=d.e.f&"));
}

TEST_F(Federation, GoesOnAsTheServiceAccountThatTheFileNames) {
  EXPECT_EQ(outcome(account(kFromFile, as_service_account())), "ya29.sa");

  const auto& asked = world_.fetched.at(1);
  EXPECT_THAT(asked.headers, ::testing::Contains(Pair("authorization", "Bearer ya29.sts")));
  EXPECT_EQ(asked.body,
            R"({"scope":["https://www.googleapis.com/auth/cloud-platform"],"lifetime":"3600s"})");
  // Ends when IAM says, an hour from now, and is renewed ahead of that.
  EXPECT_GT(source_->wake_at(), world_.now + std::chrono::minutes(50));
  EXPECT_LT(source_->wake_at(), world_.now + std::chrono::minutes(60));
}

TEST_F(Federation, ReadsTheTokenAnewEachTime) {
  outcome(account(kFromFile));
  world_.files["/run/token"] = "g.h.i";
  world_.now = source_->wake_at();

  world_.serve(*source_);

  EXPECT_THAT(world_.fetched.back().body, HasSubstr("&subject_token=g.h.i&"));
}

TEST_F(Federation, SaysWhatIsWrongWithTheFile) {
  EXPECT_THAT(outcome(R"({"type":"external_account"})"), HasSubstr("no \"audience\""));
  EXPECT_THAT(outcome(account("{}")), HasSubstr("no \"credential_source.file\""));
  EXPECT_THAT(outcome(account(R"({"environment_id":"aws1","url":"http://x"})")),
              HasSubstr("not supported"));
  EXPECT_THAT(outcome(account(R"({"executable":{"command":"/bin/true"}})")),
              HasSubstr("not supported"));
  EXPECT_TRUE(world_.fetched.empty());
}

TEST_F(Federation, SendsTheTokenToGoogleOnly) {
  EXPECT_THAT(outcome(account(kFromFile, R"(,"token_url":"https://sts.evil.example/v1/token")")),
              HasSubstr("token_url must be https://...googleapis.com"));
  EXPECT_THAT(
      outcome(account(kFromFile,
                      R"(,"service_account_impersonation_url":"https://iam.evil.example/x")")),
      HasSubstr("service_account_impersonation_url must be"));
  EXPECT_TRUE(world_.fetched.empty());
}

TEST_F(Federation, SaysWhoRefused) {
  world_.files.clear();
  EXPECT_THAT(outcome(account(kFromFile)), HasSubstr("\"/run/token\""));

  world_.files["/run/token"] = "";
  EXPECT_THAT(outcome(account(kFromFile)), HasSubstr("is empty"));

  world_.files["/run/token"] = "a.b.c";
  world_.replies[kIam] = {
      {403, R"({"error":{"message":"no iam.serviceAccounts.getAccessToken"}})"}};
  EXPECT_THAT(outcome(account(kFromFile, as_service_account())),
              HasSubstr("403 to impersonating the service account: no iam.serviceAccounts"));
}

}  // namespace
}  // namespace meridian
