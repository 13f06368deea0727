#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "telemetry/buckets.h"
#include "telemetry/facts.h"

namespace meridian {

inline constexpr std::size_t kFailureKinds = 11;
inline constexpr std::size_t kStandings = 7;
inline constexpr std::size_t kEndpointKinds = 6;

// Everything counted by region. About 1.3 KB.
struct RegionCounts {
  std::array<std::uint64_t, kFailureKinds + 1> attempts{};  // [0] = ok, then by FailureKind.
  LatencyBuckets took_us;                                   // Of attempts.
  LatencyBuckets first_token_us;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  std::array<std::uint64_t, kRequestOutcomes> requests{};  // By outcome, of the region that served.
  TokenCounts tokens;
  MicroDollars spend;
  std::uint64_t residency_violations = 0;
  std::array<std::array<std::uint64_t, 2>, 2> probes{};  // [ProbeKind][ok].
  std::array<std::uint64_t, kStandings> entered{};       // Changes of state, by the new Standing.

  void add(const RegionCounts& other);
};

// The counters of one worker, or of several added up. Plain numbers: a copy is a snapshot.
struct MetricsSnapshot {
  std::vector<RegionCounts> regions;  // By RegionIndex.

  // These four of requests that got as far as an attempt.
  AttemptBuckets attempts;
  std::array<LatencyBuckets, 2> request_us{};  // [streamed], as the client sees it.
  OverheadBuckets overhead_us;                 // All stages of a request together.
  std::array<OverheadBuckets, kStages> stage_us{};

  std::array<std::array<std::uint64_t, 2>, kEndpointKinds>
      endpoints{};  // [EndpointKind][translated].
  std::uint64_t requests_began = 0;
  std::uint64_t requests_ended = 0;

  std::array<std::uint64_t, 2> residency_denials{};    // By ResidencyDenial.
  std::array<std::uint64_t, 3> reloads{};              // By ReloadOutcome.
  std::array<std::uint64_t, 2> credential_renewals{};  // [ok].
  std::array<std::uint64_t, 2> connections_opened{};   // By Side.
  std::array<std::uint64_t, 2> connections_closed{};

  // Adds another worker's counters. Regions are matched by index, so both must come from one chain
  // of RegionLabels; their number may differ while a reload is spreading.
  void add(const MetricsSnapshot& other);
};

}  // namespace meridian
