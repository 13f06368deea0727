#include "telemetry/worker_metrics.h"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace meridian {

namespace {

using namespace std::chrono_literals;

constexpr DeploymentId kWest{0};
constexpr DeploymentId kEast{1};

Fleet fleet_of(const std::vector<std::string>& labels) {
  Fleet fleet;
  for (const auto& label : labels) {
    Deployment deployment;
    deployment.id = static_cast<DeploymentId>(fleet.deployments.size());
    deployment.label = label;
    fleet.deployments.push_back(std::move(deployment));
  }
  return fleet;
}

MetricsSnapshot read(const WorkerMetrics& metrics) {
  MetricsSnapshot snapshot;
  metrics.snapshot_into(snapshot);
  return snapshot;
}

class WorkerMetricsTest : public testing::Test {
 protected:
  WorkerMetricsTest() { metrics.use(labels); }

  RegionLabels labels{fleet_of({"us-west", "us-east"})};
  RegionIndex west = labels.of(kWest);
  RegionIndex east = labels.of(kEast);
  WorkerMetrics metrics;

  const RegionCounts& at(const MetricsSnapshot& snapshot, RegionIndex region) {
    return snapshot.regions[index_of(region)];
  }
};

TEST_F(WorkerMetricsTest, CountsAnAttemptWhereItWasTried) {
  metrics.attempt({.region = west, .failure = FailureKind::TimedOut, .took = 10s});
  metrics.attempt({.region = east, .took = 800ms, .first_token = 200ms, .bytes_sent = 5});
  const auto seen = read(metrics);

  EXPECT_EQ(at(seen, west).attempts[1 + static_cast<std::size_t>(FailureKind::TimedOut)], 1U);
  EXPECT_EQ(at(seen, west).took_us.sum, 10'000'000);
  EXPECT_EQ(at(seen, east).attempts[0], 1U);
  EXPECT_EQ(at(seen, east).took_us.sum, 800'000);
  EXPECT_EQ(at(seen, east).first_token_us.sum, 200'000);
  EXPECT_EQ(at(seen, east).bytes_sent, 5U);
}

TEST_F(WorkerMetricsTest, PutsAValueOnAnEdgeBelowIt) {
  metrics.attempt({.region = west, .took = 2s});
  metrics.attempt({.region = west, .took = 2s + 1us});
  metrics.attempt({.region = west, .took = 2h});
  metrics.attempt({.region = west, .took = -5us});
  const auto seen = read(metrics);
  const auto& counts = at(seen, west).took_us.counts;

  EXPECT_EQ(kLatencyEdgesUs[14], 2'000'000);
  EXPECT_EQ(counts[14], 1U);
  EXPECT_EQ(counts[15], 1U);
  EXPECT_EQ(counts.back(), 1U);
  EXPECT_EQ(counts.front(), 1U);  // A negative time counts as none.
}

TEST_F(WorkerMetricsTest, BooksTokensAndMoneyWhereTheRequestWasServed) {
  metrics.request_began();
  metrics.request({.outcome = RequestOutcome::Answered,
                   .region = east,
                   .tokens = {.input = 10, .cache_read = 2, .cache_write = 3, .output = 4},
                   .cost = MicroDollars{77},
                   .attempts = 2});
  const auto seen = read(metrics);

  EXPECT_EQ(at(seen, east).requests[static_cast<std::size_t>(RequestOutcome::Answered)], 1U);
  EXPECT_EQ(at(seen, east).tokens.output, 4);
  EXPECT_EQ(at(seen, east).spend, MicroDollars{77});
  EXPECT_EQ(seen.attempts.sum, 2);
}

TEST_F(WorkerMetricsTest, LeavesRefusalsOutOfTheTimes) {
  metrics.request_began();
  metrics.request({.outcome = RequestOutcome::RefusedSlow, .took = 60s});
  const auto seen = read(metrics);

  EXPECT_EQ(at(seen, kNoRegion).requests[static_cast<std::size_t>(RequestOutcome::RefusedSlow)],
            1U);
  EXPECT_EQ(seen.request_us[0].sum, 0);
  EXPECT_EQ(seen.requests_ended, 1U);
}

TEST_F(WorkerMetricsTest, AddsTheStagesToTheOverhead) {
  metrics.request({.took = 1s, .overhead = {10us, 20us, 30us, 40us}, .attempts = 1});
  const auto seen = read(metrics);

  EXPECT_EQ(seen.overhead_us.sum, 100);
  EXPECT_EQ(seen.stage_us[static_cast<std::size_t>(Stage::Build)].sum, 30);
}

TEST_F(WorkerMetricsTest, GoesOnCountingOverAReload) {
  metrics.attempt({.region = east, .took = 1s});
  const RegionLabels after(fleet_of({"eu-west", "us-east"}), &labels);
  metrics.use(after);
  metrics.attempt({.region = after.of(DeploymentId{1}), .took = 1s});
  metrics.attempt({.region = west, .took = 1s});  // Began under the old settings.
  const auto seen = read(metrics);

  EXPECT_EQ(at(seen, east).attempts[0], 2U);
  EXPECT_EQ(at(seen, west).attempts[0], 1U);
}

TEST_F(WorkerMetricsTest, CountsARegionItHasNotHeardOfAsOther) {
  metrics.attempt({.region = RegionIndex{150}, .took = 1s});
  const auto seen = read(metrics);

  EXPECT_EQ(at(seen, kOtherRegions).attempts[0], 1U);
}

TEST_F(WorkerMetricsTest, AddsUpWorkersThatKnowDifferentNumbersOfRegions) {
  const RegionLabels more(fleet_of({"us-west", "us-east", "eu-west"}), &labels);
  WorkerMetrics other;
  other.use(more);
  metrics.attempt({.region = west, .took = 1s});
  other.attempt({.region = west, .failure = FailureKind::CutShort, .took = 2s});
  other.attempt({.region = more.of(DeploymentId{2}), .took = 3s});
  metrics.connection_opened(Side::Client);
  other.connection_opened(Side::Client);
  other.connection_closed(Side::Client);

  MetricsSnapshot both;
  metrics.snapshot_into(both);
  other.snapshot_into(both);

  EXPECT_EQ(at(both, west).attempts[0], 1U);
  EXPECT_EQ(at(both, west).took_us.sum, 3'000'000);
  EXPECT_EQ(at(both, more.of(DeploymentId{2})).attempts[0], 1U);
  EXPECT_EQ(both.connections_opened[0], 2U);
  EXPECT_EQ(both.connections_closed[0], 1U);
}

}  // namespace

}  // namespace meridian
