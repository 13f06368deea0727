#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "health/view.h"
#include "regions/fleet.h"
#include "residency/policy.h"

namespace meridian {

// A deployment of one group that passed every filter, on its way to a place in the order.
// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): an Admitted has no default, on purpose.
struct Candidate {
  Admitted to;
  EndpointId endpoint{};
  AccountId account{};
  int tier = 1;
  bool trial = false;
  bool explored = false;  // Put first to learn about it, not because it is best.
  float share = 1;        // Slow start.
  double weight = 1;      // Inside its tier; for shuffles and loads.
  double score_ms = 0;    // Expected milliseconds, where a strategy works them out.
  double key = 0;         // What the present strategy sorts by; lower is earlier.
};

enum class SkipReason : std::uint8_t {
  Residency,
  NotConfigured,
  ContextWindow,
  Capability,  // Tools, images or the endpoint kind.
  Tags,
  Resting,
  QuotaBlocked,
  QuotaWouldOverflow,  // This request would exceed rpm or tpm.
  Busy,                // max_parallel_requests are open.
  AccountBlocked,
  Misconfigured,
  Draining,
  ZeroWeight,     // Weight 0, and others are left.
  BeyondRetries,  // Eligible, but the attempts are used up before its turn.
};

struct Skip {
  DeploymentId deployment{};
  SkipReason why{};
  TimePoint until;  // For rests and blocks.

  friend bool operator==(const Skip&, const Skip&) = default;
};

// Working memory of one make_plan, reused by the next.
struct PlanScratch {
  struct GroupToPlan {
    GroupId group{};
    std::string_view wildcard;
    int depth = 0;
  };

  std::vector<Candidate> ready;
  std::vector<Candidate> resting;  // Passed all but the breaker: for panic.
  std::vector<Skip> skipped;
  std::vector<GroupToPlan> groups;
  std::vector<EndpointId> endpoints;
  std::vector<AccountId> accounts;
};

}  // namespace meridian
