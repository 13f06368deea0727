#include <string>

#include "telemetry/families.h"
#include "telemetry/family.h"
#include "telemetry/labels.h"

namespace meridian {

namespace {

using prometheus::MetricType;

// Outcomes that come with the region that served; the others have none.
bool served(RequestOutcome outcome) {
  return outcome == RequestOutcome::Answered || outcome == RequestOutcome::Cut;
}

// All pairs would be 13 series a region; those that cannot be expected appear when they happen.
bool expected(RegionIndex region, RequestOutcome outcome, const RegionLabels& labels) {
  if (region == kNoRegion) {
    return !served(outcome) || labels.in_fleet(region);
  }
  return served(outcome) && (region != kOtherRegions || labels.in_fleet(region));
}

void add_outcomes(std::vector<prometheus::MetricFamily>& families,
                  const MetricsSnapshot& counts,
                  const GatewayState& state) {
  Family family(MetricType::Counter,
                "meridian_client_requests_total",
                "Requests as clients see them, by outcome and by the region that served (\"none\": "
                "no region did).",
                state.gateway_region);
  for (std::size_t i = 0; i < state.regions.size(); ++i) {
    const auto region = static_cast<RegionIndex>(i);
    for (std::size_t slot = 0; slot < kRequestOutcomes; ++slot) {
      const auto outcome = static_cast<RequestOutcome>(slot);
      const auto times = i < counts.regions.size() ? counts.regions[i].requests[slot] : 0;
      if (times > 0 || expected(region, outcome, state.regions)) {
        family.count(
            {{"outcome", std::string(label_of(outcome))}, {"region", state.regions.text(region)}},
            times);
      }
    }
  }
  family.add_to(families);
}

void add_durations(std::vector<prometheus::MetricFamily>& families,
                   const MetricsSnapshot& counts,
                   const GatewayState& state) {
  Family took(MetricType::Histogram,
              "meridian_client_request_duration_seconds",
              "How long requests took that got as far as an attempt, failovers included.",
              state.gateway_region);
  took.histogram({{"stream", "false"}}, counts.request_us[0], kMicrosPerUnit);
  took.histogram({{"stream", "true"}}, counts.request_us[1], kMicrosPerUnit);
  took.add_to(families);

  Family overhead(
      MetricType::Histogram,
      "meridian_overhead_seconds",
      "The gateway's own share of a request's time; waiting for client or provider is not in it.",
      state.gateway_region);
  overhead.histogram({}, counts.overhead_us, kMicrosPerUnit);
  overhead.add_to(families);

  Family stages(MetricType::Histogram,
                "meridian_overhead_stage_seconds",
                "The gateway's own time by stage of a request.",
                state.gateway_region);
  for (std::size_t stage = 0; stage < kStages; ++stage) {
    stages.histogram({{"stage", std::string(label_of(static_cast<Stage>(stage)))}},
                     counts.stage_us[stage],
                     kMicrosPerUnit);
  }
  stages.add_to(families);

  Family attempts(MetricType::Histogram,
                  "meridian_request_attempts",
                  "Attempts a request needed, of those that got as far as one.",
                  state.gateway_region);
  attempts.histogram({}, counts.attempts, 1);
  attempts.add_to(families);
}

void add_usage(std::vector<prometheus::MetricFamily>& families,
               const MetricsSnapshot& counts,
               const GatewayState& state) {
  Family tokens(MetricType::Counter,
                "meridian_tokens_total",
                "Tokens as providers bill them, by the region that served.",
                state.gateway_region);
  Family spend(MetricType::Counter,
               "meridian_spend_dollars_total",
               "US dollars by the region that served, at the prices in force.",
               state.gateway_region);
  for (const auto& region : shown_regions(counts, state.regions)) {
    const auto add = [&](const char* type, std::int64_t count) {
      tokens.value({{"region", region.text}, {"type", type}}, static_cast<double>(count));
    };
    add("input", region.counts.tokens.input);
    add("cache_read", region.counts.tokens.cache_read);
    add("cache_write", region.counts.tokens.cache_write);
    add("output", region.counts.tokens.output);
    spend.value({{"region", region.text}},
                static_cast<double>(region.counts.spend.value) / kMicrosPerUnit);
  }
  tokens.add_to(families);
  spend.add_to(families);
}

}  // namespace

void add_request_families(std::vector<prometheus::MetricFamily>& families,
                          const MetricsSnapshot& counts,
                          const GatewayState& state) {
  add_outcomes(families, counts, state);
  add_durations(families, counts, state);
  add_usage(families, counts, state);

  Family endpoints(MetricType::Counter,
                   "meridian_endpoint_requests_total",
                   "Requests by the endpoint asked and by how they were carried.",
                   state.gateway_region);
  for (std::size_t kind = 0; kind < kEndpointKinds; ++kind) {
    const std::string endpoint(label_of(static_cast<EndpointKind>(kind)));
    endpoints.count({{"endpoint", endpoint}, {"mode", "passed_through"}},
                    counts.endpoints[kind][0]);
    endpoints.count({{"endpoint", endpoint}, {"mode", "translated"}}, counts.endpoints[kind][1]);
  }
  endpoints.add_to(families);

  Family in_flight(MetricType::Gauge,
                   "meridian_requests_in_flight",
                   "Requests that have begun and not ended.",
                   state.gateway_region);
  in_flight.count({},
                  counts.requests_began - std::min(counts.requests_ended, counts.requests_began));
  in_flight.add_to(families);
}

}  // namespace meridian
