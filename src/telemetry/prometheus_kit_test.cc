#include "telemetry/prometheus_kit.h"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace meridian {

namespace {

using ::testing::HasSubstr;

std::string file_text(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Fleet fleet_of(const std::vector<std::string>& labels) {
  Fleet fleet;
  for (const auto& label : labels) {
    fleet.deployments.push_back(
        {.id = static_cast<DeploymentId>(fleet.deployments.size()), .label = label});
  }
  return fleet;
}

const std::string& text_of(const std::vector<KitFile>& files, std::string_view name) {
  for (const auto& file : files) {
    if (file.name == name) {
      return file.text;
    }
  }
  static const std::string kNone = "no such file";
  return kNone;
}

TEST(PrometheusKit, IsWhatLiesInDeploy) {
  for (const auto& file : prometheus_kit({}, {})) {
    EXPECT_EQ(file.text, file_text("deploy/prometheus/" + file.name)) << file.name;
  }
}

TEST(PrometheusKit, ScrapesEachGatewayUnderItsRegion) {
  const std::vector<ScrapeTarget> gateways{{"gw-us:4000", "us-west-2"},
                                           {"gw-eu:4000", "eu-\"west\""}};
  const auto files = prometheus_kit(fleet_of({"us-west"}), gateways);

  EXPECT_THAT(text_of(files, "prometheus.yml"),
              HasSubstr("    static_configs:\n"
                        "      - targets: [\"gw-us:4000\"]\n"
                        "        labels:\n"
                        "          region: \"us-west-2\"\n"
                        "      - targets: [\"gw-eu:4000\"]\n"
                        "        labels:\n"
                        "          region: \"eu-\\\"west\\\"\"\n"));
  EXPECT_THAT(
      text_of(files, "prometheus.yml"),
      HasSubstr("rule_files:\n  - alerts-seed.yml\n  - alerts.yml\n  - alerts-fleet.yml\n"));
}

TEST(PrometheusKit, WatchesOverEachRegionOnce) {
  const auto files = prometheus_kit(fleet_of({"us-west", "eu-west", "us-west"}), {});

  EXPECT_EQ(
      text_of(files, "alerts-fleet.yml"),
      R"(# One alert for each region that the configuration names. Its series are there from the gateway's
# start: where they are missing, a gateway runs without that region, or none runs.
groups:
  - name: meridian-fleet
    rules:
      - alert: RegionMissing
        expr: |
          absent(litellm_requests_total{job="litellm", region="eu-west"})
        for: 10m
        labels:
          severity: warning
        annotations:
          summary: "No gateway has the region {{ $labels.region }} in its configuration"
      - alert: RegionMissing
        expr: |
          absent(litellm_requests_total{job="litellm", region="us-west"})
        for: 10m
        labels:
          severity: warning
        annotations:
          summary: "No gateway has the region {{ $labels.region }} in its configuration"
)");
}

TEST(PrometheusKit, AsksAboutEachRegion) {
  const auto files = prometheus_kit(fleet_of({"us-west"}), {});

  EXPECT_THAT(
      text_of(files, "queries.promql"),
      HasSubstr("\n# What comes of attempts at us-west\n"
                "sum by (outcome) (rate(meridian_attempts_total{region=\"us-west\"}[5m]))\n"));
}

TEST(KitText, NamesEachFile) {
  const std::vector<KitFile> files{{"a.yml", "a: 1\n"}, {"b.yml", "b: 2\n"}};

  EXPECT_EQ(kit_text(files), "# file: a.yml\na: 1\n\n# file: b.yml\nb: 2\n");
}

}  // namespace

}  // namespace meridian
