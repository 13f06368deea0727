// How long a plan takes: the aims are 0.5, 2 and 10 us for 8, 64 and 1000 deployments, without an
// allocation once the plan's vectors have grown.

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "health/board.h"
#include "health/book.h"
#include "regions/fleet.h"
#include "routing/plan.h"

namespace {

std::atomic<std::int64_t> allocations = 0;

}  // namespace

void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(size)) {
    return memory;
  }
  throw std::bad_alloc();
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace meridian {
namespace {

Fleet fleet_of(std::size_t count) {
  Fleet fleet;
  fleet.groups = {{GroupId{0}, "claude", {}}};
  fleet.accounts = {"team"};
  for (std::size_t i = 0; i < count; ++i) {
    auto& deployment = fleet.deployments.emplace_back();
    deployment.id = DeploymentId{static_cast<std::uint16_t>(i)};
    deployment.endpoint = EndpointId{static_cast<std::uint16_t>(i)};
    deployment.name = "claude/bedrock/region-" + std::to_string(i);
    deployment.location.possible = place_set(PlaceId{static_cast<std::uint16_t>(1 + (i % 100))});
    fleet.endpoints.push_back("host-" + std::to_string(i));
    fleet.groups[0].members.push_back(deployment.id);
  }
  fleet.index();
  return fleet;
}

void plan(benchmark::State& state, Strategy strategy, const Policy& policy) {
  const auto fleet = fleet_of(static_cast<std::size_t>(state.range(0)));
  RouterRules rules;
  rules.strategy = strategy;
  const std::vector<Price> prices(fleet.deployments.size(),
                                  {.input = 3'000'000, .output = 15'000'000, .known = true});
  Board board(fleet.deployments.size());
  const HealthBook book(
      fleet, std::vector<HealthRules>(fleet.deployments.size()), board, TimePoint{});
  const RoutingWorld world{fleet, rules, prices, board};
  const RouteRequest request{.model = "claude",
                             .residency = &policy,
                             .input_tokens = 1'000,
                             .output_tokens = 200,
                             .prefix = 7};
  Rng rng(1);
  Plan made;
  make_plan(request, world, TimePoint{}, rng, made);
  const auto before = allocations.load();
  for (const auto _ : state) {
    make_plan(request, world, TimePoint{}, rng, made);
    benchmark::DoNotOptimize(made.attempts.data());
  }
  state.counters["allocations"] = static_cast<double>(allocations.load() - before);
}

const Policy kAnywhere;
const Policy kEurope = Policy::of(std::vector<std::string>{"eu"});

void shuffle(benchmark::State& state) {
  plan(state, Strategy::SimpleShuffle, kAnywhere);
}

void shuffle_in_europe(benchmark::State& state) {
  plan(state, Strategy::SimpleShuffle, kEurope);
}

void latency(benchmark::State& state) {
  plan(state, Strategy::Latency, kAnywhere);
}

void adaptive(benchmark::State& state) {
  plan(state, Strategy::Adaptive, kAnywhere);
}

BENCHMARK(shuffle)->Arg(8)->Arg(64)->Arg(1000);
BENCHMARK(shuffle_in_europe)->Arg(8)->Arg(64)->Arg(1000);
BENCHMARK(latency)->Arg(8)->Arg(64)->Arg(1000);
BENCHMARK(adaptive)->Arg(8)->Arg(64)->Arg(1000);

}  // namespace
}  // namespace meridian
