#include "health/penalty.h"

#include <cmath>

#include <gtest/gtest.h>

namespace meridian {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kStart{1000s};

TEST(Penalty, AFaultCostsFiveSecondsThatDecayByAnEthInTen) {
  Penalty penalty;

  penalty.fault(std::nullopt, kStart);

  EXPECT_DOUBLE_EQ(penalty.ms(kStart), 5'000);
  EXPECT_DOUBLE_EQ(penalty.ms(kStart + 10s), 5'000 / std::exp(1.0));
}

TEST(Penalty, FaultsAddUpToAMinute) {
  Penalty penalty;

  for (int i = 0; i < 100; ++i) {
    penalty.fault(std::nullopt, kStart);
  }

  EXPECT_DOUBLE_EQ(penalty.ms(kStart), 60'000);
}

TEST(Penalty, IsNotLessThanTheRetryAfterThatTheProviderAskedFor) {
  Penalty penalty;

  penalty.fault(20s, kStart);

  EXPECT_DOUBLE_EQ(penalty.ms(kStart), 20'000);
}

TEST(Penalty, IgnoresAnAbsurdRetryAfterBeyondFiveMinutes) {
  Penalty penalty;

  penalty.fault(24h, kStart);

  EXPECT_DOUBLE_EQ(penalty.ms(kStart), 300'000);
}

TEST(Penalty, ASuccessHalvesIt) {
  Penalty penalty;

  penalty.fault(std::nullopt, kStart);
  penalty.success(kStart);

  EXPECT_DOUBLE_EQ(penalty.ms(kStart), 2'500);
}

TEST(Penalty, TheLatestOfThoseThatWaitIsAPenaltyBeforeAnythingFails) {
  Penalty penalty;

  penalty.late_by(2s, kStart);
  penalty.late_by(1s, kStart);

  EXPECT_DOUBLE_EQ(penalty.ms(kStart), 2'000);
}

}  // namespace
}  // namespace meridian
