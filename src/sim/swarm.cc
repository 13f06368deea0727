#include "sim/swarm.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/rng.h"

namespace meridian {

namespace {

using std::chrono::seconds;

constexpr std::array<std::string_view, 6> kRegions{"us-west-2",
                                                   "us-east-1",
                                                   "us-east-2",
                                                   "eu-west-1",
                                                   "eu-central-1",
                                                   "eu-north-1"};
constexpr std::array kStrategies{Strategy::SimpleShuffle,
                                 Strategy::Priority,
                                 Strategy::Latency,
                                 Strategy::LeastBusy,
                                 Strategy::Usage,
                                 Strategy::Cost,
                                 Strategy::Adaptive};

void add(Fleet& fleet, std::size_t group, std::size_t region, std::size_t account, int tier) {
  const auto* place = find_region(kRegions.at(region));
  MERIDIAN_CHECK(place != nullptr);
  auto& deployment = fleet.deployments.emplace_back();
  deployment.id = DeploymentId{static_cast<std::uint16_t>(fleet.deployments.size() - 1)};
  deployment.group = GroupId{static_cast<std::uint16_t>(group)};
  deployment.endpoint = EndpointId{static_cast<std::uint16_t>(region)};
  deployment.account = AccountId{static_cast<std::uint16_t>(account)};
  deployment.name = fleet.groups[group].name + "/" + std::string(kRegions.at(region));
  deployment.model = fleet.groups[group].name;
  deployment.location.region = kRegions.at(region);
  deployment.location.possible = place_set(place->id);
  deployment.location.where = place->where;
  deployment.tier = tier;
  fleet.groups[group].members.push_back(deployment.id);
}

Fleet random_fleet(Rng& rng) {
  Fleet fleet;
  fleet.groups = {{GroupId{0}, "claude", {}}, {GroupId{1}, "haiku", {}}};
  fleet.accounts = {"one", "two"};
  for (const auto region : kRegions) {
    fleet.endpoints.emplace_back(region);
  }
  const bool two_accounts = rng.chance(0.5);
  const bool tiered = rng.chance(0.6);
  const std::size_t claudes = 2 + rng.below(kRegions.size() - 1);
  for (std::size_t region = 0; region < claudes; ++region) {
    // Every second one lies in Europe, so that a rule leaves something.
    const auto where = (region % 2 == 0 ? 0 : 3) + (region / 2);
    add(fleet,
        0,
        where,
        two_accounts ? rng.below(2) : 0,
        tiered ? 1 + static_cast<int>(rng.below(3)) : 1);
    if (rng.chance(0.3)) {
      fleet.deployments.back().weight = 1 + static_cast<double>(rng.below(9));
    }
  }
  add(fleet, 1, 0, 0, 1);
  add(fleet, 1, 4, two_accounts ? 1 : 0, 1);
  fleet.index();
  return fleet;
}

RouterRules random_rules(Rng& rng) {
  RouterRules rules;
  rules.strategy = kStrategies.at(rng.below(kStrategies.size()));
  rules.num_retries = static_cast<int>(rng.below(4));
  if (rng.chance(0.5)) {
    rules.fallbacks = {{"claude", {"haiku"}}};
  }
  return rules;
}

}  // namespace

WorldSetup swarm_world(std::uint64_t seed, TimePoint faults_from, TimePoint faults_until) {
  Rng rng(seed ^ 0x737761726DU);
  WorldSetup setup;
  setup.fleet = random_fleet(rng);
  setup.rules = random_rules(rng);
  constexpr std::array kCooldowns{5, 30, 60, 300};
  const HealthRules health{.allowed_fails = static_cast<int>(1 + rng.below(5)),
                           .cooldown = seconds(kCooldowns.at(rng.below(kCooldowns.size())))};
  setup.health.assign(setup.fleet.deployments.size(), health);
  for (std::size_t i = 0; i < setup.fleet.deployments.size(); ++i) {
    setup.prices.push_back({.input = static_cast<std::int64_t>(2'000'000 + rng.below(3'000'000)),
                            .output = 15'000'000,
                            .known = rng.chance(0.9)});
  }
  for (std::size_t i = 0; i < setup.fleet.endpoints.size(); ++i) {
    setup.paces.push_back({.round_trip_ms = 10 + static_cast<double>(rng.below(200))});
  }
  setup.faults = random_faults(setup.fleet.endpoints.size(), faults_from, faults_until, rng);
  const std::vector<std::string> europe{"eu"};
  setup.traffic.requests_per_second = 3 + static_cast<double>(rng.below(5));
  setup.traffic.models = {"claude", "haiku"};
  setup.traffic.rules = {{.policy = Policy(), .share = 0.6},
                         {.policy = Policy::of(europe), .share = 0.4}};
  return setup;
}

}  // namespace meridian
