#include "telemetry/exposition.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/worker_metrics.h"

namespace meridian {

namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr DeploymentId kWest{0};
constexpr DeploymentId kEast{1};

Fleet two_regions() {
  Fleet fleet;
  fleet.deployments.push_back({.id = kWest,
                               .name = "claude/bedrock/us-west-2",
                               .label = "us-west",
                               .latency_target = 50ms});
  fleet.deployments.push_back(
      {.id = kEast, .name = "claude/bedrock/us-east-1", .label = "us-east"});
  fleet.groups.push_back({.id = GroupId{0}, .name = "claude", .members = {kWest, kEast}});
  return fleet;
}

class Exposition : public testing::Test {
 protected:
  Exposition() { metrics.use(labels); }

  std::string page() {
    MetricsSnapshot counts;
    metrics.snapshot_into(counts);
    return metrics_text(counts, state);
  }

  // The lines of one metric without its buckets, HELP and TYPE included.
  std::vector<std::string> lines_of(const std::string& name) {
    std::istringstream text(page());
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) {
      const bool about =
          line.starts_with("# HELP " + name + " ") || line.starts_with("# TYPE " + name + " ");
      const bool sample = line.starts_with(name + "{") || line.starts_with(name + " ") ||
                          line.starts_with(name + "_sum") || line.starts_with(name + "_count");
      if (about || sample) {
        lines.push_back(line);
      }
    }
    return lines;
  }

  Fleet fleet = two_regions();
  RegionLabels labels{fleet};
  std::vector<HealthView> health{{.round_trip_ms = 61.5, .waiting = 1, .in_flight = 3},
                                 {.standing = Standing::Resting}};
  std::vector<CredentialState> credentials{{"AKIA...1234", false}};
  GatewayState state{
      .regions = labels,
      .fleet = fleet,
      .health = health,
      .credentials = credentials,
      .gateway_region = "us-west-2",
      .version = "0.1.0",
      .config_hash = "0123456789ab",
      .started = WallTime{1'790'000'000s},
      .config_applied = WallTime{1'790'000'001s},
      .budget =
          BudgetState{.limit = {5'000'000}, .spent = {1'250'000}, .ends = WallTime{1'790'086'400s}},
      .process = ProcessFigures{.cpu_seconds = 1.5, .resident_bytes = 4096, .open_files = 9}};
  WorkerMetrics metrics;
};

TEST_F(Exposition, CountsAttemptsUnderTheSeedsNames) {
  metrics.attempt({.region = labels.of(kWest), .failure = FailureKind::TimedOut, .took = 10s});
  metrics.attempt({.region = labels.of(kWest), .failure = FailureKind::BadRequest, .took = 100ms});
  metrics.attempt({.region = labels.of(kEast), .took = 1500ms});

  EXPECT_THAT(lines_of("litellm_requests_total"),
              ElementsAre("# HELP litellm_requests_total Attempts at deployments of a region, "
                          "whatever came of them.",
                          "# TYPE litellm_requests_total counter",
                          "litellm_requests_total{region=\"us-west\"} 2",
                          "litellm_requests_total{region=\"us-east\"} 1"));
  EXPECT_THAT(lines_of("litellm_errors_total"),
              ElementsAre("# HELP litellm_errors_total Attempts that failed for reasons that speak "
                          "against the region: connection, time-out, server error, rate limit, "
                          "account, configuration, cut stream.",
                          "# TYPE litellm_errors_total counter",
                          "litellm_errors_total{region=\"us-west\"} 1",
                          "litellm_errors_total{region=\"us-east\"} 0"));
}

TEST_F(Exposition, WritesDurationsAsCumulativeBucketsInSeconds) {
  metrics.attempt({.region = labels.of(kEast), .took = 1500ms});
  metrics.attempt({.region = labels.of(kEast), .took = 2s});
  metrics.attempt({.region = labels.of(kEast), .took = 1h});
  const auto text = page();

  const std::string name = "litellm_request_duration_seconds";
  EXPECT_THAT(text, HasSubstr(name + "_bucket{region=\"us-east\",le=\"0.005\"} 0\n"));
  EXPECT_THAT(text, HasSubstr(name + "_bucket{region=\"us-east\",le=\"1.5\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(name + "_bucket{region=\"us-east\",le=\"2\"} 2\n"));
  EXPECT_THAT(text, HasSubstr(name + "_bucket{region=\"us-east\",le=\"600\"} 2\n"));
  EXPECT_THAT(text, HasSubstr(name + "_bucket{region=\"us-east\",le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr(name + "_sum{region=\"us-east\"} 3603.5\n"));
  EXPECT_THAT(text, HasSubstr(name + "_count{region=\"us-east\"} 3\n"));
}

TEST_F(Exposition, HasEverySeriesAtZeroFromTheStart) {
  const auto text = page();

  for (const std::string region : {"us-west", "us-east"}) {
    EXPECT_THAT(text, HasSubstr("litellm_requests_total{region=\"" + region + "\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("litellm_errors_total{region=\"" + region + "\"} 0\n"));
    EXPECT_THAT(text,
                HasSubstr("litellm_request_duration_seconds_bucket{region=\"" + region +
                          "\",le=\"2\"} 0\n"));
    EXPECT_THAT(text,
                HasSubstr("meridian_attempts_total{region=\"" + region +
                          "\",outcome=\"timed_out\",gateway_region=\"us-west-2\"} 0\n"));
    EXPECT_THAT(text,
                HasSubstr("meridian_client_requests_total{outcome=\"answered\",region=\"" + region +
                          "\",gateway_region=\"us-west-2\"} 0\n"));
    EXPECT_THAT(text,
                HasSubstr("meridian_residency_violations_total{region=\"" + region +
                          "\",gateway_region=\"us-west-2\"} 0\n"));
  }
}

TEST_F(Exposition, ShowsTheClientsViewBesideTheAttempts) {
  metrics.request_began();
  metrics.request_began();
  metrics.request_began();
  metrics.request({.outcome = RequestOutcome::Answered, .region = labels.of(kEast), .attempts = 2});
  metrics.request({.outcome = RequestOutcome::RefusedResidency});
  const auto text = page();

  EXPECT_THAT(text,
              HasSubstr("meridian_client_requests_total{outcome=\"answered\",region=\"us-east\","
                        "gateway_region=\"us-west-2\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("meridian_client_requests_total{outcome=\"refused_residency\","
                        "region=\"none\",gateway_region=\"us-west-2\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("meridian_requests_in_flight{gateway_region=\"us-west-2\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("meridian_request_attempts_sum{gateway_region=\"us-west-2\"} 2\n"));
}

TEST_F(Exposition, WritesMoneyInDollars) {
  metrics.request({.region = labels.of(kEast), .cost = MicroDollars{1'234'567}, .attempts = 1});

  EXPECT_THAT(page(),
              HasSubstr("meridian_spend_dollars_total{region=\"us-east\","
                        "gateway_region=\"us-west-2\"} 1.234567\n"));
}

TEST_F(Exposition, SaysWhichStateEachDeploymentIsIn) {
  const auto text = page();

  EXPECT_THAT(text,
              HasSubstr("meridian_deployment_state{deployment=\"claude/bedrock/us-east-1\","
                        "region=\"us-east\",state=\"resting\",gateway_region=\"us-west-2\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("meridian_deployment_state{deployment=\"claude/bedrock/us-east-1\","
                        "region=\"us-east\",state=\"ready\",gateway_region=\"us-west-2\"} 0\n"));
  EXPECT_THAT(text,
              HasSubstr("meridian_deployments{region=\"us-west\",state=\"ready\","
                        "gateway_region=\"us-west-2\"} 1\n"));
  EXPECT_THAT(lines_of("meridian_group_ready_deployments").back(),
              "meridian_group_ready_deployments{group=\"claude\",gateway_region=\"us-west-2\"} 1");
}

TEST_F(Exposition, CallsADeploymentWithoutCredentialsNotConfigured) {
  fleet.deployments[0].configured = false;

  EXPECT_THAT(page(),
              HasSubstr("meridian_deployments{region=\"us-west\",state=\"not_configured\","
                        "gateway_region=\"us-west-2\"} 1\n"));
}

TEST_F(Exposition, ShowsTheRoundTripBesideItsTarget) {
  const std::string series =
      R"({deployment="claude/bedrock/us-west-2",region="us-west",gateway_region="us-west-2"} )";
  const auto text = page();

  EXPECT_THAT(text, HasSubstr("meridian_round_trip_seconds" + series + "0.0615\n"));
  EXPECT_THAT(text, HasSubstr("meridian_latency_target_seconds" + series + "0.05\n"));
  EXPECT_THAT(
      text,
      Not(HasSubstr("meridian_latency_target_seconds{deployment=\"claude/bedrock/us-east-1\"")));
}

TEST_F(Exposition, NamesTheConfigurationInForce) {
  EXPECT_THAT(
      page(),
      HasSubstr("meridian_config_info{hash=\"0123456789ab\",gateway_region=\"us-west-2\"} 1\n"));
}

TEST_F(Exposition, EscapesLabels) {
  state.gateway_region = "a\"b\\c\nd\xFF";

  EXPECT_THAT(page(),
              HasSubstr("meridian_requests_in_flight{gateway_region=\"a\\\"b\\\\c\xEF\xBF\xBD"
                        "d\xEF\xBF\xBD\"} 0\n"));
}

TEST_F(Exposition, NamesADeploymentOnceEvenIfTwoShareAName) {
  fleet.deployments[1].name = fleet.deployments[0].name;

  EXPECT_THAT(page(), HasSubstr("deployment=\"claude/bedrock/us-west-2#1\",region=\"us-east\""));
}

TEST_F(Exposition, IsBoundedForAFleetOfThousands) {
  Fleet large;
  for (int i = 0; i < 5000; ++i) {
    large.deployments.push_back({.id = static_cast<DeploymentId>(i),
                                 .name = "deployment-" + std::to_string(i),
                                 .label = "region-" + std::to_string(i)});
    large.groups.push_back({.id = static_cast<GroupId>(i),
                            .name = "group-" + std::to_string(i),
                            .members = {static_cast<DeploymentId>(i)}});
  }
  const RegionLabels many(large);
  const std::vector<HealthView> all(large.deployments.size());
  const MetricsSnapshot counts;
  const auto text = metrics_text(counts, {.regions = many, .fleet = large, .health = all});

  // 200 labels with about 150 series of some 100 bytes, 200 deployments with 8, 200 groups with
  // one.
  EXPECT_LT(text.size(), 4U << 20U);
  EXPECT_THAT(text,
              HasSubstr("meridian_deployments{region=\"other\",state=\"ready\",gateway_region="
                        "\"unknown\"} 4802\n"));
}

TEST_F(Exposition, ShowsTheBudgetWhereThereIsOne) {
  EXPECT_THAT(lines_of("meridian_budget_spent_dollars"),
              ElementsAre("# HELP meridian_budget_spent_dollars US dollars spent since the budget "
                          "last began anew; at the limit requests are refused.",
                          "# TYPE meridian_budget_spent_dollars gauge",
                          "meridian_budget_spent_dollars{gateway_region=\"us-west-2\"} 1.25"));
  EXPECT_THAT(page(),
              HasSubstr("meridian_budget_reset_timestamp_seconds{gateway_region=\"us-west-2\"} "
                        "1790086400\n"));
  state.budget.reset();
  EXPECT_THAT(page(), Not(HasSubstr("meridian_budget")));
}

TEST_F(Exposition, MakesTheFamiliesACollectable) {
  const MetricsSnapshot counts;
  const MetricsPage metrics_page(counts, state);
  const prometheus::Collectable& collectable = metrics_page;

  EXPECT_EQ(collectable.Collect().front().name, "litellm_requests_total");
}

// The manual names every metric, and no other.
TEST_F(Exposition, IsDescribedInTheManual) {
  std::ifstream file("docs/operate/metrics.md");
  const std::string manual((std::istreambuf_iterator<char>(file)),
                           std::istreambuf_iterator<char>());
  const MetricsSnapshot counts;

  std::size_t rows = 0;
  for (const auto& family : MetricsPage(counts, state).Collect()) {
    EXPECT_THAT(manual, HasSubstr("\n| `" + family.name + "` |"));
    EXPECT_THAT(family.help, Not(IsEmpty()));
    ++rows;
  }
  std::size_t described = 0;
  for (auto at = manual.find("\n| `"); at != std::string::npos; at = manual.find("\n| `", at + 1)) {
    const auto name = manual.substr(at + 4, 8);
    described += name == "meridian" || name == "litellm_" || name == "process_" ? 1U : 0U;
  }
  EXPECT_EQ(described, rows);
}

// Prometheus' own judge: promtool check metrics, where it is installed.
TEST_F(Exposition, PleasesPromtool) {
  if (std::system("command -v promtool >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "promtool is not installed (Debian package prometheus)";
  }
  metrics.attempt({.region = labels.of(kEast), .took = 1500ms, .first_token = 300ms});
  const auto text = page();

  std::FILE* promtool = popen("promtool check metrics 2>&1", "w");
  ASSERT_NE(promtool, nullptr);
  EXPECT_EQ(std::fwrite(text.data(), 1, text.size(), promtool), text.size());
  EXPECT_EQ(pclose(promtool), 0);
}

}  // namespace

}  // namespace meridian
