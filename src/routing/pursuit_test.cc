#include "routing/pursuit.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/router.h"
#include "support/small_fleet.h"

namespace meridian {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using Kind = Step::Kind;

Fleet tiers(int count = 4) {
  const std::vector<std::string> regions{
      "us-west-2", "us-east-1", "eu-west-1", "eu-central-1", "ap-southeast-1"};
  test::SmallFleet fleet;
  for (int i = 0; i < count; ++i) {
    fleet.add({.region = regions[static_cast<std::size_t>(i)], .tier = i + 1});
  }
  return fleet.build();
}

// Walks a plan as dispatch would, with the failures that a test makes up.
class PursuitTest : public ::testing::Test {
 protected:
  explicit PursuitTest(Fleet fleet = tiers()) : router(std::move(fleet)) {}

  Step begin(const RouteRequest& asked, Pursuit::Limits limits = {}) {
    request = asked;
    plan = router.plan(request);
    const auto world = router.world();
    worlds.push_back(std::make_unique<RoutingWorld>(world));
    pursuit = std::make_unique<Pursuit>(request, *worlds.back(), router.board, budget, limits);
    return pursuit->begin(plan, router.now, router.rng);
  }

  Step begin() { return begin(router.request()); }

  Step fail(FailureKind kind, std::optional<Duration> retry_after = std::nullopt) {
    return pursuit->failed({.kind = kind, .retry_after = retry_after}, router.now, router.rng);
  }

  std::string to(const Step& step) const {
    return step.attempt == nullptr ? "nobody" : router.fleet[step.attempt->to.id()].name;
  }

  // Everybody asked when each attempt fails the same way.
  std::vector<std::string> walk(const RouteRequest& asked, FailureKind kind) {
    std::vector<std::string> names;
    for (auto step = begin(asked); step.kind == Kind::Attempt; step = fail(kind)) {
      names.push_back(to(step));
    }
    return names;
  }

  std::vector<std::string> walk(FailureKind kind) { return walk(router.request(), kind); }

  test::Router router;
  RetryBudget budget;
  RouteRequest request;
  Plan plan;
  std::vector<std::unique_ptr<RoutingWorld>> worlds;
  std::unique_ptr<Pursuit> pursuit;
};

TEST_F(PursuitTest, TriesOnePlusRetriesInOrder) {
  EXPECT_THAT(walk(FailureKind::ServerError), ElementsAre("us-west-2", "us-east-1", "eu-west-1"));
  EXPECT_EQ(pursuit->attempts(), 3);
}

TEST_F(PursuitTest, NumbersTheAttempts) {
  EXPECT_EQ(begin().number, 1);
  EXPECT_EQ(fail(FailureKind::ServerError).number, 2);
}

TEST_F(PursuitTest, TheRequestsOwnRetriesCount) {
  auto none = router.request();
  none.retries = 0;

  EXPECT_THAT(walk(none, FailureKind::ServerError), ElementsAre("us-west-2"));
}

TEST_F(PursuitTest, ReturnsAFailureThatIsTheSameEverywhere) {
  begin();

  EXPECT_EQ(fail(FailureKind::BadRequest).kind, Kind::ReturnFailure);
}

TEST_F(PursuitTest, StopsWhenTheClientLeft) {
  begin();

  EXPECT_EQ(fail(FailureKind::ClientLeft).kind, Kind::ReturnFailure);
}

TEST_F(PursuitTest, TheRetryPolicyMaySayFewerForAKindOfFailure) {
  router.rules.retry_policy.timeout = 0;

  EXPECT_THAT(walk(FailureKind::TimedOut), ElementsAre("us-west-2"));
  EXPECT_THAT(walk(FailureKind::ServerError), ElementsAre("us-west-2", "us-east-1", "eu-west-1"));
}

TEST_F(PursuitTest, TheRetryPolicyMaySayMoreForAKindOfFailure) {
  router.rules.retry_policy.rate_limit = 3;

  EXPECT_THAT(walk(FailureKind::RateLimited),
              ElementsAre("us-west-2", "us-east-1", "eu-west-1", "eu-central-1"));
  EXPECT_THAT(walk(FailureKind::ServerError), ElementsAre("us-west-2", "us-east-1", "eu-west-1"));
}

TEST_F(PursuitTest, ABadRequestIsTriedElsewhereOnlyWhereThePolicySaysSo) {
  router.rules.retry_policy.bad_request = 1;

  EXPECT_THAT(walk(FailureKind::BadRequest), ElementsAre("us-west-2", "us-east-1"));
}

TEST_F(PursuitTest, PassesOverThoseThatBeganToRestSincePlanning) {
  begin();
  router.rest("us-east-1");

  EXPECT_EQ(to(fail(FailureKind::ServerError)), "eu-west-1");
}

TEST_F(PursuitTest, InPlaceOfThoseThatWerePassedOverComesWhoWasBeyondTheRetries) {
  begin();
  router.rest("us-east-1");
  router.rest("eu-west-1");
  ASSERT_THAT(router.skipped(plan, "eu-central-1"), testing::Optional(SkipReason::BeyondRetries));

  EXPECT_EQ(to(fail(FailureKind::ServerError)), "eu-central-1");
}

TEST_F(PursuitTest, PassingOverCostsNoAttempt) {
  router.rest("us-west-2");
  router.rest("us-east-1");

  auto one = router.request();
  one.retries = 1;
  EXPECT_THAT(walk(one, FailureKind::ServerError), ElementsAre("eu-west-1", "eu-central-1"));
}

TEST_F(PursuitTest, AnswersThatNobodyIsAvailableWhenEverybodyBeganToRestSincePlanning) {
  plan = router.plan();
  const auto asked = router.request();
  for (const auto* name : {"us-west-2", "us-east-1", "eu-west-1", "eu-central-1"}) {
    router.rest(name);
  }
  const auto world = router.world();
  Pursuit late(asked, world, router.board, budget, {});

  const auto step = late.begin(plan, router.now, router.rng);

  EXPECT_EQ(step.kind, Kind::Unavailable);
  EXPECT_GE(step.retry_at, router.now + 60s);
}

TEST_F(PursuitTest, APlanWithoutAttemptsIsAnsweredFromItsReason) {
  EXPECT_EQ(begin(router.request("gpt-17")).kind, Kind::NoPlan);
}

TEST_F(PursuitTest, NothingIsSentAfterTheDeadline) {
  begin(router.request(), {.deadline = router.now + 5s});
  router.now += 5s;

  EXPECT_EQ(fail(FailureKind::ServerError).kind, Kind::ReturnFailure);
}

// Endpoints and accounts.

class SharedHost : public PursuitTest {
 protected:
  static Fleet hosts() {
    test::SmallFleet fleet;
    fleet.add({.region = "us-west-2", .tier = 1});
    fleet.add({.region = "us-west-2", .tier = 2});
    fleet.add({.region = "us-east-1", .tier = 3, .account = "other"});
    return fleet.build();
  }

  SharedHost() : PursuitTest(hosts()) {}
};

TEST_F(SharedHost, AFaultOfTheHostPassesOverAllOfIt) {
  begin();

  EXPECT_EQ(to(fail(FailureKind::ConnectFailed)), "us-east-1");
}

TEST_F(SharedHost, AFaultOfTheDeploymentDoesNot) {
  begin();

  EXPECT_EQ(to(fail(FailureKind::ServerError)), "us-west-2#2");
}

TEST_F(SharedHost, ADarkHostIsTriedAgainWhenNobodyElseIsLeft) {
  begin();
  fail(FailureKind::ConnectFailed);

  EXPECT_EQ(to(fail(FailureKind::ServerError)), "us-west-2#2");
}

TEST_F(SharedHost, ABlockedAccountIsPassedOverForGood) {
  begin();

  EXPECT_EQ(to(fail(FailureKind::AccountBlocked)), "us-east-1");
  EXPECT_EQ(fail(FailureKind::ServerError).kind,
            Kind::Attempt);  // A repeat of us-east-1, not us-west-2.
  EXPECT_EQ(pursuit->attempts(), 3);
}

TEST_F(SharedHost, RepeatsAtOneEndpointTakeFromTheBudget) {
  while (budget.withdraw(router.now)) {
  }
  begin();

  // The second at the same host costs, and there is nothing left to pay with; the other host is
  // free.
  EXPECT_EQ(to(fail(FailureKind::ServerError)), "us-east-1");
}

TEST_F(PursuitTest, MovesToHealthyDeploymentsElsewhereAreFree) {
  while (budget.withdraw(router.now)) {
  }

  EXPECT_THAT(walk(FailureKind::ServerError), ElementsAre("us-west-2", "us-east-1", "eu-west-1"));
}

TEST_F(PursuitTest, ATotalOutageIsNotMultiplied) {
  for (const auto* name : {"us-west-2", "us-east-1", "eu-west-1", "eu-central-1"}) {
    router.rest(name);
  }
  int attempts = 0;
  for (int i = 0; i < 1'000; ++i) {
    attempts += static_cast<int>(walk(FailureKind::ServerError).size());
  }

  EXPECT_EQ(attempts, 1'000 + 200 + RetryBudget::kFloor);
}

TEST_F(PursuitTest, AClientThatIsRetryingItselfGetsNoFurtherPanicAttempts) {
  for (const auto* name : {"us-west-2", "us-east-1", "eu-west-1", "eu-central-1"}) {
    router.rest(name);
  }
  begin(router.request(), {.client_retries = 1});

  EXPECT_EQ(fail(FailureKind::ServerError).kind, Kind::ReturnFailure);
}

// Trials.

class TrialTest : public PursuitTest {
 protected:
  TrialTest() {
    router.rest("us-west-2");
    router.now = router.view("us-west-2").until;
  }
};

TEST_F(TrialTest, OneRequestMakesTheTrialAndTheNextPassesItOver) {
  const auto first_plan = router.plan();
  const auto first = begin();
  EXPECT_EQ(to(first), "us-west-2");
  EXPECT_TRUE(first.trial);

  const auto world = router.world();
  Pursuit second(request, world, router.board, budget, {});
  const auto step = second.begin(first_plan, router.now, router.rng);
  EXPECT_EQ(to(step), "us-east-1");
  EXPECT_FALSE(step.trial);
}

TEST_F(TrialTest, AFailedTrialCostsNoAttemptWhenAHealthyDeploymentFollows) {
  auto none = router.request();
  none.retries = 0;

  EXPECT_THAT(walk(none, FailureKind::ServerError), ElementsAre("us-west-2", "us-east-1"));
}

TEST_F(TrialTest, ARequestMakesOneTrialWhileHealthyOnesAreLeft) {
  router.rest("us-east-1");
  router.now = router.view("us-east-1").until;
  ASSERT_EQ(router.view("us-west-2").standing, Standing::TrialDue);

  begin();

  EXPECT_EQ(to(fail(FailureKind::ServerError)), "eu-west-1");
}

// Limits.

TEST_F(PursuitTest, AnAttemptHasAFirstTokenLimitWhileSomebodyElseIsLeft) {
  router.succeed("us-west-2", 400ms, 10);

  EXPECT_EQ(begin().first_token_limit, 3s);
}

TEST_F(PursuitTest, TheLastAttemptHasNone) {
  auto none = router.request();
  none.retries = 0;

  EXPECT_EQ(begin(none).first_token_limit, std::nullopt);
}

// A group of one.

class Alone : public PursuitTest {
 protected:
  Alone() : PursuitTest(tiers(1)) {}
};

TEST_F(Alone, IsTriedAgainAfterAPause) {
  begin();

  const auto step = fail(FailureKind::ServerError);

  EXPECT_EQ(to(step), "us-west-2");
  EXPECT_GE(step.pause, 500ms);
  EXPECT_LE(step.pause, 625ms);
}

TEST_F(Alone, IsNotTriedAgainWhenItBeganToRestDuringThePause) {
  begin();
  const auto step = fail(FailureKind::ServerError);
  router.now += step.pause;
  EXPECT_EQ(pursuit->after_pause(router.now).attempt, step.attempt);

  router.rest("us-west-2");

  EXPECT_EQ(pursuit->after_pause(router.now).kind, Kind::ReturnFailure);
  EXPECT_EQ(pursuit->attempts(), 1);
}

TEST_F(Alone, ThePauseDoubles) {
  begin();
  fail(FailureKind::ServerError);

  EXPECT_GE(fail(FailureKind::ServerError).pause, 1s);
  EXPECT_EQ(fail(FailureKind::ServerError).kind, Kind::ReturnFailure);
}

TEST_F(Alone, ThePauseIsWhatTheProviderAsksFor) {
  begin();

  const auto step = fail(FailureKind::ServerError, 4s);

  EXPECT_GE(step.pause, 4s);
  EXPECT_LE(step.pause, 5s);
}

TEST_F(Alone, IsNotTriedAgainWhenTheProviderAsksForTooLong) {
  begin();

  EXPECT_EQ(fail(FailureKind::RateLimited, 60s).kind, Kind::ReturnFailure);
}

TEST_F(Alone, IsNotTriedAgainBeyondTheDeadline) {
  begin(router.request(), {.deadline = router.now + 400ms});

  EXPECT_EQ(fail(FailureKind::ServerError).kind, Kind::ReturnFailure);
}

TEST_F(Alone, IsNotTriedAgainWhenItRestsByThen) {
  begin();
  router.rest("us-west-2");

  EXPECT_EQ(fail(FailureKind::ServerError).kind, Kind::ReturnFailure);
}

TEST_F(Alone, IsNotTriedAgainForWhatDoesNotPass) {
  begin();
  EXPECT_EQ(fail(FailureKind::Misconfigured).kind, Kind::ReturnFailure);
  begin();
  EXPECT_EQ(fail(FailureKind::AccountBlocked).kind, Kind::ReturnFailure);
}

// Groups.

class WithFallback : public PursuitTest {
 protected:
  static Fleet groups() {
    test::SmallFleet fleet;
    fleet.add({.region = "us-west-2", .tier = 1});
    fleet.add({.region = "us-east-1", .tier = 2});
    fleet.add({.group = "gpt", .region = "eu-west-1", .tier = 1});
    fleet.add({.group = "gpt", .region = "eu-central-1", .tier = 2});
    return fleet.build();
  }

  WithFallback() : PursuitTest(groups()) {
    router.rules.fallbacks = {{"claude", {"gpt"}}};
    router.rules.context_window_fallbacks = {{"claude", {"gpt"}}};
  }
};

TEST_F(WithFallback, AFallbackGroupCountsItsAttemptsAnew) {
  auto none = router.request();
  none.retries = 0;

  EXPECT_THAT(walk(none, FailureKind::ServerError), ElementsAre("us-west-2", "gpt/eu-west-1"));
  EXPECT_EQ(pursuit->fallback_depth(), 1);
}

TEST_F(WithFallback, ARefusalAsksForItsOwnPlanAndGoesOnWithIt) {
  begin();
  const auto step = fail(FailureKind::ContextWindow);
  ASSERT_EQ(step.kind, Kind::RefusalFallback);
  EXPECT_EQ(step.refusal, FailureKind::ContextWindow);
  Plan second;
  make_refusal_plan(request, step.refusal, router.world(), router.now, router.rng, second);

  const auto next = pursuit->go_on(second, router.now, router.rng);

  EXPECT_EQ(to(next), "gpt/eu-west-1");
  EXPECT_EQ(next.number, 2);
  EXPECT_EQ(fail(FailureKind::ContextWindow).kind, Kind::ReturnFailure);
}

TEST_F(WithFallback, ARefusalWithoutAPlanIsReturned) {
  begin();
  fail(FailureKind::ContentPolicy);
  const Plan nothing;

  EXPECT_EQ(pursuit->go_on(nothing, router.now, router.rng).kind, Kind::ReturnFailure);
}

TEST_F(WithFallback, APromptTooLongForEverybodyGoesToTheContextWindowFallbacksUnsent) {
  router.rules.fallbacks.clear();
  for (auto& deployment : router.fleet.deployments) {
    deployment.can.input_tokens_max = index_of(deployment.group) == 0 ? 500 : 200'000;
  }
  router.fleet.index();

  EXPECT_EQ(begin().kind, Kind::RefusalFallback);
}

}  // namespace
}  // namespace meridian
