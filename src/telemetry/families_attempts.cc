#include <algorithm>
#include <numeric>
#include <string>

#include "telemetry/families.h"
#include "telemetry/family.h"
#include "telemetry/labels.h"

namespace meridian {

namespace {

using prometheus::MetricType;

// RegionCounts::attempts begins with the successes.
constexpr std::size_t kFirstFailure = 1;

std::string outcome_at(std::size_t slot) {
  return std::string(slot < kFirstFailure
                         ? label_of(std::optional<FailureKind>())
                         : label_of(static_cast<FailureKind>(slot - kFirstFailure)));
}

std::uint64_t attempts_of(const RegionCounts& counts) {
  return std::reduce(counts.attempts.begin(), counts.attempts.end());
}

std::uint64_t errors_of(const RegionCounts& counts) {
  std::uint64_t errors = 0;
  for (std::size_t kind = 0; kind < kFailureKinds; ++kind) {
    if (counts_against_region(static_cast<FailureKind>(kind))) {
      errors += counts.attempts[kFirstFailure + kind];
    }
  }
  return errors;
}

bool used(const RegionCounts& counts) {
  return attempts_of(counts) > 0 || counts.residency_violations > 0 ||
         std::ranges::any_of(counts.probes, [](const auto& by) { return by[0] + by[1] > 0; }) ||
         std::ranges::any_of(counts.entered, [](auto times) { return times > 0; });
}

// The seed's three names. What they mean is in docs/operate/metrics.md; LiteLLM has no such
// metrics.
void add_seed_families(std::vector<prometheus::MetricFamily>& families,
                       const std::vector<ShownRegion>& regions) {
  Family requests(MetricType::Counter,
                  "litellm_requests_total",
                  "Attempts at deployments of a region, whatever came of them.");
  Family errors(
      MetricType::Counter,
      "litellm_errors_total",
      "Attempts that failed for reasons that speak against the region: connection, time-out, "
      "server error, rate limit, account, configuration, cut stream.");
  Family took(MetricType::Histogram,
              "litellm_request_duration_seconds",
              "How long attempts took, from start to last byte or failure.");
  for (const auto& region : regions) {
    const Labels labels{{"region", region.text}};
    requests.count(labels, attempts_of(region.counts));
    errors.count(labels, errors_of(region.counts));
    took.histogram(labels, region.counts.took_us, kMicrosPerUnit);
  }
  requests.add_to(families);
  errors.add_to(families);
  took.add_to(families);
}

}  // namespace

std::vector<ShownRegion> shown_regions(const MetricsSnapshot& counts, const RegionLabels& labels) {
  static const RegionCounts kZero{};
  std::vector<ShownRegion> shown;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto index = static_cast<RegionIndex>(i);
    const auto& region = i < counts.regions.size() ? counts.regions[i] : kZero;
    const bool fixed = index == kOtherRegions || index == kNoRegion;
    if (!fixed || labels.in_fleet(index) || used(region)) {
      shown.push_back({index, region, labels.text(index)});
    }
  }
  return shown;
}

void add_attempt_families(std::vector<prometheus::MetricFamily>& families,
                          const MetricsSnapshot& counts,
                          const GatewayState& state) {
  const auto regions = shown_regions(counts, state.regions);
  add_seed_families(families, regions);

  Family outcomes(MetricType::Counter,
                  "meridian_attempts_total",
                  "Attempts at deployments of a region, by what came of them.",
                  state.gateway_region);
  Family first_token(MetricType::Histogram,
                     "meridian_time_to_first_token_seconds",
                     "From the start of a streamed attempt to its first content.",
                     state.gateway_region);
  Family bytes(MetricType::Counter,
               "meridian_transfer_bytes_total",
               "Bytes sent to and received from providers, HTTP heads included.",
               state.gateway_region);
  for (const auto& region : regions) {
    for (std::size_t slot = 0; slot < region.counts.attempts.size(); ++slot) {
      outcomes.count({{"region", region.text}, {"outcome", outcome_at(slot)}},
                     region.counts.attempts[slot]);
    }
    first_token.histogram({{"region", region.text}}, region.counts.first_token_us, kMicrosPerUnit);
    bytes.count({{"region", region.text}, {"direction", "sent"}}, region.counts.bytes_sent);
    bytes.count({{"region", region.text}, {"direction", "received"}}, region.counts.bytes_received);
  }
  outcomes.add_to(families);
  first_token.add_to(families);
  bytes.add_to(families);
}

}  // namespace meridian
