#include "sim/first_content_times.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

using namespace std::chrono_literals;

TEST(FirstContentTimes, QuantilesAreRightToTwoInAHundred) {
  FirstContentTimes times;
  for (int ms = 1; ms <= 1'000; ++ms) {
    times.add(ms * 1ms);
  }

  EXPECT_NEAR(times.quantile_ms(0.5), 500, 500 * 0.02);
  EXPECT_NEAR(times.quantile_ms(0.99), 990, 990 * 0.02);
}

TEST(FirstContentTimes, OfNothingAreZero) {
  EXPECT_EQ(FirstContentTimes().quantile_ms(0.5), 0);
}

}  // namespace
}  // namespace meridian
