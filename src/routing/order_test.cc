#include "routing/order.h"

#include <cmath>
#include <map>
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

Fleet weighted(std::vector<std::optional<double>> weights) {
  const std::vector<std::string> regions{"us-west-2", "us-east-1", "eu-west-1", "ap-southeast-1"};
  test::SmallFleet fleet;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    fleet.add({.region = regions[i]}).weight = weights[i];
  }
  return fleet.build();
}

class OrderTest : public ::testing::Test {
 protected:
  // How often each came first.
  std::map<std::string, int> firsts(test::Router& router, int draws) {
    std::map<std::string, int> counts;
    Plan plan;
    for (int i = 0; i < draws; ++i) {
      make_plan(router.request(), router.world(), router.now, router.rng, plan);
      ++counts[router.fleet[plan.attempts.at(0).to.id()].name];
    }
    return counts;
  }
};

// Of n draws with probability p: 4 sigma of a binomial.
double four_sigma(int draws, double p) {
  return 4 * std::sqrt(draws * p * (1 - p));
}

constexpr int kDraws = 20'000;

TEST_F(OrderTest, ShuffleGivesEachItsWeight) {
  test::Router router(weighted({70, 20, 10}));

  const auto counts = firsts(router, kDraws);

  EXPECT_NEAR(counts.at("us-west-2"), 0.7 * kDraws, four_sigma(kDraws, 0.7));
  EXPECT_NEAR(counts.at("us-east-1"), 0.2 * kDraws, four_sigma(kDraws, 0.2));
  EXPECT_NEAR(counts.at("eu-west-1"), 0.1 * kDraws, four_sigma(kDraws, 0.1));
}

TEST_F(OrderTest, ShuffleDrawsTheSecondPlaceByWeightFromThoseLeft) {
  test::Router router(weighted({70, 20, 10}));
  int east_second = 0;

  for (int i = 0; i < kDraws; ++i) {
    east_second += router.names(router.plan())[1] == "us-east-1" ? 1 : 0;
  }

  // After west (0.7) east is drawn with 2/3; after eu (0.1) with 2/9.
  const double p = (0.7 * 2 / 3) + (0.1 * 2 / 9);
  EXPECT_NEAR(east_second, p * kDraws, four_sigma(kDraws, p));
}

TEST_F(OrderTest, AMissingWeightCountsAsOneBesideAWeight) {
  test::Router router(weighted({3, std::nullopt}));

  EXPECT_NEAR(firsts(router, kDraws).at("us-west-2"), 0.75 * kDraws, four_sigma(kDraws, 0.75));
}

TEST_F(OrderTest, WithoutWeightsRpmIsTheWeight) {
  test::SmallFleet fleet;
  fleet.add({.region = "us-west-2"}).rpm = 900;
  fleet.add({.region = "us-east-1"}).rpm = 100;
  test::Router router(fleet.build());

  EXPECT_NEAR(firsts(router, kDraws).at("us-west-2"), 0.9 * kDraws, four_sigma(kDraws, 0.9));
}

TEST_F(OrderTest, WithoutRpmTpmIsTheWeight) {
  test::SmallFleet fleet;
  fleet.add({.region = "us-west-2"}).tpm = 900'000;
  fleet.add({.region = "us-east-1"}).tpm = 100'000;
  test::Router router(fleet.build());

  EXPECT_NEAR(firsts(router, kDraws).at("us-west-2"), 0.9 * kDraws, four_sigma(kDraws, 0.9));
}

TEST_F(OrderTest, WithNothingSetAllAreEqual) {
  test::Router router(weighted({std::nullopt, std::nullopt, std::nullopt, std::nullopt}));

  EXPECT_NEAR(firsts(router, kDraws).at("us-west-2"), 0.25 * kDraws, four_sigma(kDraws, 0.25));
}

TEST_F(OrderTest, ADeploymentThatHasJustComeBackGetsATenthOfItsWeight) {
  test::Router router(weighted({1, 1}));
  router.rest("us-west-2");
  router.now = router.view("us-west-2").until;
  router.board.take_trial(router.id("us-west-2"), router.now, 1min);
  router.book.apply(
      {.kind = Fact::Kind::Succeeded, .deployment = router.id("us-west-2"), .trial = true},
      router.now,
      router.rng);

  const double share = router.view("us-west-2").share;
  EXPECT_NEAR(share, 0.1, 0.005);
  const double p = share / (1 + share);
  EXPECT_NEAR(firsts(router, kDraws).at("us-west-2"), p * kDraws, four_sigma(kDraws, p));
}

class LatencyOrderTest : public OrderTest {
 protected:
  LatencyOrderTest() {
    router.rules.strategy = Strategy::Latency;
    for (int i = 0; i < 30; ++i) {
      router.succeed("us-west-2", 300ms);
      router.succeed("us-east-1", 400ms);
      router.succeed("eu-west-1", 500ms);
      router.now += 1s;
    }
    router.now += 60s;
    router.book.tick(router.now);
  }

  test::Router router{test::claude_in({"eu-west-1", "us-east-1", "us-west-2"})};
};

TEST_F(LatencyOrderTest, TheFastestComesFirstButForOneRequestInFifty) {
  const auto counts = firsts(router, kDraws);

  // Explored by 2 %, a third of which falls on the fastest itself.
  EXPECT_NEAR(counts.at("us-west-2"), (1 - (0.02 * 2 / 3)) * kDraws, four_sigma(kDraws, 0.0133));
  EXPECT_NEAR(counts.at("eu-west-1"), 0.02 / 3 * kDraws, four_sigma(kDraws, 0.02 / 3));
}

TEST_F(LatencyOrderTest, AFaultMovesADeploymentBehindTheOthers) {
  router.fail("us-west-2", FailureKind::ServerError);

  const auto counts = firsts(router, 1'000);
  EXPECT_GT(counts.at("us-east-1"), 900);
  EXPECT_EQ(counts.contains("us-west-2"), false);
}

TEST_F(LatencyOrderTest, AStalledRequestMovesItsDeploymentBehindTheOthers) {
  router.book.apply(
      {.kind = Fact::Kind::Waiting, .deployment = router.id("us-west-2"), .elapsed = 3s},
      router.now,
      router.rng);

  EXPECT_GT(firsts(router, 1'000).at("us-east-1"), 900);
}

TEST_F(LatencyOrderTest, RequestsThatWaitMoveADeploymentBehind) {
  std::vector<Board::Lease> leases;
  leases.reserve(10);
  for (int i = 0; i < 10; ++i) {
    leases.emplace_back(router.board, router.id("us-west-2"));
  }

  EXPECT_GT(firsts(router, 1'000).at("us-east-1"), 900);
}

TEST_F(LatencyOrderTest, ThoseWithinTheBufferAreEqual) {
  router.rules.lowest_latency_buffer = 0.5;

  const auto counts = firsts(router, kDraws);

  EXPECT_NEAR(counts.at("us-west-2"), 0.5 * kDraws, four_sigma(kDraws, 0.5) + (0.02 * kDraws));
  EXPECT_NEAR(counts.at("us-east-1"), 0.5 * kDraws, four_sigma(kDraws, 0.5) + (0.02 * kDraws));
}

TEST_F(LatencyOrderTest, ThePlanSaysWhatTheScoreWas) {
  const auto plan = router.plan();

  EXPECT_NEAR(plan.attempts[0].score_ms, 300, 60);
}

TEST_F(OrderTest, AnUnmeasuredDeploymentIsTried) {
  test::Router router(test::claude_in({"us-west-2", "us-east-1"}));
  router.rules.strategy = Strategy::Latency;
  router.succeed("us-west-2", 400ms, 20);

  EXPECT_GT(firsts(router, 100).at("us-east-1"), 90);
}

TEST_F(OrderTest, AboveEightDeploymentsTheBetterOfTwoIsTaken) {
  test::SmallFleet fleet;
  for (int i = 0; i < 16; ++i) {
    fleet.add({.region = i == 0 ? "us-west-2" : "us-east-1"});
  }
  test::Router router(fleet.build());
  router.rules.strategy = Strategy::Latency;
  for (const auto& deployment : router.fleet.deployments) {
    router.succeed(deployment.name, deployment.name == "us-west-2" ? 100ms : 900ms, 20);
  }
  router.now += 60s;
  router.book.tick(router.now);

  // The one fast deployment wins whenever it is one of the two drawn, 2/16, but for the explored 2
  // %, where it comes first by 1/16.
  const double p = (0.98 * 2 / 16) + (0.02 / 16);
  EXPECT_NEAR(firsts(router, kDraws).at("us-west-2"), p * kDraws, four_sigma(kDraws, p));
}

TEST_F(OrderTest, LeastBusyTakesTheOneWithTheFewestWaitingPerWeight) {
  test::Router router(weighted({4, 1}));
  router.rules.strategy = Strategy::LeastBusy;
  std::vector<Board::Lease> leases;
  leases.reserve(2);
  for (int i = 0; i < 2; ++i) {
    leases.emplace_back(router.board, router.id("us-west-2"));
  }

  // (2 + 1) / 4 against (0 + 1) / 1.
  EXPECT_THAT(router.names(router.plan()), ElementsAre("us-west-2", "us-east-1"));

  for (int i = 0; i < 2; ++i) {
    leases.emplace_back(router.board, router.id("us-west-2"));
  }
  EXPECT_THAT(router.names(router.plan()), ElementsAre("us-east-1", "us-west-2"));
}

TEST_F(OrderTest, LeastBusyDoesNotCountStreamsThatHaveBegun) {
  test::Router router(weighted({1, 1}));
  router.rules.strategy = Strategy::LeastBusy;
  Board::Lease streaming(router.board, router.id("us-west-2"));
  streaming.first_token();
  const Board::Lease waiting(router.board, router.id("us-east-1"));

  EXPECT_THAT(router.names(router.plan()), ElementsAre("us-west-2", "us-east-1"));
}

TEST_F(OrderTest, UsageTakesTheOneWithTheSmallerShareOfItsLimitUsed) {
  test::SmallFleet fleet;
  fleet.add({.region = "us-west-2"}).rpm = 1'000;
  fleet.add({.region = "us-east-1"}).rpm = 100;
  test::Router router(fleet.build());
  router.rules.strategy = Strategy::Usage;
  router.succeed("us-west-2", 400ms, 50);
  router.succeed("us-east-1", 400ms, 10);

  EXPECT_THAT(router.names(router.plan()), ElementsAre("us-west-2", "us-east-1"));
}

TEST_F(OrderTest, CostTakesTheCheapestForThisRequest) {
  test::Router router(test::claude_in({"us-west-2", "us-east-1", "eu-west-1"}));
  router.rules.strategy = Strategy::Cost;
  router.prices = {{.input = 3'000'000, .output = 15'000'000, .known = true},
                   {.input = 4'000'000, .output = 4'000'000, .known = true},
                   {}};

  // 1000 in, 200 out: 6000 against 4800 micro-dollars; the unknown price comes last.
  EXPECT_THAT(router.names(router.plan()), ElementsAre("us-east-1", "us-west-2", "eu-west-1"));

  auto long_prompt = router.request();
  long_prompt.input_tokens = 100'000;
  EXPECT_EQ(router.names(router.plan(long_prompt))[0], "us-west-2");
}

TEST_F(OrderTest, OfEqualPricesTheFasterComesFirst) {
  test::Router router(test::claude_in({"us-west-2", "us-east-1"}));
  router.rules.strategy = Strategy::Cost;
  router.succeed("us-west-2", 900ms, 20);
  router.succeed("us-east-1", 300ms, 20);

  EXPECT_EQ(firsts(router, 100).at("us-east-1"), 100);
}

TEST_F(OrderTest, ABatchIsOrderedByCostWhateverTheStrategy) {
  test::Router router(weighted({1'000'000, 1}));
  router.prices[1].input = 1;
  auto batch = router.request();
  batch.workload = Workload::Batch;

  EXPECT_THAT(router.names(router.plan(batch)), ElementsAre("us-east-1", "us-west-2"));
}

TEST_F(OrderTest, AdaptivePaysForSpeedOnlyWhatItIsWorth) {
  test::Router router(test::claude_in({"us-west-2", "us-east-1"}));
  router.rules.strategy = Strategy::Adaptive;
  router.rules.cost_weight_ms_per_dollar = 100'000;
  router.succeed("us-west-2", 300ms, 30);
  router.succeed("us-east-1", 400ms, 30);
  router.now += 60s;
  router.book.tick(router.now);

  // 6000 micro-dollars each, then half a cent more for the faster one: 500 ms.
  EXPECT_GT(firsts(router, 1'000).at("us-west-2"), 900);
  router.prices[0].input = 8'000'000;
  EXPECT_GT(firsts(router, 1'000).at("us-east-1"), 900);
}

}  // namespace
}  // namespace meridian
