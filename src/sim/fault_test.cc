#include "sim/fault.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

using namespace std::chrono_literals;

TEST(Fault, IsActiveFromItsBeginningUpToItsEnd) {
  const Fault fault{.from = TimePoint{10s}, .until = TimePoint{20s}};

  EXPECT_FALSE(active(fault, TimePoint{9s}));
  EXPECT_TRUE(active(fault, TimePoint{10s}));
  EXPECT_FALSE(active(fault, TimePoint{20s}));
}

TEST(Fault, FlappingIsDownInEveryOtherPeriod) {
  const Fault fault{
      .kind = Fault::Kind::Flapping, .from = TimePoint{10s}, .until = TimePoint{60s}, .period = 5s};

  EXPECT_TRUE(active(fault, TimePoint{14s}));
  EXPECT_FALSE(active(fault, TimePoint{15s}));
  EXPECT_TRUE(active(fault, TimePoint{20s}));
}

TEST(Fault, TouchesASpanThatItOverlaps) {
  const Fault fault{.from = TimePoint{10s}, .until = TimePoint{20s}};

  EXPECT_TRUE(touches(fault, TimePoint{0s}, TimePoint{10s}));
  EXPECT_FALSE(touches(fault, TimePoint{0s}, TimePoint{9s}));
  EXPECT_FALSE(touches(fault, TimePoint{20s}, TimePoint{30s}));
}

TEST(RandomFaults, LieWithinTheirTimeAndAreTheSameForTheSameDice) {
  Rng one(7);
  Rng other(7);

  const auto faults = random_faults(40, TimePoint{60s}, TimePoint{600s}, one);
  const auto again = random_faults(40, TimePoint{60s}, TimePoint{600s}, other);

  ASSERT_FALSE(faults.empty());
  ASSERT_EQ(faults.size(), again.size());
  for (std::size_t i = 0; i < faults.size(); ++i) {
    EXPECT_GE(faults[i].from, TimePoint{60s});
    EXPECT_LE(faults[i].until, TimePoint{600s});
    EXPECT_EQ(faults[i].from, again[i].from);
  }
}

}  // namespace
}  // namespace meridian
