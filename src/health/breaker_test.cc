#include "health/breaker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace meridian {
namespace {

using namespace std::chrono_literals;
using ::testing::Optional;

constexpr TimePoint kStart{1000s};
constexpr CircuitBreaker::Fault kServerError{.kind = FailureKind::ServerError};

class CircuitBreakerTest : public ::testing::Test {
 protected:
  CircuitBreaker opened(const HealthRules& rules, TimePoint now) {
    CircuitBreaker breaker(rules);
    while (!breaker.open()) {
      breaker.fault(kServerError, now, rng);
    }
    return breaker;
  }

  Rng rng{1};
};

TEST_F(CircuitBreakerTest, OpensAtTheLastAllowedFaultInARow) {
  CircuitBreaker breaker({.allowed_fails = 3});

  EXPECT_EQ(breaker.fault(kServerError, kStart, rng), std::nullopt);
  EXPECT_EQ(breaker.fault(kServerError, kStart, rng), std::nullopt);
  EXPECT_THAT(breaker.fault(kServerError, kStart, rng),
              Optional(std::string("3 faults in a row (server error)")));
  EXPECT_TRUE(breaker.open());
}

TEST_F(CircuitBreakerTest, ASuccessForgetsTheFaultsBeforeIt) {
  CircuitBreaker breaker({.allowed_fails = 2});

  breaker.fault(kServerError, kStart, rng);
  breaker.success(kStart);
  breaker.fault(kServerError, kStart, rng);

  EXPECT_FALSE(breaker.open());
}

TEST_F(CircuitBreakerTest, ZeroAllowedFaultsCountAsOne) {
  CircuitBreaker breaker({.allowed_fails = 0});

  EXPECT_THAT(breaker.fault(kServerError, kStart, rng),
              Optional(std::string("1 fault in a row (server error)")));
}

TEST_F(CircuitBreakerTest, OpensWhenLessThanFourFifthsOfTenResultsInTenSecondsAreFine) {
  CircuitBreaker breaker({.allowed_fails = 100});
  for (int i = 0; i < 7; ++i) {
    breaker.success(kStart);
  }
  breaker.fault(kServerError, kStart + 1s, rng);
  breaker.fault(kServerError, kStart + 2s, rng);
  ASSERT_FALSE(breaker.open());

  EXPECT_THAT(breaker.fault(kServerError, kStart + 3s, rng),
              Optional(std::string("3 of 10 results in 10 s were faults (server error)")));
}

TEST_F(CircuitBreakerTest, StaysClosedWithFourFifthsOfTenResultsFine) {
  CircuitBreaker breaker({.allowed_fails = 100});
  for (int i = 0; i < 8; ++i) {
    breaker.success(kStart);
  }
  breaker.fault(kServerError, kStart, rng);
  breaker.fault(kServerError, kStart, rng);

  EXPECT_FALSE(breaker.open());
}

TEST_F(CircuitBreakerTest, FaultsSpreadOverMoreThanTenSecondsDoNotOpenIt) {
  CircuitBreaker breaker({.allowed_fails = 100});

  for (int i = 0; i < 20; ++i) {
    breaker.fault(kServerError, kStart + (i * 5s), rng);
  }

  EXPECT_FALSE(breaker.open());
}

TEST_F(CircuitBreakerTest, RestsForTheCooldownAndAtMostATenthMore) {
  const auto breaker = opened({.allowed_fails = 1, .cooldown = 20s}, kStart);

  EXPECT_FALSE(breaker.due(kStart + 20s - 1us));
  EXPECT_TRUE(breaker.due(kStart + 22s));
}

TEST_F(CircuitBreakerTest, RestsForTheProvidersRetryAfterInstead) {
  CircuitBreaker breaker({.allowed_fails = 1, .cooldown = 60s});

  breaker.fault({.kind = FailureKind::ServerError, .retry_after = 10s}, kStart, rng);

  EXPECT_GE(breaker.until(), kStart + 10s);
  EXPECT_LE(breaker.until(), kStart + 11s);
}

TEST_F(CircuitBreakerTest, ClampsAnAbsurdRetryAfter) {
  CircuitBreaker forever({.allowed_fails = 1});
  CircuitBreaker never({.allowed_fails = 1});

  forever.fault({.kind = FailureKind::ServerError, .retry_after = 1000h}, kStart, rng);
  never.fault({.kind = FailureKind::ServerError, .retry_after = -1s}, kStart, rng);

  EXPECT_LE(forever.until(), kStart + 305s);
  EXPECT_GE(never.until(), kStart + 1s);
}

TEST_F(CircuitBreakerTest, AFailedTrialDoublesTheRestUpToFiveMinutes) {
  auto breaker = opened({.allowed_fails = 1, .cooldown = 60s}, kStart);

  for (const auto rest : {120s, 240s, 300s, 300s}) {
    const auto now = breaker.until();
    breaker.trial_failed(kServerError, now, rng);
    EXPECT_GE(breaker.until(), now + rest);
    EXPECT_LE(breaker.until(), now + rest + 12s);
  }
}

TEST_F(CircuitBreakerTest, ACooldownAboveFiveMinutesIsItsOwnLimit) {
  auto breaker = opened({.allowed_fails = 1, .cooldown = 600s}, kStart);
  const auto now = breaker.until();

  breaker.trial_failed(kServerError, now, rng);

  EXPECT_GE(breaker.until(), now + 600s);
  EXPECT_LE(breaker.until(), now + 605s);
}

TEST_F(CircuitBreakerTest, APassedTrialRampsTheShareFromATenthToAll) {
  auto breaker = opened({.allowed_fails = 1, .slow_start = 30s}, kStart);
  const auto now = breaker.until();

  breaker.trial_passed(now);

  EXPECT_FALSE(breaker.open());
  EXPECT_DOUBLE_EQ(breaker.share(now), 0.1);
  EXPECT_DOUBLE_EQ(breaker.share(now + 15s), 0.5);
  EXPECT_DOUBLE_EQ(breaker.share(now + 30s), 1);
}

TEST_F(CircuitBreakerTest, FallingAgainWhileRampingRestsTwiceAsLong) {
  auto breaker = opened({.allowed_fails = 1, .cooldown = 60s}, kStart);
  const auto back = breaker.until();
  breaker.trial_passed(back);

  breaker.fault(kServerError, back + 5s, rng);

  EXPECT_GE(breaker.until(), back + 5s + 120s);
}

TEST_F(CircuitBreakerTest, ACooldownOfZeroNeverRests) {
  CircuitBreaker breaker({.allowed_fails = 1, .cooldown = 0s});

  breaker.fault(kServerError, kStart, rng);

  EXPECT_FALSE(breaker.open());
}

TEST_F(CircuitBreakerTest, DisabledCooldownsNeverRest) {
  CircuitBreaker breaker({.allowed_fails = 1, .disabled = true});

  breaker.fault(kServerError, kStart, rng);

  EXPECT_FALSE(breaker.open());
}

TEST_F(CircuitBreakerTest, AStreamCutAfterItsFirstTokenCountsHalf) {
  CircuitBreaker breaker({.allowed_fails = 2});
  for (int i = 0; i < 3; ++i) {
    breaker.fault({.kind = FailureKind::CutShort}, kStart, rng);
  }
  ASSERT_FALSE(breaker.open());

  EXPECT_THAT(breaker.fault({.kind = FailureKind::CutShort}, kStart, rng),
              Optional(std::string("2 faults in a row (stream cut short)")));
}

TEST_F(CircuitBreakerTest, APolicyMayAllowMoreOfOneKindOfFault) {
  CircuitBreaker breaker({.allowed_fails = 1, .timeout_fails = 2});
  ASSERT_EQ(breaker.fault({.kind = FailureKind::TimedOut}, kStart, rng), std::nullopt);

  EXPECT_THAT(breaker.fault({.kind = FailureKind::TimedOut}, kStart, rng),
              Optional(std::string("2 faults in a row (timed out)")));
}

}  // namespace
}  // namespace meridian
