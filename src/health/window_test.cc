#include "health/window.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kStart{1000s};

TEST(Window, SumsTheLastTenSeconds) {
  Window<10> window(1s);

  window.add(kStart, 3);
  window.add(kStart + 9s, 4);

  EXPECT_EQ(window.sum(kStart + 9s), 7);
}

TEST(Window, ForgetsABucketWhenItIsTenSecondsOld) {
  Window<10> window(1s);

  window.add(kStart, 3);
  window.add(kStart + 9s, 4);

  EXPECT_EQ(window.sum(kStart + 10s), 4);
  EXPECT_EQ(window.sum(kStart + 19s), 0);
}

TEST(Window, IsEmptyAfterALongSilence) {
  Window<10> window(1s);

  window.add(kStart, 3);

  EXPECT_EQ(window.sum(kStart + 24h), 0);
}

}  // namespace
}  // namespace meridian
