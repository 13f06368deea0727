#include "regions/host_rule.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

using Kind = HostRule::Kind;

void expect_cloud(std::string_view host, Provider provider, std::string_view region) {
  const auto rule = read_host(host);
  EXPECT_EQ(rule.kind, Kind::Cloud) << host;
  EXPECT_EQ(rule.provider, provider) << host;
  EXPECT_EQ(rule.region, region) << host;
}

TEST(ReadHost, FindsTheRegionInHostsOfBedrock) {
  for (const std::string_view host : {"bedrock-runtime.eu-west-1.amazonaws.com",
                                      "BEDROCK-runtime.eu-west-1.amazonaws.com.",
                                      "bedrock-runtime.eu-west-1.amazonaws.com:443",
                                      "bedrock-runtime-fips.eu-west-1.amazonaws.com",
                                      "bedrock-runtime.eu-west-1.api.aws",
                                      "bedrock-mantle.eu-west-1.api.aws",
                                      "vpce-1-a.bedrock-runtime.eu-west-1.vpce.amazonaws.com"}) {
    expect_cloud(host, Provider::Bedrock, "eu-west-1");
  }
  expect_cloud("bedrock-runtime.cn-north-1.amazonaws.com.cn", Provider::Bedrock, "cn-north-1");
}

TEST(ReadHost, FindsTheLocationInHostsOfVertex) {
  expect_cloud("europe-west4-aiplatform.googleapis.com", Provider::Vertex, "europe-west4");
  expect_cloud("aiplatform.googleapis.com", Provider::Vertex, "global");
  expect_cloud("aiplatform.eu.rep.googleapis.com", Provider::Vertex, "eu");
}

TEST(ReadHost, KnowsThatAnAzureResourcesNameTellsNoRegion) {
  expect_cloud("my-westeurope.openai.azure.com", Provider::Azure, "");
  expect_cloud("westeurope.api.cognitive.microsoft.com", Provider::Azure, "westeurope");
}

TEST(ReadHost, TellsPromisesFromPlainHosts) {
  EXPECT_EQ(read_host("eu.api.openai.com").promise, "eea ch");
  EXPECT_TRUE(read_host("eu.api.openai.com").chosen);
  EXPECT_EQ(read_host("api.openai.com").promise, "");
  EXPECT_FALSE(read_host("api.openai.com").chosen);
}

TEST(ReadHost, ExpectsNoPromiseFromAProvidersHostThatItDoesNotKnow) {
  const auto rule = read_host("xx.api.openai.com");

  EXPECT_EQ(rule.kind, Kind::Promise);
  EXPECT_EQ(rule.provider, Provider::OpenAi);
  EXPECT_EQ(rule.promise, "");
}

TEST(ReadHost, IsNotFooledByNamesThatLookAlike) {
  for (const std::string_view host : {"eu.api.openai.com.example.org",
                                      "bedrock-runtime.eu-west-1.amazonaws.com.example.org",
                                      "bedrock-runtime.eu-west-1.evilamazonaws.com",
                                      "bedrock-runtime.amazonaws.com.example.org",
                                      "xopenai.azure.com",
                                      ".openai.azure.com",
                                      "-aiplatform.googleapis.com",
                                      "eu-west-1.example.com",
                                      "127.0.0.1.example.org",
                                      "localhost.example.org",
                                      "10.0.0.7"}) {
    EXPECT_EQ(read_host(host).kind, Kind::Other) << host;
  }
}

TEST(ReadHost, KnowsTheMachineItRunsOn) {
  for (const std::string_view host :
       {"localhost", "localhost:8080", "127.0.0.1", "127.0.0.1:9", "::1", "[::1]:9", "LOCALHOST"}) {
    EXPECT_EQ(read_host(host).kind, Kind::Loopback) << host;
  }
}

TEST(ReadHost, SurvivesOddTexts) {
  EXPECT_EQ(read_host("").kind, Kind::None);
  for (const std::string_view host :
       {".", ":", "[", "[]", "::", "bedrock-runtime.amazonaws.com", "....amazonaws.com"}) {
    EXPECT_NE(read_host(host).kind, Kind::Promise) << host;
  }
}

}  // namespace
}  // namespace meridian
