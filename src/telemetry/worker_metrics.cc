#include "telemetry/worker_metrics.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace meridian {

namespace {

template <class Enum>
std::size_t slot(Enum value) {
  return static_cast<std::size_t>(std::to_underlying(value));
}

}  // namespace

void WorkerMetrics::use(const RegionLabels& labels) {
  // Never smaller: a request that began under older settings may still report.
  counts_.regions.resize(std::max(counts_.regions.size(), labels.size()));
}

RegionCounts& WorkerMetrics::at(RegionIndex region) {
  MERIDIAN_CHECK(!counts_.regions.empty());  // `use` comes first.
  const auto index = index_of(region);
  return counts_.regions[index < counts_.regions.size() ? index : index_of(kOtherRegions)];
}

void WorkerMetrics::request(const RequestSeen& seen) {
  ++counts_.requests_ended;
  auto& region = at(seen.region);
  ++region.requests[slot(seen.outcome)];
  region.tokens.input += seen.tokens.input;
  region.tokens.cache_read += seen.tokens.cache_read;
  region.tokens.cache_write += seen.tokens.cache_write;
  region.tokens.output += seen.tokens.output;
  region.spend = region.spend + seen.cost;

  ++counts_.endpoints[slot(seen.endpoint)][seen.translated ? 1 : 0];
  if (seen.attempts == 0) {
    return;  // Refusals are quick, or as slow as the client: they would hide what answers take.
  }
  counts_.attempts.observe(seen.attempts);
  counts_.request_us[seen.streamed ? 1 : 0].observe(seen.took.count());
  Duration overhead{};
  for (std::size_t i = 0; i < kStages; ++i) {
    counts_.stage_us[i].observe(seen.overhead[i].count());
    overhead += seen.overhead[i];
  }
  counts_.overhead_us.observe(overhead.count());
}

void WorkerMetrics::attempt(const AttemptSeen& seen) {
  auto& region = at(seen.region);
  ++region.attempts[seen.failure ? slot(*seen.failure) + 1 : 0];
  region.took_us.observe(seen.took.count());
  if (seen.first_token) {
    region.first_token_us.observe(seen.first_token->count());
  }
  region.bytes_sent += seen.bytes_sent;
  region.bytes_received += seen.bytes_received;
}

void WorkerMetrics::probe(const ProbeSeen& seen) {
  ++at(seen.region).probes[slot(seen.kind)][seen.ok ? 1 : 0];
}

void WorkerMetrics::health_changed(RegionIndex region, Standing now_is) {
  ++at(region).entered[slot(now_is)];
}

void WorkerMetrics::residency_denied(ResidencyDenial why) {
  ++counts_.residency_denials[slot(why)];
}

void WorkerMetrics::residency_violated(RegionIndex region) {
  ++at(region).residency_violations;
}

void WorkerMetrics::reloaded(ReloadOutcome outcome) {
  ++counts_.reloads[slot(outcome)];
}

void WorkerMetrics::credential_renewed(bool ok) {
  ++counts_.credential_renewals[ok ? 1 : 0];
}

void WorkerMetrics::connection_opened(Side side) {
  ++counts_.connections_opened[slot(side)];
}

void WorkerMetrics::connection_closed(Side side) {
  ++counts_.connections_closed[slot(side)];
}

}  // namespace meridian
