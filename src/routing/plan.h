#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/failure.h"
#include "base/operation.h"
#include "base/rng.h"
#include "base/time.h"
#include "health/board.h"
#include "pricing/price.h"
#include "regions/fleet.h"
#include "residency/policy.h"
#include "routing/candidate.h"
#include "routing/rules.h"

namespace meridian {

struct PlannedAttempt {
  Admitted to;
  GroupId group{};            // Differs from the first's for fallbacks.
  std::string_view wildcard;  // What the group's `*` matched.
  bool trial = false;         // Needs Board::take_trial before sending.
  bool panic = false;         // Known to be bad, but nothing better is left.
  bool explored = false;      // Put first to learn about it, not because it is best.
  int fallback_depth = 0;
  double score_ms = 0;  // What the strategy thought; for `explain`. 0 where it has no figure.
};

// Why a plan has no attempts.
enum class NoPlan : std::uint8_t {
  None,           // It has some.
  UnknownModel,   // Nobody serves that name: 400/404.
  Residency,      // The rule leaves nobody: 403.
  Health,         // Those allowed are resting or blocked: 503 with Retry-After.
  Capability,     // Those allowed cannot take this request: 400.
  ContextWindow,  // The prompt is too long for every one of them: 400.
  NotConfigured,  // No credentials for any: 503.
  Quota,          // All at their limits: 429 with Retry-After.
};

// Whom to try, in order, and why everyone else was left out. Dispatch walks `attempts`; `explain`,
// the log and the tests read both. attempts + skipped = every deployment that serves the model,
// fallback groups included, once for each group it was considered in.
struct Plan {
  std::vector<PlannedAttempt> attempts;
  std::vector<Skip> skipped;
  NoPlan none = NoPlan::None;
  TimePoint retry_at;  // When the earliest rest or block ends; for Retry-After.
  // 1 + retries, for each group: a fallback group counts anew. Dispatch may use fewer by
  // retry_policy. `attempts` holds more of a group than this only where the way there is free: a
  // trial (it may be taken by somebody else), or the first at another endpoint or account (a fault
  // of the endpoint passes over all of its deployments at once).
  int attempts_max = 0;
  int retries = 0;  // num_retries of this request, where retry_policy says nothing else.

  void clear();

  PlanScratch scratch;  // Working memory of make_plan, kept so that planning does not allocate.
};

enum class Workload : std::uint8_t { Interactive, Batch };

struct RouteRequest {
  std::string_view model;
  const Policy* residency = nullptr;  // Never null.
  Operation operation = Operation::Chat;
  std::int64_t input_tokens = 0;   // Estimated.
  std::int64_t output_tokens = 0;  // Asked maximum, or an estimate.
  bool tools = false;
  bool images = false;
  Workload workload = Workload::Interactive;
  std::optional<GeoPoint> user =
      std::nullopt;  // Where the user is; supplies the network part before measurement.
  std::optional<std::uint64_t> prefix =
      std::nullopt;  // Hash of (tenant, model, prompt prefix), for cache affinity.
  std::span<const std::string> tags;
  std::optional<int> retries = std::nullopt;  // The request's own num_retries.
  std::span<const std::string> fallbacks;     // The client's own; they pass the same filters.
  bool fallbacks_disabled = false;
};

// Everything a plan is made from besides the request. Points into the request's pinned settings.
struct RoutingWorld {
  const Fleet& fleet;
  const RouterRules& rules;
  std::span<const Price> prices;  // By deployment.
  const Board& board;
};

// Resolve, residency, capability, health and quota, tiers, order: the same filters for every
// strategy; a strategy only orders one tier. Writes into `plan`, which is cleared first and keeps
// its capacity: a worker reuses one. Pure but for `rng`.
void make_plan(const RouteRequest& request,
               const RoutingWorld& world,
               TimePoint now,
               Rng& rng,
               Plan& plan);

// Whether a resting deployment may take one more request in panic: at most max(1, 2 x recent
// successes) are in flight. Asked when planning, and again just before sending.
bool panic_room(const HealthView& view);

// The plan to go on with when the model itself refused: context_window_fallbacks or
// content_policy_fallbacks of the group, through the same filters. No attempts when there are none.
void make_refusal_plan(const RouteRequest& request,
                       FailureKind refusal,
                       const RoutingWorld& world,
                       TimePoint now,
                       Rng& rng,
                       Plan& plan);

}  // namespace meridian
