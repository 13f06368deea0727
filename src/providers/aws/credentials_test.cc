#include "providers/aws/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/world_for_tests.h"

namespace meridian {
namespace {

using ::testing::HasSubstr;

constexpr const char* kFile = "/home/gw/.aws/credentials";
constexpr const char* kConfig = "/home/gw/.aws/config";

std::string sts_reply(std::string_view key_id) {
  return "<R><Credentials><AccessKeyId>" + std::string(key_id) +
         "</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>"
         "<Expiration>2015-08-30T13:36:00Z</Expiration></Credentials></R>";
}

std::string metadata_reply(std::string_view key_id) {
  return R"({"Code":"Success","AccessKeyId":")" + std::string(key_id) +
         R"(","SecretAccessKey":"s","Token":"t","Expiration":"2015-08-30T13:36:00Z"})";
}

class AwsChain : public ::testing::Test {
 protected:
  AwsChain() {
    world_.variables["HOME"] = "/home/gw";
    params_.aws_region = "us-east-1";
  }

  // The key id, the bearer, or why there is neither.
  std::string outcome() {
    source_ = make_aws_source(params_);
    world_.serve(*source_);
    const auto credential = source_->current(world_.now);
    if (!credential) {
      return source_->trouble();
    }
    return std::string(credential->bearer.empty() ? credential->aws_key_id.reveal()
                                                  : credential->bearer.reveal());
  }

  WorldForTests world_;
  DeploymentParams params_;
  std::unique_ptr<CredentialSource> source_;
};

TEST_F(AwsChain, BeginsWithTheKeysOfTheDeployment) {
  world_.variables["AWS_BEARER_TOKEN_BEDROCK"] = "env-bearer";
  params_.aws_access_key_id = Secret("AKIDEXPLICIT00001234");
  params_.aws_secret_access_key = Secret("secret");
  EXPECT_EQ(outcome(), "AKIDEXPLICIT00001234");
  EXPECT_EQ(source_->current(world_.now)->account, "AKID...1234");
}

TEST_F(AwsChain, TakesABedrockApiKeyFromTheDeploymentOrTheEnvironment) {
  world_.variables["AWS_BEARER_TOKEN_BEDROCK"] = "env-bearer";
  world_.variables["AWS_ACCESS_KEY_ID"] = "AKIDENV";
  world_.variables["AWS_SECRET_ACCESS_KEY"] = "s";
  EXPECT_EQ(outcome(), "env-bearer");
  params_.api_key = Secret("own-bearer");
  EXPECT_EQ(outcome(), "own-bearer");
}

TEST_F(AwsChain, RefusesTwoExplicitKinds) {
  params_.api_key = Secret("bearer");
  params_.aws_access_key_id = Secret("AKID");
  EXPECT_EQ(outcome(),
            "There are both an api_key (a Bedrock API key) and AWS keys: leave out one of them.");
}

TEST_F(AwsChain, TakesHalfAPairForAMistake) {
  world_.variables["AWS_ACCESS_KEY_ID"] = "AKIDENV";
  EXPECT_EQ(outcome(), "There is an AWS access key id without a secret access key.");
}

TEST_F(AwsChain, ReadsTheEnvironmentWithItsEnd) {
  world_.variables["AWS_ACCESS_KEY_ID"] = "AKIDENV";
  world_.variables["AWS_SECRET_ACCESS_KEY"] = "s";
  world_.variables["AWS_SESSION_TOKEN"] = "tok";
  world_.variables["AWS_CREDENTIAL_EXPIRATION"] = "2015-08-30T13:36:00Z";
  EXPECT_EQ(outcome(), "AKIDENV");
  EXPECT_EQ(source_->current(world_.now)->aws_token.reveal(), "tok");
  EXPECT_EQ(source_->wake_at(), world_.now + std::chrono::minutes(50));
}

TEST_F(AwsChain, ReadsTheSharedFiles) {
  world_.files[kFile] = "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = s\n";
  EXPECT_EQ(outcome(), "AKIDFILE");
}

TEST_F(AwsChain, PrefersANamedProfileToTheEnvironment) {
  world_.variables["AWS_ACCESS_KEY_ID"] = "AKIDENV";
  world_.variables["AWS_SECRET_ACCESS_KEY"] = "s";
  world_.files[kFile] = "[team]\naws_access_key_id = AKIDTEAM\naws_secret_access_key = s\n";
  params_.aws_profile = "team";
  EXPECT_EQ(outcome(), "AKIDTEAM");
  params_.aws_profile = "taem";
  EXPECT_EQ(outcome(),
            "There is no AWS profile \"taem\" in the shared credentials and config files.");
}

TEST_F(AwsChain, AssumesTheRoleOfAProfileWithItsSource) {
  world_.files[kFile] = "[base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = s\n";
  world_.files[kConfig] =
      "[profile gw]\nrole_arn = arn:aws:iam::1:role/gw\nsource_profile = base\nexternal_id = x1\n"
      "region = eu-west-1\n";
  world_.replies["sts.eu-west-1.amazonaws.com/"] = {{200, sts_reply("ASIAROLE")}};
  params_.aws_profile = "gw";
  EXPECT_EQ(outcome(), "ASIAROLE");
  EXPECT_THAT(world_.fetched.at(0).body, HasSubstr("&ExternalId=x1"));
  EXPECT_THAT(world_.fetched.at(0).headers.at(2).second, HasSubstr("Credential=AKIDBASE/"));
}

TEST_F(AwsChain, SeesAProfileThatLeadsBackToItself) {
  world_.files[kConfig] =
      "[profile a]\nrole_arn = r\nsource_profile = b\n[profile b]\nrole_arn = r\nsource_profile = "
      "a\n";
  params_.aws_profile = "a";
  EXPECT_EQ(outcome(), "The AWS profile \"a\" leads back to itself by source_profile.");
}

TEST_F(AwsChain, LetsAProfileNameItselfWhenItHasKeys) {
  world_.files[kFile] =
      "[a]\nrole_arn = r\nsource_profile = a\naws_access_key_id = AKIDA\n"
      "aws_secret_access_key = s\n";
  world_.replies["sts.us-east-1.amazonaws.com/"] = {{200, sts_reply("ASIASELF")}};
  params_.aws_profile = "a";
  EXPECT_EQ(outcome(), "ASIASELF");
}

TEST_F(AwsChain, RunsNoProgram) {
  world_.files[kConfig] = "[default]\ncredential_process = /bin/keys\n";
  EXPECT_EQ(outcome(),
            "The AWS profile \"default\" uses credential_process, which Meridian never runs: a "
            "gateway starts no program that a file names. Use keys, a role or web identity.");
}

TEST_F(AwsChain, AssumesTheRoleOfTheDeploymentWithItsKeys) {
  params_.aws_role = "arn:aws:iam::1:role/gw";
  params_.aws_access_key_id = Secret("AKIDOWN");
  params_.aws_secret_access_key = Secret("s");
  params_.aws_sts_endpoint = "http://127.0.0.1:4011";
  world_.replies["127.0.0.1:4011/"] = {{500, ""}, {200, sts_reply("ASIAROLE")}};
  EXPECT_EQ(outcome(), "ASIAROLE");
  EXPECT_EQ(world_.fetched.size(), 2U);
}

TEST_F(AwsChain, UsesKubernetesWebIdentityAndReadsItsTokenEachTime) {
  world_.variables["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/token";
  world_.variables["AWS_ROLE_ARN"] = "arn:aws:iam::1:role/pod";
  world_.files["/token"] = "first\n";
  world_.replies["sts.us-east-1.amazonaws.com/"] = {{200, sts_reply("ASIAPOD")}};
  EXPECT_EQ(outcome(), "ASIAPOD");
  world_.files["/token"] = "second\n";
  source_->refused(world_.now + std::chrono::minutes(5));
  world_.now += std::chrono::minutes(5);
  world_.serve(*source_);
  EXPECT_THAT(world_.fetched.at(0).body, HasSubstr("WebIdentityToken=first"));
  EXPECT_THAT(world_.fetched.at(1).body, HasSubstr("WebIdentityToken=second"));
}

TEST_F(AwsChain, AsksTheContainersAgent) {
  world_.variables["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] = "/v2/creds?id=1";
  world_.variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "agent";
  world_.replies["169.254.170.2/v2/creds?id=1"] = {{200, metadata_reply("ASIAECS")}};
  EXPECT_EQ(outcome(), "ASIAECS");
  EXPECT_EQ(world_.fetched.at(0).headers.at(1).second, "agent");
}

TEST_F(AwsChain, SendsNoTokenInTheClearToAnotherMachine) {
  world_.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://evil.example/creds";
  EXPECT_EQ(outcome(),
            "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or http to this machine.");
  EXPECT_TRUE(world_.fetched.empty());
}

TEST_F(AwsChain, AsksTheInstancesMetadataLast) {
  const std::string host = "169.254.169.254";
  const std::string roles = "/latest/meta-data/iam/security-credentials/";
  world_.replies[host + "/latest/api/token"] = {{200, "imds-token"}};
  world_.replies[host + roles] = {{200, "gw-role"}};
  world_.replies[host + roles + "gw-role"] = {{200, metadata_reply("ASIAEC2")}};
  EXPECT_EQ(outcome(), "ASIAEC2");
  EXPECT_EQ(world_.fetched.at(2).headers.at(0).second, "imds-token");
}

TEST_F(AwsChain, LetsNoRoleNameLeadToAnotherPath) {
  world_.replies["169.254.169.254/latest/api/token"] = {{200, "t"}};
  world_.replies["169.254.169.254/latest/meta-data/iam/security-credentials/"] = {{200, "../x?y"}};
  EXPECT_EQ(outcome(), "This EC2 instance has no IAM role.");
}

TEST_F(AwsChain, SaysWhatToSetWhenThereIsNothing) {
  EXPECT_THAT(outcome(), ::testing::StartsWith("No AWS credentials: set aws_access_key_id and"));
}

TEST_F(AwsChain, TakesNoKeyThatCouldEndAHeaderLine) {
  params_.aws_access_key_id = Secret("AKID\r\nx: y");
  params_.aws_secret_access_key = Secret("s");
  EXPECT_EQ(outcome(), "An AWS key contains a line break or another control character.");
}

}  // namespace
}  // namespace meridian
