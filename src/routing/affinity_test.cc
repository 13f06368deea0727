#include "routing/affinity.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/router.h"
#include "support/small_fleet.h"

namespace meridian {
namespace {

using namespace std::chrono_literals;

class AffinityTest : public ::testing::Test {
 protected:
  AffinityTest() {
    router.rules.strategy = Strategy::Adaptive;
    for (int i = 0; i < 30; ++i) {
      for (const auto& deployment : router.fleet.deployments) {
        router.succeed(deployment.name, 400ms);
      }
      router.now += 1s;
    }
    router.now += 60s;
    router.book.tick(router.now);
  }

  // The usual first place for a prompt with that prefix: of 21 plans, so that exploring does not
  // matter.
  std::string home(test::Router& of, std::uint64_t prefix) {
    auto request = of.request();
    request.input_tokens = 50'000;
    request.prefix = prefix;
    std::map<std::string, int> counts;
    for (int i = 0; i < 21; ++i) {
      ++counts[of.names(of.plan(request))[0]];
    }
    return std::ranges::max_element(counts, {}, [](const auto& each) { return each.second; })
        ->first;
  }

  test::Router router{test::claude_in({"us-west-2", "us-east-1", "eu-west-1", "ap-southeast-1"})};
};

TEST_F(AffinityTest, APrefixGoesToTheSameDeploymentEveryTime) {
  auto request = router.request();
  request.input_tokens = 50'000;
  request.prefix = 42;
  const auto where = home(router, 42);

  int there = 0;
  for (int i = 0; i < 1'000; ++i) {
    there += router.names(router.plan(request))[0] == where ? 1 : 0;
  }
  EXPECT_GT(there, 950);  // All but the explored 2 %; 4 sigma of that are 18.
}

TEST_F(AffinityTest, DifferentPrefixesSpread) {
  std::set<std::string> homes;
  for (std::uint64_t prefix = 1; prefix <= 40; ++prefix) {
    homes.insert(home(router, prefix * 7919));
  }
  EXPECT_EQ(homes.size(), 4U);
}

TEST_F(AffinityTest, YieldsWhenItsHomeRests) {
  const auto where = home(router, 42);

  router.rest(where);

  EXPECT_NE(home(router, 42), where);
}

TEST_F(AffinityTest, YieldsWhenItsHomeHoldsMoreThanItsFairShare) {
  const auto where = home(router, 42);
  std::vector<Board::Lease> leases;
  for (int i = 0; i < 8; ++i) {
    leases.emplace_back(router.board, router.id(where)).first_token();
  }

  EXPECT_NE(home(router, 42), where);
}

TEST_F(AffinityTest, AWarmCacheIsPricedNotPinned) {
  const auto where = home(router, 42);
  // 50,000 tokens x 0.9 x about 0.05 ms saved are some 2 s; being 5 s slower is worth more.
  for (int i = 0; i < 200; ++i) {
    router.succeed(where, 9s);
    router.now += 10ms;
  }

  EXPECT_NE(home(router, 42), where);
}

}  // namespace
}  // namespace meridian
