#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/rng.h"
#include "health/board.h"
#include "health/book.h"
#include "pricing/price.h"
#include "regions/fleet.h"
#include "residency/policy.h"
#include "routing/plan.h"

namespace meridian::test {

inline Policy only(const std::vector<std::string>& words) {
  return Policy::of(words);
}

// A fleet with its health, for tests of decisions: facts go in at `now`, plans come out.
class Router {
 public:
  explicit Router(Fleet its_fleet, const HealthRules& health = {})
      : fleet(std::move(its_fleet)),
        prices(fleet.deployments.size(), {.input = 3'000'000, .output = 15'000'000, .known = true}),
        board(fleet.deployments.size()),
        book(fleet, std::vector<HealthRules>(fleet.deployments.size(), health), board, now) {}

  RoutingWorld world() const { return {fleet, rules, prices, board}; }

  RouteRequest request(std::string_view model = "claude") const {
    return {.model = model, .residency = &anywhere, .input_tokens = 1'000, .output_tokens = 200};
  }

  Plan plan(const RouteRequest& request) {
    Plan plan;
    fleet.index();  // A test may have changed a deployment.
    make_plan(request, world(), now, rng, plan);
    return plan;
  }

  Plan plan() { return plan(request()); }

  // The deployment with that name.
  DeploymentId id(std::string_view name) const {
    for (const auto& deployment : fleet.deployments) {
      if (deployment.name == name) {
        return deployment.id;
      }
    }
    return DeploymentId{0xFFFF};
  }

  void fail(std::string_view name, FailureKind kind, int times = 1) {
    for (int i = 0; i < times; ++i) {
      book.apply({.kind = Fact::Kind::Failed,
                  .deployment = id(name),
                  .failure = kind,
                  .elapsed = std::chrono::seconds(3)},
                 now,
                 rng);
    }
  }

  void succeed(std::string_view name,
               Duration first_token = std::chrono::milliseconds(400),
               int times = 1) {
    for (int i = 0; i < times; ++i) {
      book.apply({.kind = Fact::Kind::Succeeded,
                  .deployment = id(name),
                  .streamed = true,
                  .elapsed = first_token,
                  .input_tokens = 1'000},
                 now,
                 rng);
    }
  }

  void rest(std::string_view name) { fail(name, FailureKind::ServerError, 3); }

  HealthView view(std::string_view name) const { return board.view(id(name), now); }

  // Names of the attempts, in order.
  std::vector<std::string> names(const Plan& plan) const {
    std::vector<std::string> names;
    names.reserve(plan.attempts.size());
    for (const auto& attempt : plan.attempts) {
      names.push_back(fleet[attempt.to.id()].name);
    }
    return names;
  }

  // Why it was left out; nothing when it was not.
  std::optional<SkipReason> skipped(const Plan& plan, std::string_view name) const {
    for (const auto& skip : plan.skipped) {
      if (fleet[skip.deployment].name == name) {
        return skip.why;
      }
    }
    return std::nullopt;
  }

  TimePoint now{std::chrono::seconds(1000)};
  Rng rng{1};
  Policy anywhere;
  RouterRules rules;
  Fleet fleet;
  std::vector<Price> prices;
  Board board;
  HealthBook book;
};

}  // namespace meridian::test
