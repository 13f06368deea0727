#include "providers/google/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/world_for_tests.h"

namespace meridian {
namespace {

using ::testing::HasSubstr;

constexpr const char* kUser =
    R"( {"type":"authorized_user","client_id":"i","client_secret":"s","refresh_token":"r",
         "quota_project_id":"acme"})";
constexpr const char* kToken = "oauth2.googleapis.com/token";
constexpr const char* kWellKnown = "/home/gw/.config/gcloud/application_default_credentials.json";

std::string token(std::string_view value) {
  return R"({"access_token":")" + std::string(value) + R"(","expires_in":3600})";
}

class GoogleChain : public ::testing::Test {
 protected:
  GoogleChain() {
    world_.variables["HOME"] = "/home/gw";
    world_.replies[kToken] = {{200, token("ya29.one")}};
  }

  std::string outcome() {
    source_ = make_google_source(params_);
    world_.serve(*source_);
    const auto credential = source_->current(world_.now);
    return credential ? std::string(credential->bearer.reveal()) : source_->trouble();
  }

  WorldForTests world_;
  DeploymentParams params_;
  std::unique_ptr<CredentialSource> source_;
};

TEST_F(GoogleChain, TakesTheJsonItself) {
  params_.vertex_credentials = Secret(kUser);
  EXPECT_EQ(outcome(), "ya29.one");
  EXPECT_EQ(source_->current(world_.now)->account, "acme");
  EXPECT_EQ(world_.fetched.at(0).body,
            "grant_type=refresh_token&client_id=i&client_secret=s&refresh_token=r");
}

TEST_F(GoogleChain, TakesAPath) {
  params_.vertex_credentials = Secret("~/key.json");
  world_.files["/home/gw/key.json"] = kUser;
  EXPECT_EQ(outcome(), "ya29.one");
  world_.files.clear();
  EXPECT_EQ(outcome(),
            "The Google credential file \"~/key.json\" (vertex_credentials) cannot be read.");
}

TEST_F(GoogleChain, LooksForTheNamedFileThenForGcloudsThenForTheMachine) {
  world_.replies["metadata.google.internal/computeMetadata/v1/project/project-id"] = {{200, "vm"}};
  world_.replies
      ["metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/"
       "token"] = {{200, token("ya29.machine")}};
  EXPECT_EQ(outcome(), "ya29.machine");
  EXPECT_EQ(source_->current(world_.now)->account, "vm");
  world_.files[kWellKnown] = kUser;
  EXPECT_EQ(outcome(), "ya29.one");
  world_.variables["GOOGLE_APPLICATION_CREDENTIALS"] = "/gone.json";
  EXPECT_EQ(outcome(),
            "The Google credential file \"/gone.json\" (GOOGLE_APPLICATION_CREDENTIALS) cannot be "
            "read.");
}

TEST_F(GoogleChain, RenewsThreeMinutesAndFortyFiveSecondsAhead) {
  params_.vertex_credentials = Secret(kUser);
  outcome();
  EXPECT_EQ(source_->wake_at(), world_.now + std::chrono::seconds(3600 - 225));
}

TEST_F(GoogleChain, TriesThreeTimesWhereThatMayHelp) {
  params_.vertex_credentials = Secret(kUser);
  world_.replies[kToken] = {{503, ""}, {500, ""}, {200, token("ya29.third")}};
  EXPECT_EQ(outcome(), "ya29.third");
  world_.replies[kToken] = {{503, ""}};
  EXPECT_EQ(outcome(), "The token server answered 503.");
  EXPECT_EQ(world_.fetched.size(), 6U);
}

TEST_F(GoogleChain, DoesNotRepeatWhatIsFinal) {
  params_.vertex_credentials = Secret(kUser);
  world_.replies[kToken] = {{400, R"({"error":"invalid_grant"})"}};
  EXPECT_EQ(outcome(), "The token server answered 400: invalid_grant.");
  EXPECT_EQ(world_.fetched.size(), 1U);
}

TEST_F(GoogleChain, SaysWhatToSetWhenThereIsNothing) {
  EXPECT_THAT(outcome(), HasSubstr("No Google credentials: set vertex_credentials"));
}

}  // namespace
}  // namespace meridian
