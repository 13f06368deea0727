#include "providers/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace meridian {
namespace {

DeploymentParams with_keys(std::string id, std::string secret) {
  DeploymentParams params;
  params.aws_access_key_id = Secret(std::move(id));
  params.aws_secret_access_key = Secret(std::move(secret));
  return params;
}

TEST(CredentialKey, IsTheSameForTheSameSource) {
  auto other = with_keys("a", "b");
  other.aws_region = "eu-west-1";
  EXPECT_EQ(credential_key(Provider::Bedrock, with_keys("a", "b")),
            credential_key(Provider::Bedrock, other));
}

TEST(CredentialKey, TellsSourcesApart) {
  EXPECT_NE(credential_key(Provider::Bedrock, with_keys("a", "bc")),
            credential_key(Provider::Bedrock, with_keys("ab", "c")));
  EXPECT_NE(credential_key(Provider::OpenAi, {}), credential_key(Provider::Anthropic, {}));
}

TEST(CredentialKey, ShowsNoSecret) {
  EXPECT_THAT(credential_key(Provider::Bedrock, with_keys("AKID", "topsecret")),
              ::testing::Not(::testing::HasSubstr("topsecret")));
}

}  // namespace
}  // namespace meridian
