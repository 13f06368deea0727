#include <algorithm>
#include <string>

#include "telemetry/families.h"
#include "telemetry/family.h"
#include "telemetry/labels.h"
#include "telemetry/plain_text.h"

namespace meridian {

namespace {

using prometheus::MetricType;

double seconds(WallTime time) {
  return static_cast<double>(time.time_since_epoch().count());
}

void add_residency(std::vector<prometheus::MetricFamily>& families,
                   const MetricsSnapshot& counts,
                   const GatewayState& state) {
  Family denials(MetricType::Counter,
                 "meridian_residency_denials_total",
                 "Requests refused because no allowed place could serve them.",
                 state.gateway_region);
  for (const auto why : {ResidencyDenial::NoDeployment, ResidencyDenial::WrongGateway}) {
    denials.count({{"reason", std::string(label_of(why))}},
                  counts.residency_denials[static_cast<std::size_t>(why)]);
  }
  denials.add_to(families);

  Family violations(MetricType::Counter,
                    "meridian_residency_violations_total",
                    "Answers from a region that the request's rule does not allow. Must stay 0.",
                    state.gateway_region);
  for (const auto& region : shown_regions(counts, state.regions)) {
    violations.count({{"region", region.text}}, region.counts.residency_violations);
  }
  violations.add_to(families);
}

void add_configuration(std::vector<prometheus::MetricFamily>& families,
                       const MetricsSnapshot& counts,
                       const GatewayState& state) {
  Family(MetricType::Gauge,
         "meridian_config_info",
         "1, with the hash of the configuration in force.",
         state.gateway_region)
      .value({{"hash", safe_label(state.config_hash)}}, 1)
      .add_to(families);
  Family reloads(MetricType::Counter,
                 "meridian_config_reloads_total",
                 "Reloads of the configuration by outcome.",
                 state.gateway_region);
  for (const auto outcome :
       {ReloadOutcome::Applied, ReloadOutcome::Refused, ReloadOutcome::Unchanged}) {
    reloads.count({{"outcome", std::string(label_of(outcome))}},
                  counts.reloads[static_cast<std::size_t>(outcome)]);
  }
  reloads.add_to(families);
  Family(MetricType::Gauge,
         "meridian_config_last_reload_successful",
         "0 while the file on disk has problems and an older configuration is in force.",
         state.gateway_region)
      .value({}, state.last_reload_ok ? 1 : 0)
      .add_to(families);
  if (state.config_applied) {
    Family(MetricType::Gauge,
           "meridian_config_applied_timestamp_seconds",
           "When the configuration in force was applied, since the epoch.",
           state.gateway_region)
        .value({}, seconds(*state.config_applied))
        .add_to(families);
  }
}

void add_credentials(std::vector<prometheus::MetricFamily>& families,
                     const MetricsSnapshot& counts,
                     const GatewayState& state) {
  Family(MetricType::Counter,
         "meridian_credential_renewals_total",
         "Renewals of provider credentials by outcome.",
         state.gateway_region)
      .count({{"outcome", "failed"}}, counts.credential_renewals[0])
      .count({{"outcome", "ok"}}, counts.credential_renewals[1])
      .add_to(families);

  // Merged by name: several accounts may share the beginning that is left of a very long one.
  std::vector<std::pair<std::string, bool>> accounts;
  for (const auto& credential :
       state.credentials.first(std::min(state.credentials.size(), kNamedSeriesMax))) {
    auto name = safe_label(credential.account);
    const auto same = std::ranges::find(accounts, name, &std::pair<std::string, bool>::first);
    if (same == accounts.end()) {
      accounts.emplace_back(std::move(name), credential.trouble);
    } else {
      same->second = same->second || credential.trouble;
    }
  }
  Family trouble(MetricType::Gauge,
                 "meridian_credential_trouble",
                 "1 while an account's credentials are missing or cannot be renewed.",
                 state.gateway_region);
  for (auto& [name, bad] : accounts) {
    trouble.value({{"account", std::move(name)}}, bad ? 1 : 0);
  }
  trouble.add_to(families);
}

void add_budget(std::vector<prometheus::MetricFamily>& families, const GatewayState& state) {
  if (!state.budget) {
    return;
  }
  const auto dollars = [](MicroDollars amount) {
    return static_cast<double>(amount.value) / kMicrosPerUnit;
  };
  Family(MetricType::Gauge,
         "meridian_budget_limit_dollars",
         "max_budget: US dollars that may be spent in each budget_duration.",
         state.gateway_region)
      .value({}, dollars(state.budget->limit))
      .add_to(families);
  Family(MetricType::Gauge,
         "meridian_budget_spent_dollars",
         "US dollars spent since the budget last began anew; at the limit requests are refused.",
         state.gateway_region)
      .value({}, dollars(state.budget->spent))
      .add_to(families);
  if (state.budget->ends) {
    Family(MetricType::Gauge,
           "meridian_budget_reset_timestamp_seconds",
           "When the budget begins anew, since the epoch.",
           state.gateway_region)
        .value({}, seconds(*state.budget->ends))
        .add_to(families);
  }
}

void add_connections(std::vector<prometheus::MetricFamily>& families,
                     const MetricsSnapshot& counts,
                     const GatewayState& state) {
  Family open(MetricType::Gauge,
              "meridian_open_connections",
              "Open connections, to clients and to providers.",
              state.gateway_region);
  Family opened(MetricType::Counter,
                "meridian_connections_opened_total",
                "Connections accepted from clients and made to providers.",
                state.gateway_region);
  for (const auto side : {Side::Client, Side::Provider}) {
    const auto at = static_cast<std::size_t>(side);
    const Labels labels{{"side", std::string(label_of(side))}};
    const auto closed = std::min(counts.connections_closed[at], counts.connections_opened[at]);
    open.count(labels, counts.connections_opened[at] - closed);
    opened.count(labels, counts.connections_opened[at]);
  }
  open.add_to(families);
  opened.add_to(families);
}

void add_process(std::vector<prometheus::MetricFamily>& families, const GatewayState& state) {
  Family(MetricType::Gauge,
         "meridian_build_info",
         "1, with the version of this program.",
         state.gateway_region)
      .value({{"version", safe_label(state.version)}}, 1)
      .add_to(families);
  Family(
      MetricType::Gauge, "process_start_time_seconds", "When the process started, since the epoch.")
      .value({}, seconds(state.started))
      .add_to(families);
  if (state.process) {
    Family(MetricType::Counter, "process_cpu_seconds_total", "CPU time used, user and system.")
        .value({}, state.process->cpu_seconds)
        .add_to(families);
    Family(MetricType::Gauge, "process_resident_memory_bytes", "Memory resident.")
        .count({}, state.process->resident_bytes)
        .add_to(families);
    Family(MetricType::Gauge, "process_open_fds", "Open file descriptors.")
        .count({}, state.process->open_files)
        .add_to(families);
  }
}

}  // namespace

void add_gateway_families(std::vector<prometheus::MetricFamily>& families,
                          const MetricsSnapshot& counts,
                          const GatewayState& state) {
  add_residency(families, counts, state);
  add_configuration(families, counts, state);
  add_credentials(families, counts, state);
  add_budget(families, state);
  add_connections(families, counts, state);
  add_process(families, state);
}

}  // namespace meridian
