#include "routing/budget.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kStart{1000s};

int withdrawals(RetryBudget& budget, TimePoint now) {
  int count = 0;
  while (budget.withdraw(now)) {
    ++count;
  }
  return count;
}

TEST(RetryBudget, AllowsAFewRepeatsToAQuietGateway) {
  RetryBudget budget;

  EXPECT_EQ(withdrawals(budget, kStart), RetryBudget::kFloor);
}

TEST(RetryBudget, AllowsAFifthOfTheRequestsOfTheLastTenSeconds) {
  RetryBudget budget;
  for (int i = 0; i < 100; ++i) {
    budget.count_request(kStart + (i * 90ms));
  }

  EXPECT_EQ(withdrawals(budget, kStart + 9s), 20 + RetryBudget::kFloor);
}

TEST(RetryBudget, ForgetsRequestsAndRepeatsAfterTenSeconds) {
  RetryBudget budget;
  for (int i = 0; i < 100; ++i) {
    budget.count_request(kStart);
  }
  withdrawals(budget, kStart);

  EXPECT_EQ(withdrawals(budget, kStart + 9s), 0);
  EXPECT_EQ(withdrawals(budget, kStart + 10s), RetryBudget::kFloor);
}

}  // namespace
}  // namespace meridian
