#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <unordered_set>

#include <fmt/format.h>

#include "telemetry/families.h"
#include "telemetry/family.h"
#include "telemetry/labels.h"
#include "telemetry/plain_text.h"

namespace meridian {

namespace {

using prometheus::MetricType;

constexpr double kMsPerSecond = 1e3;
constexpr std::size_t kNotConfigured = kStandings;  // One state more than health has.
constexpr std::size_t kStates = kStandings + 1;

std::string state_text(std::size_t state) {
  return state == kNotConfigured ? "not_configured"
                                 : std::string(label_of(static_cast<Standing>(state)));
}

std::size_t state_of(const Deployment& deployment, const HealthView& health) {
  return deployment.configured ? static_cast<std::size_t>(health.standing) : kNotConfigured;
}

// Names for labels: two series of one name would make Prometheus drop one of them.
class UniqueNames {
 public:
  std::string of(std::string_view name, std::size_t id) {
    auto text = safe_label(name);
    if (!seen_.insert(text).second) {
      text += fmt::format("#{}", id);
      seen_.insert(text);
    }
    return text;
  }

 private:
  std::unordered_set<std::string> seen_;
};

void add_deployments(std::vector<prometheus::MetricFamily>& families, const GatewayState& state) {
  Family states(MetricType::Gauge,
                "meridian_deployment_state",
                "1 for the state that a deployment is in, 0 for the others.",
                state.gateway_region);
  Family round_trip(MetricType::Gauge,
                    "meridian_round_trip_seconds",
                    "Network round trip to a deployment, measured by connect probes.",
                    state.gateway_region);
  Family target(MetricType::Gauge,
                "meridian_latency_target_seconds",
                "The round trip that the configuration expects (metadata.latency_target).",
                state.gateway_region);
  UniqueNames names;
  const auto named = std::min(state.health.size(), kNamedSeriesMax);
  for (std::size_t i = 0; i < named; ++i) {
    const auto& deployment = state.fleet.deployments[i];
    const auto& health = state.health[i];
    const Labels labels{{"deployment", names.of(deployment.name, i)},
                        {"region", state.regions.text(state.regions.of(deployment.id))}};
    for (std::size_t s = 0; s < kStates; ++s) {
      auto with_state = labels;
      with_state.push_back({"state", state_text(s)});
      states.count(std::move(with_state), state_of(deployment, health) == s ? 1 : 0);
    }
    if (health.round_trip_ms > 0) {
      round_trip.value(labels, health.round_trip_ms / kMsPerSecond);
    }
    if (deployment.latency_target) {
      target.value(labels, to_ms(*deployment.latency_target) / kMsPerSecond);
    }
  }
  states.add_to(families);
  round_trip.add_to(families);
  target.add_to(families);
}

struct RegionNow {
  std::array<std::uint64_t, kStates> in_state{};
  std::uint64_t in_flight = 0;
  std::uint64_t waiting = 0;
};

void add_regions(std::vector<prometheus::MetricFamily>& families, const GatewayState& state) {
  std::map<RegionIndex, RegionNow> regions;
  for (std::size_t i = 0; i < state.health.size(); ++i) {
    const auto& deployment = state.fleet.deployments[i];
    auto& region = regions[state.regions.of(deployment.id)];
    ++region.in_state[state_of(deployment, state.health[i])];
    region.in_flight += state.health[i].in_flight;
    region.waiting += state.health[i].waiting;
  }
  Family states(MetricType::Gauge,
                "meridian_deployments",
                "How many deployments of a region are in each state.",
                state.gateway_region);
  Family in_flight(MetricType::Gauge,
                   "meridian_attempts_in_flight",
                   "Attempts open at the deployments of a region.",
                   state.gateway_region);
  Family waiting(MetricType::Gauge,
                 "meridian_attempts_waiting",
                 "Attempts at a region without a first token yet.",
                 state.gateway_region);
  for (const auto& [index, region] : regions) {
    const auto& text = state.regions.text(index);
    for (std::size_t s = 0; s < kStates; ++s) {
      states.count({{"region", text}, {"state", state_text(s)}}, region.in_state[s]);
    }
    in_flight.count({{"region", text}}, region.in_flight);
    waiting.count({{"region", text}}, region.waiting);
  }
  states.add_to(families);
  in_flight.add_to(families);
  waiting.add_to(families);
}

void add_groups(std::vector<prometheus::MetricFamily>& families, const GatewayState& state) {
  Family ready(MetricType::Gauge,
               "meridian_group_ready_deployments",
               "Deployments of a model group that are ready; 0 means that requests for it fail.",
               state.gateway_region);
  UniqueNames names;
  const auto named = std::min(state.fleet.groups.size(), kNamedSeriesMax);
  for (std::size_t i = 0; i < named; ++i) {
    const auto& group = state.fleet.groups[i];
    const auto count = std::ranges::count_if(group.members, [&](DeploymentId id) {
      const auto at = index_of(id);
      return at < state.health.size() && state_of(state.fleet[id], state.health[at]) ==
                                             static_cast<std::size_t>(Standing::Ready);
    });
    ready.value({{"group", names.of(group.name, i)}}, static_cast<double>(count));
  }
  ready.add_to(families);
}

}  // namespace

void add_health_families(std::vector<prometheus::MetricFamily>& families,
                         const MetricsSnapshot& counts,
                         const GatewayState& state) {
  if (!state.health.empty()) {
    add_deployments(families, state);
    add_regions(families, state);
    add_groups(families, state);
  }

  Family changes(MetricType::Counter,
                 "meridian_deployment_state_changes_total",
                 "Changes of a deployment's state, by region and by the state entered.",
                 state.gateway_region);
  Family probes(MetricType::Counter,
                "meridian_probes_total",
                "Active probes by region, kind and result.",
                state.gateway_region);
  for (const auto& region : shown_regions(counts, state.regions)) {
    for (std::size_t s = 0; s < kStandings; ++s) {
      changes.count({{"region", region.text}, {"state", state_text(s)}}, region.counts.entered[s]);
    }
    for (const auto kind : {ProbeKind::Connect, ProbeKind::Completion}) {
      const auto& by_result = region.counts.probes[static_cast<std::size_t>(kind)];
      const std::string text(label_of(kind));
      probes.count({{"region", region.text}, {"kind", text}, {"outcome", "failed"}}, by_result[0]);
      probes.count({{"region", region.text}, {"kind", text}, {"outcome", "ok"}}, by_result[1]);
    }
  }
  changes.add_to(families);
  probes.add_to(families);
}

}  // namespace meridian
