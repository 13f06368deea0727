#include "telemetry/prometheus_kit.h"

#include <set>

#include <fmt/format.h>

#include "telemetry/kit_files.h"
#include "telemetry/region_labels.h"

namespace meridian {

namespace {

constexpr std::string_view kScrapeHead =
    R"(# Prometheus for Meridian. `meridian prometheus --config FILE` prints this for your own fleet.
global:
  scrape_interval: 15s
  evaluation_interval: 15s

rule_files:
  - alerts-seed.yml
  - alerts.yml
)";

constexpr std::string_view kScrapeJob = R"(
scrape_configs:
  - job_name: litellm
    # A series that names a region means the one that was tried or that served, and keeps it.
    # `up`, and what else names none, gets the target's: where the gateway runs
    # (general_settings.region).
    honor_labels: true
    static_configs:
)";

constexpr std::string_view kFleetAlertsHead =
    R"(# One alert for each region that the configuration names. Its series are there from the gateway's
# start: where they are missing, a gateway runs without that region, or none runs.
groups:
  - name: meridian-fleet
    rules:
)";

// The labels as the metrics have them, sorted.
std::set<std::string> regions_of(const Fleet& fleet) {
  const RegionLabels labels(fleet);
  std::set<std::string> regions;
  for (const auto& deployment : fleet.deployments) {
    regions.insert(labels.text(labels.of(deployment.id)));
  }
  return regions;
}

// In double quotes, for YAML and for PromQL alike. Labels have no control characters (safe_label).
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
    }
    out += c;
  }
  out += '"';
  return out;
}

std::string scrape_config(bool with_fleet_alerts, std::span<const ScrapeTarget> targets) {
  std::string out(kScrapeHead);
  if (with_fleet_alerts) {
    out += "  - alerts-fleet.yml\n";
  }
  out += kScrapeJob;
  for (const auto& target : targets) {
    out += fmt::format("      - targets: [{}]\n        labels:\n          region: {}\n",
                       quoted(target.address),
                       quoted(target.region));
  }
  return out;
}

std::string fleet_alerts(const std::set<std::string>& regions) {
  std::string out(kFleetAlertsHead);
  for (const auto& region : regions) {
    out += fmt::format(R"(      - alert: RegionMissing
        expr: |
          absent(litellm_requests_total{{job="litellm", region={}}})
        for: 10m
        labels:
          severity: warning
        annotations:
          summary: "No gateway has the region {{{{ $labels.region }}}} in its configuration"
)",
                       quoted(region));
  }
  return out;
}

std::string queries(const std::set<std::string>& regions) {
  std::string out(kQueries);
  for (const auto& region : regions) {
    out += fmt::format(
        "\n# What comes of attempts at {0}\n"
        "sum by (outcome) (rate(meridian_attempts_total{{region={1}}}[5m]))\n",
        region,
        quoted(region));
  }
  return out;
}

}  // namespace

std::vector<KitFile> prometheus_kit(const Fleet& fleet, std::span<const ScrapeTarget> targets) {
  static const ScrapeTarget kHere{.address = "localhost:4000", .region = "us-west-2"};
  if (targets.empty()) {
    targets = {&kHere, 1};
  }
  const auto regions = regions_of(fleet);

  std::vector<KitFile> files{{"prometheus.yml", scrape_config(!regions.empty(), targets)},
                             {"alerts-seed.yml", std::string(kSeedAlerts)},
                             {"alerts.yml", std::string(kAlerts)}};
  if (!regions.empty()) {
    files.push_back({"alerts-fleet.yml", fleet_alerts(regions)});
  }
  files.push_back({"queries.promql", queries(regions)});
  return files;
}

std::string kit_text(std::span<const KitFile> files) {
  std::string out;
  for (const auto& file : files) {
    out += fmt::format("{}# file: {}\n{}", out.empty() ? "" : "\n", file.name, file.text);
  }
  return out;
}

}  // namespace meridian
