#include "routing/expected.h"

#include <gtest/gtest.h>

#include "support/small_fleet.h"

namespace meridian {
namespace {

using namespace std::chrono_literals;

const Policy kAnywhere;
const RouteRequest kRequest{.model = "claude", .residency = &kAnywhere, .input_tokens = 2'000};
const HealthView kMeasured{.measured = true,
                           .base_ms = 300,
                           .ms_per_token = 0.1,
                           .round_trip_ms = 80};

Deployment in_oregon() {
  return test::claude_in({"us-west-2"}).deployments[0];
}

TEST(ExpectedMs, IsTheBaseAndThePrefillOfThisPrompt) {
  EXPECT_DOUBLE_EQ(expected_ms(kRequest, in_oregon(), kMeasured), 300 + (0.1 * 2'000));
}

TEST(ExpectedMs, GrowsWithTheRecentSlowness) {
  auto view = kMeasured;
  view.slowness = 3;

  EXPECT_DOUBLE_EQ(expected_ms(kRequest, in_oregon(), view), 3 * 500);
}

TEST(ExpectedMs, GrowsWithThePenaltyAndWithHalfThePrefillOfThoseThatWait) {
  auto view = kMeasured;
  view.penalty_ms = 5'000;
  view.waiting = 4;

  EXPECT_DOUBLE_EQ(expected_ms(kRequest, in_oregon(), view), 500 + 5'000 + (0.5 * 4 * 2'000 * 0.1));
}

TEST(ExpectedMs, TakesTheNetworkFromTheUsersPlaceBeforeAnythingIsMeasured) {
  const HealthView prior{.base_ms = 250, .ms_per_token = 0.05};
  auto from_sydney = kRequest;
  from_sydney.user = GeoPoint{.latitude = -33.9, .longitude = 151.2};

  const auto deployment = in_oregon();
  const double network = to_ms(round_trip_prior(*from_sydney.user, *deployment.location.where));
  EXPECT_GT(network, 100);
  EXPECT_DOUBLE_EQ(expected_ms(from_sydney, deployment, prior), 250 + 100 + network);
}

TEST(ExpectedMs, TheUsersPlaceDoesNotCountOnceTheDeploymentIsMeasured) {
  auto from_sydney = kRequest;
  from_sydney.user = GeoPoint{.latitude = -33.9, .longitude = 151.2};

  EXPECT_DOUBLE_EQ(expected_ms(from_sydney, in_oregon(), kMeasured), 500);
}

TEST(ExpectedMs, ARoundTripInsideTheLatencyTargetCountsAsNone) {
  auto deployment = in_oregon();
  deployment.latency_target = 100ms;
  EXPECT_DOUBLE_EQ(expected_ms(kRequest, deployment, kMeasured), 500 - 80);

  deployment.latency_target = 50ms;
  EXPECT_DOUBLE_EQ(expected_ms(kRequest, deployment, kMeasured), 500 - 50);
}

TEST(FirstTokenLimit, IsFourTimesWhatIsExpectedAndAtLeastThreeSeconds) {
  auto slow = kMeasured;
  slow.base_ms = 1'800;

  EXPECT_EQ(first_token_limit(kRequest, kMeasured), 3s);
  EXPECT_EQ(first_token_limit(kRequest, slow), 8s);
}

TEST(FirstTokenLimit, IsThirtySecondsForTheUnmeasured) {
  EXPECT_EQ(first_token_limit(kRequest, {.base_ms = 250}), 30s);
}

TEST(FirstTokenLimit, DoublesAtMostForARegionThatIsSlowAtTheMoment) {
  auto view = kMeasured;
  view.base_ms = 800;
  view.slowness = 40;

  EXPECT_EQ(first_token_limit(kRequest, view), 8s);
}

}  // namespace
}  // namespace meridian
