#pragma once

#include <cstdint>

#include "base/time.h"

namespace meridian {

// Whether a deployment may be used, as the planner sees it now.
enum class Standing : std::uint8_t {
  Ready,
  TrialDue,        // The rest is over: one request may try it (`Board::take_trial`).
  Resting,         // The breaker is open until `until`, or somebody else's trial is under way.
  QuotaBlocked,    // 429: until `until`.
  AccountBlocked,  // Money or a spend limit: until `until`.
  Misconfigured,   // Refused key, unknown model: until `until` (re-tried seldom).
  Draining,        // Taken out by an operator.
};

// One deployment's health at one moment: read from the board, never kept.
struct HealthView {
  Standing standing = Standing::Ready;
  TimePoint until;              // End of a rest or block; the epoch when there is none.
  double share = 1;             // Slow start: the part of its weight that it gets, (0, 1].
  bool measured = false;        // False: the figures below are priors.
  double base_ms = 0;           // Learned time to first token of an empty prompt, network included.
  double ms_per_token = 0;      // Learned time per uncached input token.
  double slowness = 1;          // Recent ratio of seen to expected time; 1 = as always.
  double penalty_ms = 0;        // For recent failures and stalls; decays.
  double round_trip_ms = 0;     // By connect probe; 0 = not measured.
  std::uint32_t waiting = 0;    // Requests without a first token yet, over all workers.
  std::uint32_t in_flight = 0;  // Requests open, over all workers.
  std::uint32_t recent_successes = 0;  // In the last 10 s: bounds panic.
  std::int64_t requests_this_minute = 0;
  std::int64_t tokens_this_minute = 0;
};

}  // namespace meridian
