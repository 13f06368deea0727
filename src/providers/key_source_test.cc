#include "providers/key_source.h"

#include <gtest/gtest.h>

#include "providers/world_for_tests.h"

namespace meridian {
namespace {

class KeySource : public ::testing::Test {
 protected:
  std::string outcome(Provider provider) {
    const auto source = make_credential_source(provider, params_);
    world_.serve(*source);
    const auto credential = source->current(world_.now);
    return credential ? std::string(credential->api_key.reveal()) : source->trouble();
  }

  WorldForTests world_;
  DeploymentParams params_;
};

TEST_F(KeySource, IsTheFileThenTheProvidersVariable) {
  world_.variables["ANTHROPIC_API_KEY"] = "from-env\n";
  EXPECT_EQ(outcome(Provider::Anthropic), "from-env");
  params_.api_key = Secret("from-file");
  EXPECT_EQ(outcome(Provider::Anthropic), "from-file");
}

TEST_F(KeySource, OfAKnownCompatibleProviderIsItsOwnVariable) {
  params_.model = "groq/llama-3.3-70b";
  world_.variables["OPENAI_API_KEY"] = "not-this";
  EXPECT_EQ(outcome(Provider::Compatible),
            "There is no API key: set api_key at the deployment, or GROQ_API_KEY.");
  world_.variables["GROQ_API_KEY"] = "gsk";
  EXPECT_EQ(outcome(Provider::Compatible), "gsk");
}

TEST_F(KeySource, MayBeNoneForASelfHostedServer) {
  params_.model = "hosted_vllm/m";
  EXPECT_EQ(outcome(Provider::Compatible), "");
}

TEST_F(KeySource, SendsNoKeyOfAVariableToAnAddressOfTheFilesOwn) {
  world_.variables["OPENAI_API_KEY"] = "for-openai";
  world_.variables["ANTHROPIC_API_KEY"] = "for-anthropic";
  params_.model = "openai/m";
  params_.api_base = "http://gpu:8000/v1";
  EXPECT_EQ(outcome(Provider::Compatible), "");
  params_.model = "m";  // With custom_llm_provider.
  EXPECT_EQ(outcome(Provider::Compatible), "");
  EXPECT_EQ(outcome(Provider::Anthropic),
            "There is no API key: set api_key at the deployment. A variable's key is not sent to "
            "an address of the file's own.");
  params_.api_key = Secret("for-this-one");
  EXPECT_EQ(outcome(Provider::Anthropic), "for-this-one");
}

TEST_F(KeySource, IsNotSharedBetweenTheProvidersAddressAndAnother) {
  const auto own = credential_key(Provider::Anthropic, params_);
  params_.api_base = "http://gpu:8000";
  EXPECT_NE(credential_key(Provider::Anthropic, params_), own);
}

TEST_F(KeySource, SaysWhatToSet) {
  EXPECT_EQ(outcome(Provider::OpenAi),
            "There is no API key: set api_key at the deployment, or OPENAI_API_KEY.");
}

TEST_F(KeySource, TakesNoLineBreakInside) {
  params_.api_key = Secret("a\r\nx-evil: 1");
  EXPECT_EQ(outcome(Provider::OpenAi),
            "The API key contains a line break or another control character.");
}

TEST_F(KeySource, OfAzureCanBeAnApplicationOfEntra) {
  params_.tenant_id = "t";
  params_.client_id = "c";
  params_.client_secret = Secret("s");
  world_.replies["login.microsoftonline.com/t/oauth2/v2.0/token"] = {
      {200, R"({"access_token":"ey.entra","expires_in":3599})"}};
  const auto source = make_credential_source(Provider::Azure, params_);
  world_.serve(*source);
  ASSERT_TRUE(source->current(world_.now));
  EXPECT_EQ(source->current(world_.now)->bearer.reveal(), "ey.entra");
}

TEST_F(KeySource, OfAzurePrefersAGivenToken) {
  world_.variables["AZURE_API_KEY"] = "k";
  EXPECT_EQ(outcome(Provider::Azure), "k");
  params_.azure_ad_token_variable = "MY_TOKEN";
  world_.variables["MY_TOKEN"] = "tok";
  const auto source = make_credential_source(Provider::Azure, params_);
  world_.serve(*source);
  EXPECT_EQ(source->current(world_.now)->bearer.reveal(), "tok");
}

TEST_F(KeySource, OfAzureTakesATokenThatTheFileHolds) {
  const auto without = credential_key(Provider::Azure, params_);
  params_.azure_ad_token = Secret("ey.written");
  const auto source = make_credential_source(Provider::Azure, params_);
  ASSERT_TRUE(source->current(world_.now));
  EXPECT_EQ(source->current(world_.now)->bearer.reveal(), "ey.written");
  EXPECT_NE(credential_key(Provider::Azure, params_), without);
}

}  // namespace
}  // namespace meridian
