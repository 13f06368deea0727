#include "routing/fallbacks.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/router.h"
#include "support/small_fleet.h"

namespace meridian {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Fleet groups() {
  test::SmallFleet fleet;
  for (const auto* name : {"a", "b", "c", "d", "openai/*"}) {
    fleet.add({.group = name, .region = "us-west-2"});
  }
  auto built = fleet.build();
  built.aliases.emplace("nick", "a");
  return built;
}

class FallbacksTest : public ::testing::Test {
 protected:
  std::vector<std::string> names(const RouteRequest& request) {
    found.clear();
    resolve(request, router.world(), found);
    std::vector<std::string> out;
    out.reserve(found.size());
    for (const auto& each : found) {
      out.push_back(router.fleet[each.group].name);
    }
    return out;
  }

  std::vector<std::string> names(std::string_view model) { return names(router.request(model)); }

  test::Router router{groups()};
  std::vector<PlanScratch::GroupToPlan> found;
};

TEST_F(FallbacksTest, AnAliasStandsForItsGroup) {
  EXPECT_THAT(names("nick"), ElementsAre("a"));
}

TEST_F(FallbacksTest, AWildcardKeepsWhatItMatched) {
  EXPECT_THAT(names("openai/gpt-4o"), ElementsAre("openai/*"));
  EXPECT_EQ(found[0].wildcard, "gpt-4o");
}

TEST_F(FallbacksTest, AnUnknownModelIsServedByTheFirstDefaultFallbackThatExists) {
  EXPECT_THAT(names("unheard"), IsEmpty());
  router.rules.default_fallbacks = {"gone", "b"};
  EXPECT_THAT(names("unheard"), ElementsAre("b"));
}

TEST_F(FallbacksTest, FollowTheGroupInTheOrderOfTheFileEachWithItsOwn) {
  router.rules.fallbacks = {{"a", {"b", "d"}}, {"b", {"c"}}};

  EXPECT_THAT(names("a"), ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(found[3].depth, 3);
}

TEST_F(FallbacksTest, AStarIsForGroupsWithoutTheirOwn) {
  router.rules.fallbacks = {{"*", {"d"}}, {"a", {"b"}}};

  EXPECT_THAT(names("a"), ElementsAre("a", "b", "d"));
  EXPECT_THAT(names("c"), ElementsAre("c", "d"));
}

TEST_F(FallbacksTest, ACycleEnds) {
  router.rules.fallbacks = {{"a", {"b"}}, {"b", {"a", "c"}}};

  EXPECT_THAT(names("a"), ElementsAre("a", "b", "c"));
}

TEST_F(FallbacksTest, AreNoMoreThanMaxFallbacks) {
  router.rules.fallbacks = {{"a", {"b", "c", "d"}}};
  router.rules.max_fallbacks = 2;

  EXPECT_THAT(names("a"), ElementsAre("a", "b", "c"));
}

TEST_F(FallbacksTest, TheClientsListTakesThePlaceOfTheFiles) {
  router.rules.fallbacks = {{"a", {"b"}}};
  const std::vector<std::string> own{"d", "unheard"};
  auto request = router.request("a");
  request.fallbacks = own;

  EXPECT_THAT(names(request), ElementsAre("a", "d"));
}

TEST_F(FallbacksTest, AClientMayDoWithoutThem) {
  router.rules.fallbacks = {{"a", {"b"}}};
  auto request = router.request("a");
  request.fallbacks_disabled = true;

  EXPECT_THAT(names(request), ElementsAre("a"));
}

TEST_F(FallbacksTest, ARefusalHasItsOwnList) {
  router.rules.context_window_fallbacks = {{"a", {"b"}}};
  router.rules.content_policy_fallbacks = {{"a", {"c"}}};
  Plan plan;

  make_refusal_plan(router.request("a"),
                    FailureKind::ContextWindow,
                    router.world(),
                    router.now,
                    router.rng,
                    plan);
  EXPECT_THAT(router.names(plan), ElementsAre("b/us-west-2"));
  EXPECT_EQ(plan.attempts[0].fallback_depth, 1);

  make_refusal_plan(router.request("a"),
                    FailureKind::ContentPolicy,
                    router.world(),
                    router.now,
                    router.rng,
                    plan);
  EXPECT_THAT(router.names(plan), ElementsAre("c/us-west-2"));

  make_refusal_plan(router.request("b"),
                    FailureKind::ContentPolicy,
                    router.world(),
                    router.now,
                    router.rng,
                    plan);
  EXPECT_THAT(router.names(plan), IsEmpty());
}

}  // namespace
}  // namespace meridian
