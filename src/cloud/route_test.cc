#include "cloud/route.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

TEST(RouteOf, DecodesBedrocksModelIds) {
  const auto route = route_of(
      "POST", "/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/converse", Provider::Bedrock);
  EXPECT_EQ(route.operation, CloudOperation::Converse);
  EXPECT_EQ(route.model, "anthropic.claude-3-5-sonnet-20241022-v2:0");
}

TEST(RouteOf, KnowsNoOperationForAModelIdWithABareSlash) {
  EXPECT_EQ(route_of("POST", "/model/arn:aws:x/y/converse", Provider::Bedrock).operation,
            CloudOperation::Unknown);
}

TEST(RouteOf, ReadsVertexPaths) {
  const auto route = route_of("POST",
                              "/v1/projects/p/locations/eu/publishers/anthropic/models/"
                              "claude-3-5-sonnet@20241022:streamRawPredict",
                              Provider::Vertex);
  EXPECT_EQ(route.operation, CloudOperation::StreamRawPredict);
  EXPECT_EQ(route.model, "claude-3-5-sonnet@20241022");
}

TEST(RouteOf, TellsCountingFromPredictingOnVertex) {
  EXPECT_EQ(
      route_of(
          "POST", "/v1/x/publishers/anthropic/models/count-tokens:rawPredict", Provider::Vertex)
          .operation,
      CloudOperation::RawCountTokens);
}

TEST(RouteOf, TakesBothStylesOfAzure) {
  const auto classic =
      route_of("POST",
               "/openai/deployments/gpt%2D4o/chat/completions?api-version=2024-10-21",
               Provider::Azure);
  EXPECT_EQ(classic.operation, CloudOperation::Chat);
  EXPECT_EQ(classic.model, "gpt-4o");
  EXPECT_EQ(classic.query, "api-version=2024-10-21");
  EXPECT_EQ(route_of("POST", "/openai/v1/chat/completions", Provider::Azure).operation,
            CloudOperation::Chat);
}

TEST(RouteOf, FindsTheTokenDesks) {
  EXPECT_EQ(route_of("POST", "/token", Provider::Compatible).operation,
            CloudOperation::GoogleToken);
  EXPECT_EQ(route_of("POST", "/tenant/oauth2/v2.0/token", Provider::Compatible).operation,
            CloudOperation::EntraToken);
  EXPECT_EQ(route_of("POST", "/", Provider::Bedrock).operation, CloudOperation::Sts);
}

TEST(RouteOf, DoesNotAnswerAGetWhereAPostIsMeant) {
  EXPECT_EQ(route_of("GET", "/v1/chat/completions", Provider::OpenAi).operation,
            CloudOperation::Unknown);
}

}  // namespace
}  // namespace meridian
