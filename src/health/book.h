#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/rng.h"
#include "base/time.h"
#include "health/board.h"
#include "health/fact.h"
#include "health/rules.h"
#include "regions/fleet.h"

namespace meridian {

// A change of state that an operator wants to see: one log line, one metric.
struct HealthEvent {
  DeploymentId deployment{};
  Standing from = Standing::Ready;
  Standing to = Standing::Ready;
  TimePoint until;
  std::string why;  // "3 faults in a row (timed out)", "trial failed", "retry-after 20 s".
};

// The state machines of all deployments of one fleet: breaker, quota and account blocks, latency
// estimates, slow start. It has one owner, who applies facts in order and calls `tick` about ten
// times a second; every change is published on the board before the call returns.
class HealthBook {
 public:
  // `board` outlives the book. Publishes everything once.
  HealthBook(const Fleet& fleet,
             std::vector<HealthRules> rules_by_deployment,
             Board& board,
             TimePoint now);
  ~HealthBook();
  HealthBook(const HealthBook&) = delete;
  HealthBook& operator=(const HealthBook&) = delete;

  // Events that happened, if any. `rng` jitters rests.
  std::vector<HealthEvent> apply(const Fact& fact, TimePoint now, Rng& rng);

  // Moves time on: minute windows, decay, ends of rests and of slow starts.
  std::vector<HealthEvent> tick(TimePoint now);

  // Takes over what another fleet's book knew of the same deployments (same provider, host, account
  // and model), for a reload.
  void inherit(const HealthBook& before, TimePoint now);

  // An operator's switch.
  std::vector<HealthEvent> drain(DeploymentId id, bool out, TimePoint now);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace meridian
