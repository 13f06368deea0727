#include "cloud/site.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

namespace meridian {
namespace {

using Headers = std::map<std::string, std::string, std::less<>>;

CloudCall call(std::string_view target, const Headers& headers, std::string_view gate = {}) {
  return {.method = "POST",
          .target = target,
          .header =
              [&headers](std::string_view name) {
                const auto found = headers.find(name);
                return found == headers.end() ? std::string_view()
                                              : std::string_view(found->second);
              },
          .body = {},
          .gate = gate};
}

TEST(SiteOf, ReadsTheRegionOutOfEveryProvidersHost) {
  const std::map<std::string, std::pair<Provider, std::string>> hosts = {
      {"bedrock-runtime.us-west-2.amazonaws.com", {Provider::Bedrock, "us-west-2"}},
      {"bedrock-runtime-fips.us-gov-west-1.amazonaws.com", {Provider::Bedrock, "us-gov-west-1"}},
      {"vpce-1.bedrock-runtime.eu-west-1.vpce.amazonaws.com", {Provider::Bedrock, "eu-west-1"}},
      {"bedrock-mantle.us-east-1.api.aws", {Provider::Bedrock, "us-east-1"}},
      {"sts.amazonaws.com", {Provider::Bedrock, "us-east-1"}},
      {"Europe-West1-aiplatform.googleapis.com:443", {Provider::Vertex, "europe-west1"}},
      {"aiplatform.eu.rep.googleapis.com", {Provider::Vertex, "eu"}},
      {"aiplatform.googleapis.com", {Provider::Vertex, "global"}},
      {"api.anthropic.com", {Provider::Anthropic, "anthropic"}},
      {"api.openai.com", {Provider::OpenAi, "openai"}},
      {"eu.api.openai.com", {Provider::OpenAi, "eu.api.openai.com"}},
      {"contoso-sweden.openai.azure.com", {Provider::Azure, "contoso-sweden"}},
      {"llm.example.org:8000", {Provider::Compatible, "llm.example.org"}},
  };
  for (const auto& [host, expected] : hosts) {
    const auto site = site_of(host);
    EXPECT_EQ(std::pair(site.provider, site.region), expected) << host;
  }
}

TEST(SiteOf, TakesTheHostBeforeThePort) {
  const Headers headers = {{"host", "bedrock-runtime.eu-west-1.amazonaws.com"}};
  EXPECT_EQ(site_of(call("/model/m/converse", headers, "api.openai.com")).region, "eu-west-1");
}

TEST(SiteOf, TakesThePortWhereTheHostIsThisMachine) {
  const Headers headers = {{"host", "127.0.0.1:4010"}};
  const auto site = site_of(call("/v1/chat/completions", headers, "contoso.openai.azure.com"));
  EXPECT_EQ(site.region, "contoso");
}

TEST(SiteOf, TakesTheRegionThatASignatureNames) {
  const Headers headers = {
      {"host", "localhost:4010"},
      {"authorization",
       "AWS4-HMAC-SHA256 Credential=AKIA/20261125/ap-south-1/bedrock/aws4_request, "
       "SignedHeaders=host, Signature=0"}};
  EXPECT_EQ(site_of(call("/model/m/converse", headers)).region, "ap-south-1");
}

TEST(SiteOf, FallsBackOnThePath) {
  const Headers headers = {{"host", "[::1]:4010"}};
  EXPECT_EQ(site_of(call("/v1/projects/p/locations/europe-west4/publishers/x", headers)).region,
            "europe-west4");
  EXPECT_EQ(site_of(call("/v1/messages", headers)).provider, Provider::Anthropic);
  EXPECT_EQ(site_of(call("/v1/chat/completions", headers)).provider, Provider::OpenAi);
}

TEST(SiteOf, TakesAPlaceNamedInThePath) {
  const Headers headers = {{"host", "127.0.0.1"}};
  EXPECT_EQ(site_of(call("/_at/eu-west-3/model/m/converse", headers)).region, "eu-west-3");
  EXPECT_EQ(site_of(call("/_at/contoso.openai.azure.com/openai/v1/models", headers)).region,
            "contoso");
}

TEST(WithoutPlace, LeavesThePathThatTheProviderKnows) {
  EXPECT_EQ(without_place("/_at/eu-west-3/v1/models?x=1"), "/v1/models?x=1");
  EXPECT_EQ(without_place("/v1/models"), "/v1/models");
}

}  // namespace
}  // namespace meridian
