#include "tenancy/spend_ledger.h"

#include <gtest/gtest.h>

namespace meridian {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr WallTime kNow{std::chrono::seconds(1'795'000'000)};
const Budget kDaily{.limit = {5'000'000}, .period = BudgetPeriod{.length = days(1)}};

TEST(SpendLedger, BeginsAtNothing) {
  const SpendLedger ledger("all", kDaily, std::nullopt, kNow);
  EXPECT_EQ(ledger.opening(), MicroDollars{});
  EXPECT_EQ(ledger.ends(), kNow + 24h);
  EXPECT_EQ(ledger.opened(), (Spend{"all", kNow, kNow, {}}));
}

TEST(SpendLedger, GoesOnWhereTheLastProgramEnded) {
  const Spend kept{"all", kNow - 50h, kNow - 2h, {700}};
  SpendLedger ledger("all", kDaily, kept, kNow);
  EXPECT_EQ(ledger.opening(), MicroDollars{700});
  EXPECT_EQ(ledger.ends(), kNow + 22h);
  EXPECT_EQ(ledger.unsaved({700}), std::nullopt);
}

TEST(SpendLedger, ForgetsWhatWasSpentInAPeriodThatHasEnded) {
  const Spend kept{"all", kNow - 50h, kNow - 26h, {700}};
  const SpendLedger ledger("all", kDaily, kept, kNow);
  EXPECT_EQ(ledger.opening(), MicroDollars{});
  EXPECT_EQ(ledger.began(), kNow - 2h);
}

TEST(SpendLedger, KeepsWhatWasSpentWhileTheClockWasAhead) {
  const Spend kept{"all", kNow, kNow + 48h, {700}};
  const SpendLedger ledger("all", kDaily, kept, kNow);
  EXPECT_EQ(ledger.opening(), MicroDollars{700});
  EXPECT_EQ(ledger.ends(), kNow + 72h);
}

TEST(SpendLedger, HandsOverEachAmountOnce) {
  SpendLedger ledger("all", kDaily, std::nullopt, kNow);
  EXPECT_EQ(ledger.unsaved({30}), (Spend{"all", kNow, kNow, {30}}));
  EXPECT_EQ(ledger.unsaved({30}), std::nullopt);
  EXPECT_EQ(ledger.unsaved({50}), (Spend{"all", kNow, kNow, {20}}));
}

TEST(SpendLedger, TurnsWhenThePeriodHasEnded) {
  SpendLedger ledger("all", kDaily, std::nullopt, kNow);
  ASSERT_TRUE(ledger.unsaved({30}));
  EXPECT_FALSE(ledger.turn(kNow + 24h - 1s));
  EXPECT_TRUE(ledger.turn(kNow + 24h));
  EXPECT_FALSE(ledger.turn(kNow + 24h));
  EXPECT_FALSE(ledger.turn(kNow));
  EXPECT_EQ(ledger.unsaved({4}), (Spend{"all", kNow, kNow + 24h, {4}}));
}

TEST(SpendLedger, CountsWhatOthersHaveSpent) {
  SpendLedger ledger("all", kDaily, std::nullopt, kNow);
  ASSERT_TRUE(ledger.unsaved({30}));
  EXPECT_EQ(ledger.learn({"all", kNow, kNow, {30}}, {30}), MicroDollars{});
  ASSERT_TRUE(ledger.unsaved({40}));
  // 30 were known and 10 are ours: 25 are another's.
  EXPECT_EQ(ledger.learn({"all", kNow, kNow, {65}}, {10}), MicroDollars{25});
  EXPECT_EQ(ledger.unsaved({65}), std::nullopt);  // Theirs is not kept twice.
  EXPECT_EQ(ledger.unsaved({70}), (Spend{"all", kNow, kNow, {5}}));
}

TEST(SpendLedger, LearnsNothingFromAnotherPeriod) {
  SpendLedger ledger("all", kDaily, std::nullopt, kNow);
  ASSERT_TRUE(ledger.turn(kNow + 30h));
  EXPECT_EQ(ledger.learn({"all", kNow, kNow, {65}}, {}), MicroDollars{});
  EXPECT_EQ(ledger.learn({"all", kNow, kNow + 48h, {65}}, {}), MicroDollars{});
}

TEST(SpendLedger, AnotherLimitForgivesNothing) {
  SpendLedger ledger("all", kDaily, std::nullopt, kNow);
  ASSERT_TRUE(ledger.unsaved({30}));
  ledger.change({.limit = {9}, .period = kDaily.period}, kNow + 1h);
  EXPECT_EQ(ledger.unsaved({30}), std::nullopt);
  EXPECT_EQ(ledger.ends(), kNow + 24h);
}

TEST(SpendLedger, AShorterPeriodKeepsTheTotalAnew) {
  SpendLedger ledger("all", kDaily, std::nullopt, kNow);
  ASSERT_TRUE(ledger.unsaved({30}));
  ledger.change({.limit = {9}, .period = BudgetPeriod{.length = 1h}}, kNow + 90min);
  EXPECT_EQ(ledger.unsaved({30}), (Spend{"all", kNow, kNow + 1h, {30}}));
  EXPECT_EQ(ledger.ends(), kNow + 2h);
}

TEST(SpendLedger, ALongerPeriodTakesTheShorterOnesSpendingWithIt) {
  SpendLedger ledger("all", kDaily, Spend{"all", kNow - 50h, kNow - 2h, {700}}, kNow);
  ledger.change({.limit = {9}, .period = BudgetPeriod{.months = 1}}, kNow);
  EXPECT_EQ(ledger.began(), kNow - 50h);
  EXPECT_EQ(ledger.unsaved({705}), (Spend{"all", kNow - 50h, kNow - 50h, {5}}));
  // What is kept still says the later beginning.
  EXPECT_EQ(ledger.learn({"all", kNow - 50h, kNow - 2h, {705}}, {5}), MicroDollars{});
}

}  // namespace

}  // namespace meridian
