#include "health/latency.h"

#include <gtest/gtest.h>

#include "base/rng.h"

namespace meridian {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kStart{1000s};

Duration ms(double value) {
  return Duration{static_cast<std::int64_t>(value * 1000)};
}

TEST(LatencyModel, BeginsWithAPriorThatIsNeitherZeroNorInfinite) {
  const LatencyModel model;

  EXPECT_FALSE(model.measured());
  EXPECT_DOUBLE_EQ(model.expected_ms(1'000), 250 + (0.05 * 1'000));
}

TEST(LatencyModel, AConnectProbeSuppliesTheNetworkPartOfThePrior) {
  LatencyModel model;

  model.round_trip(80ms);

  EXPECT_DOUBLE_EQ(model.base_ms(), 330);
  EXPECT_FALSE(model.measured());
}

TEST(LatencyModel, LearnsTheBaseAndThePaceFromPromptsOfDifferentLength) {
  LatencyModel model;
  Rng rng(1);

  auto now = kStart;
  for (int i = 0; i < 2'000; ++i) {
    const auto tokens = static_cast<std::int64_t>(rng.below(20'000));
    const double truth = 400 + (0.02 * static_cast<double>(tokens));
    model.first_token(ms(truth + (100 * (rng.unit() - 0.5))), tokens, now += 100ms);
  }

  // Uniform noise of +-50 ms has a sigma of 29; the filter averages over some hundreds of samples,
  // so 4 sigma of the base's error is under 4 x 2 x 29 / sqrt(200) = 17 ms.
  EXPECT_NEAR(model.base_ms(), 400, 17);
  EXPECT_NEAR(model.ms_per_token(), 0.02, 0.002);
  EXPECT_TRUE(model.measured());
}

TEST(LatencyModel, ALongPromptDoesNotMakeADeploymentLookSlow) {
  LatencyModel model;
  for (int i = 0; i < 50; ++i) {
    model.first_token(300ms, 1'000, kStart + (i * 1s));
  }

  const double before = model.slowness(kStart + 50s);
  model.first_token(ms(250 + (0.05 * 100'000)), 100'000, kStart + 50s);

  EXPECT_NEAR(model.slowness(kStart + 50s), before, 0.2);
}

TEST(LatencyModel, SlownessJumpsUpAtOnceAndAgesTowardOne) {
  LatencyModel model;
  for (int i = 0; i < 50; ++i) {
    model.first_token(300ms, 1'000, kStart + (i * 1s));
  }
  const auto now = kStart + 50s;

  model.first_token(1'500ms, 1'000, now);

  EXPECT_NEAR(model.slowness(now), 5, 0.2);
  EXPECT_NEAR(model.slowness(now + 10s), 1 + (4 / 2.718), 0.1);
  EXPECT_NEAR(model.slowness(now + 120s), 1, 0.01);
}

TEST(LatencyModel, ADeadlineThatPassedMakesItSlowerNeverFaster) {
  LatencyModel model;
  for (int i = 0; i < 50; ++i) {
    model.first_token(2s, 1'000, kStart + (i * 1s));
  }
  const double before = model.expected_ms(1'000);

  model.nothing_within(100ms, 1'000, kStart + 50s);
  EXPECT_DOUBLE_EQ(model.expected_ms(1'000), before);

  model.nothing_within(10s, 1'000, kStart + 50s);
  EXPECT_GT(model.expected_ms(1'000), before);
  EXPECT_NEAR(model.slowness(kStart + 50s), 5, 0.3);
}

TEST(LatencyModel, TakesTheTimeOfTheOutputOffAWholeAnswer) {
  LatencyModel model;

  for (int i = 0; i < 50; ++i) {
    model.whole_answer(300ms + (100 * 15ms), 1'000, 100, kStart + (i * 1s));
  }

  EXPECT_NEAR(model.expected_ms(1'000), 300, 10);
}

TEST(LatencyModel, KeepsThePaceWithinReason) {
  LatencyModel model;

  for (int i = 0; i < 50; ++i) {
    model.first_token(600s, 10, kStart + (i * 1s));
    model.first_token(1ms, 100'000, kStart + (i * 1s));
  }

  EXPECT_GE(model.ms_per_token(), 0.005);
  EXPECT_LE(model.ms_per_token(), 1);
  EXPECT_GE(model.base_ms(), 1);
}

}  // namespace
}  // namespace meridian
