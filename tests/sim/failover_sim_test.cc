// What an operator is promised, over minutes of virtual time: how much an outage costs, how long it
// takes to be rid of it, and that everything comes back.

#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/world.h"
#include "support/small_fleet.h"

namespace meridian {
namespace {

using namespace std::chrono_literals;

constexpr EndpointId kNearest{0};

// Four regions at 20, 90, 160 and 230 ms: the fleet of routing-science 1.16.
WorldSetup four_regions(Strategy strategy) {
  WorldSetup setup;
  setup.fleet = test::claude_in({"us-west-2", "us-east-1", "eu-west-1", "ap-southeast-1"});
  setup.rules.strategy = strategy;
  setup.health.resize(4);
  setup.prices.resize(4);
  setup.paces = {
      {.round_trip_ms = 20}, {.round_trip_ms = 90}, {.round_trip_ms = 160}, {.round_trip_ms = 230}};
  setup.traffic.requests_per_second = 14;
  setup.traffic.streamed = 1;
  setup.traffic.bad = 0;
  setup.traffic.leaves = 0;
  return setup;
}

WorldSetup with_fault(Fault::Kind kind, double amount = 1) {
  auto setup = four_regions(Strategy::Latency);
  setup.faults = {{.kind = kind,
                   .endpoint = kNearest,
                   .from = TimePoint{4min},
                   .until = TimePoint{6min},
                   .amount = amount}};
  return setup;
}

// Attempts beyond one a request, in a hundred of the requests that came during the two minutes.
double wasted(const WorldReport& report) {
  return 100.0 * static_cast<double>(report.attempts - report.requests) / (14.0 * 120);
}

TEST(Failover, ARegionThatFailsFastDrawsNoTraffic) {
  const auto report = World(with_fault(Fault::Kind::Erroring), 1).run(10min);

  EXPECT_EQ(report.violation, std::nullopt);
  EXPECT_EQ(report.count(Ending::Served), report.requests);
  EXPECT_LT(wasted(report), 1);  // Least-inflight without penalty sends 49 there, round robin 25.
}

TEST(Failover, ABlackHoleCostsNoRequestAndFewSeconds) {
  const auto report = World(with_fault(Fault::Kind::BlackHole), 1).run(10min);

  EXPECT_EQ(report.violation, std::nullopt);
  EXPECT_EQ(report.count(Ending::Served), report.requests);
  EXPECT_LT(wasted(report), 3);
  EXPECT_LT(report.first_content_ms_p99, 2'000);
}

TEST(Failover, ABrownOutMovesTrafficAway) {
  const auto report = World(with_fault(Fault::Kind::Slow, 8), 1).run(10min);

  EXPECT_EQ(report.violation, std::nullopt);
  EXPECT_EQ(report.count(Ending::Served), report.requests);
  EXPECT_LT(report.first_content_ms_p99, 2'500);
}

TEST(Failover, RateLimitsAreSteeredAround) {
  const auto report = World(with_fault(Fault::Kind::RateLimited, 0.7), 1).run(10min);

  EXPECT_EQ(report.violation, std::nullopt);
  EXPECT_EQ(report.count(Ending::Served), report.requests);
  EXPECT_LT(wasted(report), 2);
}

TEST(Failover, LatencyRoutingPrefersTheNearestWithoutStarvingTheOthers) {
  const auto report = World(four_regions(Strategy::Latency), 1).run(10min);

  const auto requests = static_cast<double>(report.requests);
  EXPECT_GT(static_cast<double>(report.served_by[0]), 0.4 * requests);
  for (const auto served : report.served_by) {
    EXPECT_GT(static_cast<double>(served), 0.004 * requests);
  }
  EXPECT_LT(report.first_content_ms_p99, 1'500);
}

TEST(Failover, SharesFollowWeightsWhenNothingIsWrong) {
  auto setup = four_regions(Strategy::SimpleShuffle);
  for (std::size_t i = 0; i < 4; ++i) {
    setup.fleet.deployments[i].weight = static_cast<double>(i + 1);
  }
  setup.fleet.index();

  const auto report = World(setup, 1).run(20min);

  const auto requests = static_cast<double>(report.requests);
  for (std::size_t i = 0; i < 4; ++i) {
    const double p = static_cast<double>(i + 1) / 10;
    EXPECT_NEAR(static_cast<double>(report.served_by[i]),
                p * requests,
                4 * std::sqrt(requests * p * (1 - p)));
  }
}

TEST(Failover, ThePrimaryServesAgainAfterItsOutage) {
  auto setup = with_fault(Fault::Kind::Down);
  setup.rules.strategy = Strategy::Priority;
  for (std::size_t i = 0; i < 4; ++i) {
    setup.fleet.deployments[i].tier = static_cast<int>(i + 1);
  }
  setup.fleet.index();

  const auto report = World(setup, 1).run(15min);

  EXPECT_EQ(report.violation, std::nullopt);
  EXPECT_EQ(report.count(Ending::Served), report.requests);
  EXPECT_GT(report.last_served_at[0], TimePoint{14min + 50s});
  EXPECT_LT(report.last_served_at[1],
            TimePoint{12min});  // 6 min + at most 300 s of rest + slow start.
}

TEST(Failover, ATotalOutageIsNotMultipliedAndEnds) {
  auto setup = four_regions(Strategy::Latency);
  for (std::uint16_t i = 0; i < 4; ++i) {
    setup.faults.push_back({.kind = Fault::Kind::Erroring,
                            .endpoint = EndpointId{i},
                            .from = TimePoint{4min},
                            .until = TimePoint{6min}});
  }

  const auto report = World(setup, 1).run(15min);

  EXPECT_EQ(report.violation, std::nullopt);
  const auto lost = report.requests - report.count(Ending::Served);
  // All of the two minutes, and a few seconds until panic or a trial finds out that it is over.
  EXPECT_GT(lost, 14 * 110);
  EXPECT_LT(lost, 14 * 140);
}

TEST(Failover, FlappingOfAnyPeriodCostsNoRequest) {
  for (const auto period : {1s, 3s, 10s, 30s, 120s, 600s}) {
    auto setup = with_fault(Fault::Kind::Flapping);
    setup.faults[0].period = period;
    setup.faults[0].until = TimePoint{20min};

    const auto report = World(setup, 1).run(25min);

    EXPECT_EQ(report.violation, std::nullopt);
    EXPECT_EQ(report.count(Ending::Served), report.requests) << period.count() << " s";
  }
}

}  // namespace
}  // namespace meridian
