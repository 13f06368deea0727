#include "routing/plan.h"

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
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::UnorderedElementsAre;

// The seed's active-passive: three regions, one after the other.
Fleet tiers() {
  test::SmallFleet fleet;
  fleet.add({.region = "us-west-2", .tier = 1});
  fleet.add({.region = "us-east-1", .tier = 2});
  fleet.add({.region = "eu-west-1", .tier = 3});
  return fleet.build();
}

class MakePlan : public ::testing::Test {
 protected:
  test::Router router{tiers()};
  Policy europe = test::only({"eu"});

  RouteRequest european() const {
    auto request = router.request();
    request.residency = &europe;
    return request;
  }
};

TEST_F(MakePlan, TriesTiersInOrder) {
  const auto plan = router.plan();

  EXPECT_THAT(router.names(plan), ElementsAre("us-west-2", "us-east-1", "eu-west-1"));
  EXPECT_EQ(plan.attempts_max, 3);
  EXPECT_EQ(plan.none, NoPlan::None);
}

TEST_F(MakePlan, EveryStrategyHonoursTiers) {
  for (const auto strategy : {Strategy::SimpleShuffle,
                              Strategy::Priority,
                              Strategy::Latency,
                              Strategy::LeastBusy,
                              Strategy::Usage,
                              Strategy::Cost,
                              Strategy::Adaptive}) {
    router.rules.strategy = strategy;
    for (int i = 0; i < 200; ++i) {
      EXPECT_THAT(router.names(router.plan()), ElementsAre("us-west-2", "us-east-1", "eu-west-1"));
    }
  }
}

TEST_F(MakePlan, SpillsToTheNextTierWhenATierHasNobodyLeft) {
  router.rest("us-west-2");

  const auto plan = router.plan();

  EXPECT_THAT(router.names(plan), ElementsAre("us-east-1", "eu-west-1"));
  EXPECT_THAT(router.skipped(plan, "us-west-2"), Optional(SkipReason::Resting));
  EXPECT_EQ(plan.skipped[0].until, router.view("us-west-2").until);
}

TEST_F(MakePlan, ARuleLeavesOnlyWhatItAllowsInEveryTier) {
  const auto plan = router.plan(european());

  EXPECT_THAT(router.names(plan), ElementsAre("eu-west-1"));
  EXPECT_THAT(router.skipped(plan, "us-west-2"), Optional(SkipReason::Residency));
}

TEST_F(MakePlan, NeverLeavesTheJurisdictionEvenWhenEveryoneInsideIsDown) {
  router.fail("eu-west-1", FailureKind::Misconfigured);

  const auto plan = router.plan(european());

  EXPECT_THAT(router.names(plan), IsEmpty());
  EXPECT_EQ(plan.none, NoPlan::Health);
  EXPECT_EQ(plan.retry_at, router.view("eu-west-1").until);
}

TEST_F(MakePlan, PanicStaysInsideTheJurisdiction) {
  router.rest("eu-west-1");

  const auto plan = router.plan(european());

  EXPECT_THAT(router.names(plan), ElementsAre("eu-west-1"));
  EXPECT_TRUE(plan.attempts[0].panic);
}

TEST_F(MakePlan, WithNobodyInsideItIsAMatterOfResidency) {
  const auto japan = test::only({"JP"});
  auto request = router.request();
  request.residency = &japan;

  EXPECT_EQ(router.plan(request).none, NoPlan::Residency);
}

TEST_F(MakePlan, ADeploymentThatMayRunAnywhereIsNeverAllowedUnderARule) {
  test::SmallFleet fleet;
  fleet.add({.region = "nowhere-in-the-catalogue"});
  test::Router lost(fleet.build());
  auto request = lost.request();
  EXPECT_THAT(lost.names(lost.plan(request)), ElementsAre("nowhere-in-the-catalogue"));

  request.residency = &europe;

  EXPECT_EQ(lost.plan(request).none, NoPlan::Residency);
}

TEST_F(MakePlan, AnUnknownModelHasNoPlan) {
  EXPECT_EQ(router.plan(router.request("gpt-17")).none, NoPlan::UnknownModel);
}

TEST_F(MakePlan, AttemptsBeyondTheRetriesAreSkippedAndSayWhy) {
  auto request = router.request();
  request.retries = 0;

  // One account and three endpoints: only the first attempt can be reached.
  const auto plan = router.plan(request);

  EXPECT_EQ(plan.attempts_max, 1);
  EXPECT_THAT(router.names(plan), ElementsAre("us-west-2"));
  EXPECT_THAT(plan.skipped,
              UnorderedElementsAre(Skip{router.id("us-east-1"), SkipReason::BeyondRetries, {}},
                                   Skip{router.id("eu-west-1"), SkipReason::BeyondRetries, {}}));
}

TEST_F(MakePlan, ListsTheFirstAtAnotherEndpointEvenBehindTheRetries) {
  test::SmallFleet fleet;
  int tier = 0;
  for (const auto* endpoint : {"host one", "host one", "host one", "host two", "host two"}) {
    fleet.add({.tier = ++tier, .endpoint = endpoint});
  }
  test::Router shared(fleet.build());
  auto request = shared.request();
  request.retries = 1;

  // Two attempts, both at the first host; when it is dark, the second host's first comes next.
  EXPECT_THAT(shared.names(shared.plan(request)),
              ElementsAre("us-west-2", "us-west-2#2", "us-west-2#4"));
}

TEST_F(MakePlan, AttemptsAndSkippedAreAllThatServeTheModel) {
  router.rest("us-west-2");
  router.fail("us-east-1", FailureKind::RateLimited);
  for (int retries = 0; retries < 4; ++retries) {
    for (const auto& base : {router.request(), european()}) {
      auto request = base;
      request.retries = retries;
      const auto plan = router.plan(request);
      EXPECT_EQ(plan.attempts.size() + plan.skipped.size(), 3U);
    }
  }
}

TEST_F(MakePlan, ADeploymentsOwnRetriesComeBeforeTheRouters) {
  router.fleet.deployments[0].num_retries = 1;
  EXPECT_EQ(router.plan().attempts_max, 2);

  auto request = router.request();
  request.retries = 0;
  EXPECT_EQ(router.plan(request).attempts_max, 1);
}

TEST_F(MakePlan, ARetryPolicyMayAskForMoreAttemptsThanNumRetries) {
  router.rules.retry_policy.rate_limit = 5;

  EXPECT_EQ(router.plan().attempts_max, 6);
  EXPECT_EQ(router.plan().retries, 2);
}

// Health and quota.

TEST_F(MakePlan, BlocksAreSkippedWithTheirReason) {
  router.fail("us-west-2", FailureKind::RateLimited);
  router.fail("us-east-1", FailureKind::Misconfigured);
  router.book.drain(router.id("eu-west-1"), true, router.now);

  const auto plan = router.plan();

  EXPECT_THAT(router.skipped(plan, "us-west-2"), Optional(SkipReason::QuotaBlocked));
  EXPECT_THAT(router.skipped(plan, "us-east-1"), Optional(SkipReason::Misconfigured));
  EXPECT_THAT(router.skipped(plan, "eu-west-1"), Optional(SkipReason::Draining));
  EXPECT_EQ(plan.none, NoPlan::Quota);
  EXPECT_EQ(plan.retry_at, router.view("us-west-2").until);
}

TEST_F(MakePlan, AccountAndQuotaBlocksAreNeverPanickedThrough) {
  router.fail("us-west-2", FailureKind::AccountBlocked);

  const auto plan = router.plan();

  EXPECT_THAT(plan.attempts, IsEmpty());
  EXPECT_THAT(router.skipped(plan, "eu-west-1"), Optional(SkipReason::AccountBlocked));
  EXPECT_EQ(plan.none, NoPlan::Health);
}

TEST_F(MakePlan, WhenEverybodyRestsOneRequestEachGoesThrough) {
  for (const auto* name : {"us-west-2", "us-east-1", "eu-west-1"}) {
    router.rest(name);
  }
  const auto plan = router.plan();
  EXPECT_THAT(router.names(plan), ElementsAre("us-west-2", "us-east-1", "eu-west-1"));
  EXPECT_TRUE(plan.attempts[0].panic);
  EXPECT_EQ(plan.attempts.size() + plan.skipped.size(), 3U);

  const Board::Lease open(router.board, router.id("us-west-2"));
  EXPECT_THAT(router.names(router.plan()), ElementsAre("us-east-1", "eu-west-1"));
}

TEST_F(MakePlan, PanicLetsInTwiceAsManyAsSucceededLately) {
  for (const auto* name : {"us-west-2", "us-east-1", "eu-west-1"}) {
    router.rest(name);
  }
  router.succeed("us-west-2", 400ms, 2);
  std::vector<Board::Lease> open;
  open.reserve(4);
  for (int i = 0; i < 3; ++i) {
    open.emplace_back(router.board, router.id("us-west-2"));
  }
  EXPECT_EQ(router.names(router.plan())[0], "us-west-2");

  open.emplace_back(router.board, router.id("us-west-2"));
  EXPECT_EQ(router.names(router.plan())[0], "us-east-1");
}

TEST_F(MakePlan, TheRestOfAPanicGetsARetryAfter) {
  std::vector<Board::Lease> open;
  for (const auto* name : {"us-west-2", "us-east-1", "eu-west-1"}) {
    router.rest(name);
    open.emplace_back(router.board, router.id(name));
  }

  const auto plan = router.plan();

  EXPECT_EQ(plan.none, NoPlan::Health);
  EXPECT_EQ(plan.retry_at,
            std::min({router.view("us-west-2").until,
                      router.view("us-east-1").until,
                      router.view("eu-west-1").until}));
  EXPECT_EQ(plan.skipped.size(), 3U);
}

TEST_F(MakePlan, AGroupOfOneHasTheSameBreaker) {
  test::Router alone(test::claude_in({"us-west-2"}));
  alone.rest("us-west-2");
  const Board::Lease open(alone.board, alone.id("us-west-2"));

  EXPECT_EQ(alone.plan().none, NoPlan::Health);
}

TEST_F(MakePlan, ADeploymentWhoseRestIsOverComesFirstInItsTierAsATrial) {
  router.rest("us-west-2");
  router.now = router.view("us-west-2").until;

  const auto plan = router.plan();

  EXPECT_THAT(router.names(plan), ElementsAre("us-west-2", "us-east-1", "eu-west-1"));
  EXPECT_TRUE(plan.attempts[0].trial);
  EXPECT_FALSE(plan.attempts[1].trial);
}

TEST_F(MakePlan, WhileSomebodyHoldsTheTrialTheOthersPassItOver) {
  router.rest("us-west-2");
  router.now = router.view("us-west-2").until;
  ASSERT_TRUE(router.board.take_trial(router.id("us-west-2"), router.now, 1min));

  EXPECT_THAT(router.names(router.plan()), ElementsAre("us-east-1", "eu-west-1"));
}

// Weights.

TEST_F(MakePlan, WeightZeroIsSkippedWhileOthersAreLeft) {
  test::SmallFleet fleet;
  fleet.add({.region = "us-west-2"}).weight = 1;
  fleet.add({.region = "us-east-1"}).weight = 0;
  test::Router two(fleet.build());

  EXPECT_THAT(two.names(two.plan()), ElementsAre("us-west-2"));
  EXPECT_THAT(two.skipped(two.plan(), "us-east-1"), Optional(SkipReason::ZeroWeight));

  two.rest("us-west-2");
  EXPECT_THAT(two.names(two.plan()), ElementsAre("us-east-1"));
}

// Fallbacks.

TEST_F(MakePlan, FallbackGroupsComeAfterTheGroupAndPassTheSameRule) {
  test::SmallFleet fleet;
  fleet.add({.group = "claude", .region = "eu-west-1"});
  fleet.add({.group = "gpt", .region = "us-east-1"});
  fleet.add({.group = "gpt", .region = "eu-central-1"});
  test::Router two(fleet.build());
  two.rules.fallbacks = {{"claude", {"gpt"}}};
  auto request = two.request();
  request.residency = &europe;

  const auto plan = two.plan(request);

  EXPECT_THAT(two.names(plan), ElementsAre("eu-west-1", "gpt/eu-central-1"));
  EXPECT_EQ(plan.attempts[1].fallback_depth, 1);
  EXPECT_THAT(two.skipped(plan, "gpt/us-east-1"), Optional(SkipReason::Residency));
}

TEST_F(MakePlan, AFallbackGroupComesBeforePanic) {
  test::SmallFleet fleet;
  fleet.add({.group = "claude", .region = "us-west-2"});
  fleet.add({.group = "gpt", .region = "us-east-1"});
  test::Router two(fleet.build());
  two.rules.fallbacks = {{"claude", {"gpt"}}};
  two.rest("us-west-2");

  EXPECT_THAT(two.names(two.plan()), ElementsAre("gpt/us-east-1"));
}

TEST_F(MakePlan, NamesDoNotMatterOnlyFacts) {
  // Metamorphic: the same fleet under other names gives the same plan for the same dice.
  auto renamed = tiers();
  for (auto& deployment : renamed.deployments) {
    deployment.name = "x" + deployment.name;
    deployment.label = "somewhere";
  }
  test::Router other(std::move(renamed));
  for (int i = 0; i < 50; ++i) {
    const auto a = router.plan(european());
    auto request = other.request();
    request.residency = &europe;
    const auto b = other.plan(request);
    ASSERT_EQ(a.attempts.size(), b.attempts.size());
    EXPECT_EQ(a.attempts[0].to, b.attempts[0].to);
  }
}

TEST_F(MakePlan, ANarrowerRuleNeverWidensWhoIsServed) {
  const auto narrower = europe.and_also(test::only({"DE"}));
  auto request = router.request();
  request.residency = &narrower;

  EXPECT_THAT(router.names(router.plan(request)), IsEmpty());
}

}  // namespace
}  // namespace meridian
