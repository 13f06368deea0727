#include "sim/world.h"

#include <gtest/gtest.h>

#include "support/small_fleet.h"

namespace meridian {
namespace {

using namespace std::chrono_literals;

WorldSetup calm(Fleet fleet) {
  WorldSetup setup;
  setup.health.resize(fleet.deployments.size());
  setup.prices.resize(fleet.deployments.size());
  setup.paces.resize(fleet.endpoints.size());
  setup.fleet = std::move(fleet);
  return setup;
}

TEST(World, ServesEverybodyWhenNothingIsWrong) {
  auto setup = calm(test::claude_in({"us-west-2"}));
  setup.traffic.bad = 0;
  setup.traffic.leaves = 0;

  const auto report = World(setup, 1).run(10min);

  EXPECT_EQ(report.violation, std::nullopt);
  // 5 a second for 600 s; 4 sigma of a Poisson process with mean 3000 are 219.
  EXPECT_NEAR(static_cast<double>(report.requests), 3'000, 219);
  EXPECT_EQ(report.count(Ending::Served), report.requests);
  EXPECT_EQ(report.attempts, report.requests);
  // 80 + 250 + 0.05 x about 1000 ms; whole answers take the decoding too, so above that.
  EXPECT_GT(report.first_content_ms_p50, 350);
}

TEST(World, GivesTheSameTraceForTheSameSeedAndAnotherForAnother) {
  const auto setup = calm(test::claude_in({"us-west-2", "us-east-1"}));

  EXPECT_EQ(World(setup, 1).run(1min).trace, World(setup, 1).run(1min).trace);
  EXPECT_NE(World(setup, 1).run(1min).trace, World(setup, 2).run(1min).trace);
}

}  // namespace
}  // namespace meridian
