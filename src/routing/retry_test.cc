#include "routing/retry.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

TEST(After, AFaultOfTheHostMovesToAnotherEndpoint) {
  EXPECT_EQ(after(FailureKind::ConnectFailed), NextStep::OtherEndpoint);
  EXPECT_EQ(after(FailureKind::TimedOut), NextStep::OtherEndpoint);
}

TEST(After, AFaultOrLimitOfTheDeploymentMovesToAnotherDeployment) {
  EXPECT_EQ(after(FailureKind::ServerError), NextStep::OtherDeployment);
  EXPECT_EQ(after(FailureKind::RateLimited), NextStep::OtherDeployment);
  EXPECT_EQ(after(FailureKind::Misconfigured), NextStep::OtherDeployment);
}

TEST(After, ABlockedAccountMovesToAnotherAccount) {
  EXPECT_EQ(after(FailureKind::AccountBlocked), NextStep::OtherAccount);
}

TEST(After, WhatIsTheSameEverywhereIsReturned) {
  EXPECT_EQ(after(FailureKind::BadRequest), NextStep::ReturnIt);
  EXPECT_EQ(after(FailureKind::CutShort), NextStep::ReturnIt);
}

TEST(After, ARefusalOfTheModelGoesToItsFallbacks) {
  EXPECT_EQ(after(FailureKind::ContextWindow), NextStep::RefusalFallback);
  EXPECT_EQ(after(FailureKind::ContentPolicy), NextStep::RefusalFallback);
}

TEST(After, NobodyIsLeftToAnswerWhenTheClientLeft) {
  EXPECT_EQ(after(FailureKind::ClientLeft), NextStep::Stop);
}

TEST(RetriesFor, AreNumRetriesWhereNoPolicySaysOtherwise) {
  EXPECT_EQ(retries_for(FailureKind::TimedOut, nullptr, {}, 2), 2);
  EXPECT_EQ(retries_for(FailureKind::ConnectFailed, nullptr, {.timeout = 0}, 2), 2);
}

TEST(RetriesFor, TheGroupsPolicyComesBeforeTheRouters) {
  const RetryPolicy group{.timeout = 1};
  const RetryPolicy router{.timeout = 0, .rate_limit = 3};

  EXPECT_EQ(retries_for(FailureKind::TimedOut, &group, router, 2), 1);
  EXPECT_EQ(retries_for(FailureKind::RateLimited, &group, router, 2), 3);
}

TEST(RetriesFor, AnAbsurdPolicyIsCapped) {
  EXPECT_EQ(retries_for(FailureKind::TimedOut, nullptr, {.timeout = 100'000}, 2), kRetriesMax);
  EXPECT_EQ(retries_for(FailureKind::TimedOut, nullptr, {.timeout = -1}, 2), 0);
}

}  // namespace
}  // namespace meridian
