#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/failure.h"
#include "base/rng.h"
#include "base/time.h"
#include "health/board.h"
#include "regions/fleet.h"
#include "routing/budget.h"
#include "routing/plan.h"
#include "routing/retry.h"

namespace meridian {

// What dispatch does next. Returned by Pursuit; points into the plan that it was made from.
struct Step {
  enum class Kind : std::uint8_t {
    Attempt,          // Send to `attempt->to`, after `pause`.
    ReturnFailure,    // Nothing more to try: the client gets the last failure.
    RefusalFallback,  // The model itself refused: make_refusal_plan with `refusal`, then `go_on`.
    NoPlan,           // Nobody could be asked: answer from the first plan's `none` and `retry_at`.
    Unavailable,      // Nothing was sent, and since planning everyone began to rest: 503 with
                      // `retry_at`.
  };

  Kind kind = Kind::ReturnFailure;
  const PlannedAttempt* attempt = nullptr;
  int number = 0;      // Of this attempt, from 1, over all groups; for x-meridian-attempts.
  bool trial = false;  // The half-open lease is held: report the outcome with Fact::trial, or give
                       // it back with Fact::TrialGivenUp. Nothing else may be sent meanwhile.
  Duration pause{};    // Only before a repeat at the same deployment; else 0.
  // For streams: give up this attempt when no sign of life came within it, because somebody else is
  // left to try. Nothing on the last one: then only the request's own deadline counts.
  std::optional<Duration> first_token_limit = std::nullopt;
  TimePoint retry_at;                                // Unavailable; the epoch when not known.
  FailureKind refusal = FailureKind::ContextWindow;  // RefusalFallback.
};

// The attempt loop of one request, as decisions: dispatch asks for a step, does it, and reports how
// it ended. It sends nothing and waits for nothing.
//
//   Pursuit pursuit(request, world, board, budget, {.deadline = deadline, .client_retries = n});
//   Step step = pursuit.begin(plan, now, rng);
//   while (step.kind == Step::Kind::Attempt) {
//     if (step.pause > 0) { wait; step = pursuit.after_pause(now); continue; }
//     ... take a Board::Lease; send; on content: report Succeeded and leave the loop ...
//     ... apply the failure's Fact to health first (it may reopen a breaker), then:
//     step = pursuit.failed(failure, now, rng);
//   }
//   if (step.kind == Step::Kind::RefusalFallback) {
//     make_refusal_plan(request, step.refusal, world, now, rng, second_plan);
//     step = pursuit.go_on(second_plan, now, rng);   // ReturnFailure when it has no attempts.
//   }
//
// Rules (design 4 and 5):
// - Attempts are taken in the plan's order, at most 1 + retries in each group (a fallback group
// counts
//   anew); retry_policy may say fewer or more for a kind of failure.
// - After a fault of the endpoint (ConnectFailed, TimedOut) attempts at the same endpoint are
// passed
//   over while others are left; after AccountBlocked those of the same account are passed over for
//   good.
// - Before each attempt the board is read again: whoever began to rest since planning is passed
// over
//   at no cost, and so is a trial whose lease somebody else holds; in their place come those that
//   the plan left out as BeyondRetries, through the request's policy again. A failed trial costs no
//   attempt when a healthy deployment follows; a request makes at most one trial while healthy ones
//   are left.
// - Going to a healthy deployment at an endpoint where this request saw no fault is free.
// Everything
//   else after the first attempt (a repeat at an endpoint with a fault, a trial, a panic attempt,
//   the same deployment again) takes from the retry budget, and is not made for a request that is
//   itself a client's retry.
// - When the plan is used up, attempts are left and the failure is one that may pass
// (ConnectFailed,
//   TimedOut, ServerError, RateLimited), the last deployment that is not resting is tried again
//   after a pause: Retry-After where it is at most kPauseMax, else 0.5 s doubling, with jitter; not
//   beyond the deadline.
class Pursuit {
 public:
  struct Limits {
    TimePoint deadline = TimePoint::max();
    int client_retries = 0;  // x-stainless-retry-count: how often the client has tried before.
  };

  static constexpr Duration kPauseMax = std::chrono::seconds(8);
  static constexpr Duration kTrialMax = std::chrono::seconds(120);  // A lost trial's lease expires.

  // All outlive the pursuit. Counts the request in the budget.
  Pursuit(const RouteRequest& request,
          const RoutingWorld& world,
          Board& board,
          RetryBudget& budget,
          Limits limits);

  // The first step of a plan. `plan` outlives the steps.
  Step begin(const Plan& plan, TimePoint now, Rng& rng);

  // The attempt of the last step failed before any content went to the client. A ClientLeft gives
  // ReturnFailure. After content there is no failover: do not call.
  Step failed(const Failure& failure, TimePoint now, Rng& rng);

  // The pause of the last step is over: the step to follow now. The deployment may have begun to
  // rest meanwhile.
  Step after_pause(TimePoint now);

  // Continues with another plan after RefusalFallback; attempts are counted on.
  Step go_on(const Plan& plan, TimePoint now, Rng& rng);

  int attempts() const { return attempts_; }  // Sent so far.

  int fallback_depth() const {
    return fallback_depth_;
  }  // Of the last attempt; x-litellm-attempted-fallbacks.

 private:
  // An endpoint that showed a fault to this request. `dark`: the host itself did not answer.
  struct Faulty {
    EndpointId endpoint{};
    bool dark = false;
  };

  // What is still asked of an attempt in one round of choosing; each round forgives more.
  enum class Round : std::uint8_t { Elsewhere, DarkEndpoints, MoreTrials };

  static constexpr std::size_t kAttemptsMax = 256;

  Step choose(TimePoint now, Rng& rng);
  std::optional<Step> choose_in(Round round, TimePoint now);
  bool allowed_in(Round round, const PlannedAttempt& attempt, TimePoint now) const;
  bool attempts_left(const PlannedAttempt& attempt, bool healthy) const;
  bool take(const PlannedAttempt& attempt, Standing standing, TimePoint now);
  bool pay(const PlannedAttempt& attempt, bool healthy, TimePoint now);
  std::optional<Step> choose_spare(TimePoint now);
  Step send(const PlannedAttempt& attempt, bool trial, TimePoint now);
  std::optional<Step> repeat(TimePoint now, Rng& rng);
  std::optional<Duration> pause_before_repeat(const PlannedAttempt& attempt,
                                              TimePoint now,
                                              Rng& rng) const;
  bool others_left(TimePoint now) const;
  Step nothing_left(TimePoint now) const;
  void remember(const Failure& failure);
  int retries_now(FailureKind kind) const;
  bool policy_asks_for_more(FailureKind kind) const;
  const Faulty* faulty(EndpointId endpoint) const;
  const Deployment& deployment(const PlannedAttempt& attempt) const;

  const RouteRequest& request_;
  const RoutingWorld& world_;
  Board& board_;
  RetryBudget& budget_;
  Limits limits_;

  const Plan* plan_ = nullptr;
  std::bitset<kAttemptsMax> spent_;       // Sent, or passed over for good.
  const PlannedAttempt* last_ = nullptr;  // Sent last; in the plan, or `spare_`.
  std::optional<PlannedAttempt> spare_;
  std::vector<DeploymentId> spares_sent_;
  bool last_was_trial_ = false;
  std::optional<FailureKind> failed_by_;  // Of the last attempt in the present group.
  std::optional<Duration> retry_after_;
  bool refused_ = false;  // A refusal plan has been gone on with.
  int in_group_ = 0;      // Attempts sent in the present group, trials among them.
  int trials_in_group_ = 0;
  int trials_ = 0;
  int repeats_ = 0;
  std::vector<Faulty> faulty_;
  std::vector<AccountId> blocked_accounts_;

  int attempts_ = 0;
  int fallback_depth_ = 0;
};

}  // namespace meridian
