#include "providers/aws/profiles.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

AwsProfiles read(std::string_view text, AwsFile kind = AwsFile::Credentials) {
  AwsProfiles profiles;
  EXPECT_TRUE(add_aws_file(profiles, text, kind));
  return profiles;
}

std::string problem_of(std::string_view text) {
  AwsProfiles profiles;
  const auto added = add_aws_file(profiles, text, AwsFile::Credentials);
  return added ? "none" : added.error().message;
}

TEST(AwsProfiles, AreSectionsOfKeysAndValues) {
  const auto profiles = read(
      "\xef\xbb\xbf# comment\r\n[default]\r\nAWS_Access_Key_Id = AKID\r\n"
      "aws_secret_access_key=se=cr#et ; note\r\n\r\n[other]\nregion = eu-west-1\n");
  EXPECT_EQ(value_of(profiles.at("default"), "aws_access_key_id"), "AKID");
  EXPECT_EQ(value_of(profiles.at("default"), "aws_secret_access_key"), "se=cr#et");
  EXPECT_EQ(value_of(profiles.at("other"), "region"), "eu-west-1");
}

TEST(AwsProfiles, InTheConfigFileHaveTheWordProfile) {
  const auto profiles = read(
      "[default]\nregion = us-east-1\n[profile dev]\nregion = us-west-2\n[profile \"a b\"]\nx = 1\n"
      "[sso-session s]\nsso_region = us-east-1\n[dev]\nregion = wrong\n",
      AwsFile::Config);
  EXPECT_EQ(value_of(profiles.at("dev"), "region"), "us-west-2");
  EXPECT_EQ(value_of(profiles.at("a b"), "x"), "1");
  EXPECT_EQ(profiles.size(), 3U);
}

TEST(AwsProfiles, OfTheCredentialsFileWin) {
  for (const bool config_first : {false, true}) {
    AwsProfiles profiles;
    for (const bool config : {config_first, !config_first}) {
      ASSERT_TRUE(config ? add_aws_file(profiles, "[default]\nk = c\nr = c", AwsFile::Config)
                         : add_aws_file(profiles, "[default]\nk = s", AwsFile::Credentials));
    }
    EXPECT_EQ(value_of(profiles.at("default"), "k"), "s");
    EXPECT_EQ(value_of(profiles.at("default"), "r"), "c");
  }
}

TEST(AwsProfiles, PassOverIndentedSettings) {
  const auto profiles = read("[default]\ns3 =\n  max_concurrent_requests = 20\nregion = x\n");
  EXPECT_EQ(profiles.at("default").size(), 2U);
}

TEST(AwsProfiles, SayWhichLineIsWrongAndNotWhatItSays) {
  EXPECT_EQ(problem_of("[default]\nwJalrXUtnFEMI"),
            "Line 2 of the AWS credentials file is neither [section], key = value nor a comment.");
  EXPECT_EQ(problem_of("a = b"),
            "Line 1 of the AWS credentials file is neither [section], key = value nor a comment.");
  EXPECT_EQ(problem_of("[default"),
            "Line 1 of the AWS credentials file begins a section and has no ].");
}

}  // namespace
}  // namespace meridian
