#include "telemetry/snapshot.h"

#include <algorithm>

namespace meridian {

namespace {

template <std::size_t Size>
void add_all(std::array<std::uint64_t, Size>& to, const std::array<std::uint64_t, Size>& from) {
  for (std::size_t i = 0; i < Size; ++i) {
    to[i] += from[i];
  }
}

}  // namespace

void RegionCounts::add(const RegionCounts& other) {
  add_all(attempts, other.attempts);
  took_us.add(other.took_us);
  first_token_us.add(other.first_token_us);
  bytes_sent += other.bytes_sent;
  bytes_received += other.bytes_received;
  add_all(requests, other.requests);
  tokens.input += other.tokens.input;
  tokens.cache_read += other.tokens.cache_read;
  tokens.cache_write += other.tokens.cache_write;
  tokens.output += other.tokens.output;
  spend = spend + other.spend;
  residency_violations += other.residency_violations;
  for (std::size_t kind = 0; kind < probes.size(); ++kind) {
    add_all(probes[kind], other.probes[kind]);
  }
  add_all(entered, other.entered);
}

void MetricsSnapshot::add(const MetricsSnapshot& other) {
  regions.resize(std::max(regions.size(), other.regions.size()));
  for (std::size_t i = 0; i < other.regions.size(); ++i) {
    regions[i].add(other.regions[i]);
  }
  for (std::size_t i = 0; i < request_us.size(); ++i) {
    request_us[i].add(other.request_us[i]);
  }
  overhead_us.add(other.overhead_us);
  for (std::size_t i = 0; i < stage_us.size(); ++i) {
    stage_us[i].add(other.stage_us[i]);
  }
  attempts.add(other.attempts);
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    add_all(endpoints[i], other.endpoints[i]);
  }
  requests_began += other.requests_began;
  requests_ended += other.requests_ended;
  add_all(residency_denials, other.residency_denials);
  add_all(reloads, other.reloads);
  add_all(credential_renewals, other.credential_renewals);
  add_all(connections_opened, other.connections_opened);
  add_all(connections_closed, other.connections_closed);
}

}  // namespace meridian
