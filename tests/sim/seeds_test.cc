// Runs random worlds with random faults through the real planner, pursuit and health code. Nothing
// here sleeps: a virtual minute costs microseconds. A failing run prints its seed.

#include <cstdint>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

#include "sim/swarm.h"
#include "sim/world.h"

namespace meridian {
namespace {

using namespace std::chrono_literals;

constexpr Duration kLength = 25min;
constexpr TimePoint kFaultsFrom{60s};
constexpr TimePoint kFaultsUntil{13min};

WorldReport run(std::uint64_t seed) {
  const auto setup = swarm_world(seed, kFaultsFrom, kFaultsUntil);
  return World(setup, seed).run(kLength);
}

TEST(Seeds, KeepThePromisesUnderRandomFaults) {
  const char* replay = std::getenv("MERIDIAN_SIM_SEED");
  const std::uint64_t first = replay != nullptr ? std::stoull(replay) : 1;
  const std::uint64_t runs = replay != nullptr ? 1 : 200;
  std::int64_t requests = 0;

  for (std::uint64_t seed = first; seed < first + runs; ++seed) {
    SCOPED_TRACE("replay with MERIDIAN_SIM_SEED=" + std::to_string(seed));
    const auto report = run(seed);
    ASSERT_FALSE(report.violation) << *report.violation;
    ASSERT_GT(report.requests, 3'000);
    ASSERT_GT(report.count(Ending::Served), report.requests / 4);
    requests += report.requests;
    RecordProperty("trace_" + std::to_string(seed), std::to_string(report.trace));
  }
  RecordProperty("requests", std::to_string(requests));
}

TEST(Seeds, GiveTheSameTraceTwice) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    EXPECT_EQ(run(seed).trace, run(seed).trace) << "seed " << seed;
  }
}

TEST(Seeds, GiveDifferentTraces) {
  EXPECT_NE(run(1).trace, run(2).trace);
}

}  // namespace
}  // namespace meridian
