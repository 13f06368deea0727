#include "regions/fleet.h"

#include <string>

#include <gtest/gtest.h>

namespace meridian {
namespace {

Fleet fleet_of(std::vector<std::string> names, ByName<std::string> aliases = {}) {
  Fleet fleet;
  for (auto& name : names) {
    const GroupId id{static_cast<std::uint16_t>(fleet.groups.size())};
    fleet.groups.push_back({.id = id, .name = std::move(name), .members = {}});
  }
  fleet.aliases = std::move(aliases);
  fleet.index();
  return fleet;
}

std::string found(const Fleet& fleet, std::string_view model) {
  const auto found = fleet.find(model);
  return found ? fleet[found->group].name + " <- " + std::string(found->wildcard) : "nobody";
}

TEST(Fleet, FindsAGroupByItsName) {
  const auto fleet = fleet_of({"claude-global", "claude"});

  EXPECT_EQ(found(fleet, "claude"), "claude <- ");
  EXPECT_EQ(found(fleet, "claude-3"), "nobody");
  EXPECT_EQ(found(fleet, ""), "nobody");
}

TEST(Fleet, PrefersTheExactNameToAWildcard) {
  const auto fleet = fleet_of({"openai/*", "openai/gpt-4o"});

  EXPECT_EQ(found(fleet, "openai/gpt-4o"), "openai/gpt-4o <- ");
  EXPECT_EQ(found(fleet, "openai/gpt-5"), "openai/* <- gpt-5");
}

TEST(Fleet, TriesTheLongestWildcardFirst) {
  const auto fleet = fleet_of({"*", "openai/*", "openai/*-mini"});

  EXPECT_EQ(found(fleet, "openai/gpt-5-mini"), "openai/*-mini <- gpt-5");
  EXPECT_EQ(found(fleet, "openai/gpt-5"), "openai/* <- gpt-5");
  EXPECT_EQ(found(fleet, "mistral/small"), "* <- mistral/small");
}

TEST(Fleet, DoesNotLetTheEndsOfAWildcardOverlap) {
  EXPECT_EQ(found(fleet_of({"ab*bc"}), "abc"), "nobody");
  EXPECT_EQ(found(fleet_of({"ab*bc"}), "abbc"), "ab*bc <- ");
}

TEST(Fleet, FollowsAnAliasOnceAndIntoWildcards) {
  const auto fleet = fleet_of({"claude", "openai/*"},
                              {{"best", "claude"}, {"gpt", "openai/gpt-5"}, {"loop", "best"}});

  EXPECT_EQ(found(fleet, "best"), "claude <- ");
  EXPECT_EQ(found(fleet, "gpt"), "openai/* <- gpt-5");
  EXPECT_EQ(found(fleet, "loop"), "nobody");
}

TEST(Fleet, MatchesTheTextOfAPatternAsAnyOtherModel) {
  EXPECT_EQ(found(fleet_of({"openai/*"}), "openai/*"), "openai/* <- *");
}

TEST(Fleet, KeepsTheFirstOfTwoGroupsWithOneName) {
  const auto fleet = fleet_of({"claude", "claude"});

  EXPECT_EQ(fleet.find("claude").value_or(Fleet::Found{GroupId{9}, {}}).group, GroupId{0});
}

Fleet group_of(std::vector<Deployment> members) {
  Fleet fleet;
  fleet.groups = {{GroupId{0}, "claude", {}}};
  for (auto& member : members) {
    member.id = DeploymentId{static_cast<std::uint16_t>(fleet.deployments.size())};
    fleet.groups[0].members.push_back(member.id);
    fleet.deployments.push_back(std::move(member));
  }
  fleet.index();
  return fleet;
}

std::vector<double> weights_of(const Fleet& fleet) {
  std::vector<double> weights;
  for (const auto& member : fleet.groups[0].lineup) {
    weights.push_back(member.weight);
  }
  return weights;
}

TEST(Lineup, TakesWeightsElseRpmElseTpm) {
  Deployment weighed;
  weighed.weight = 0.4;
  weighed.rpm = 10;
  Deployment limited;
  limited.rpm = 60;
  limited.tpm = 5;
  Deployment budgeted;
  budgeted.tpm = 7'000;

  EXPECT_EQ(weights_of(group_of({weighed, limited, {}})), (std::vector<double>{0.4, 1, 1}));
  EXPECT_EQ(weights_of(group_of({limited, budgeted})), (std::vector<double>{60, 1}));
  EXPECT_EQ(weights_of(group_of({budgeted, {}})), (std::vector<double>{7'000, 1}));
  EXPECT_EQ(weights_of(group_of({{}, {}})), (std::vector<double>{1, 1}));
}

TEST(Lineup, CallsPlainOnlyWhatHasNothingMoreToAsk) {
  Deployment plain;
  plain.weight = 3;
  plain.tier = 2;
  std::vector<Deployment> others(8);
  others[0].configured = false;
  others[1].rpm = 1;
  others[2].tpm = 1;
  others[3].max_parallel_requests = 1;
  others[4].tags = {"eu"};
  others[5].can.mode = "chat";
  others[6].can.tools = false;
  others[7].can.input_tokens_max = 8'000;

  EXPECT_TRUE(group_of({plain}).groups[0].lineup[0].plain);
  const auto fleet = group_of(others);
  for (const auto& member : fleet.groups[0].lineup) {
    EXPECT_FALSE(member.plain) << index_of(member.id);
  }
}

TEST(Lineup, KnowsWhetherThereIsOneTierAndTheLargestOwnRetries) {
  Deployment first;
  first.num_retries = 1;
  Deployment second;
  second.num_retries = 4;
  second.tier = 2;

  EXPECT_TRUE(group_of({first, first}).groups[0].one_tier);
  const auto both = group_of({first, second, {}});
  EXPECT_FALSE(both.groups[0].one_tier);
  EXPECT_EQ(both.groups[0].num_retries, 4);
  EXPECT_EQ(group_of({{}}).groups[0].num_retries, std::nullopt);
}

TEST(Fleet, CanBeIndexedAgain) {
  auto fleet = fleet_of({"claude"});
  fleet.groups.front().name = "gemini";
  fleet.index();

  EXPECT_EQ(found(fleet, "claude"), "nobody");
  EXPECT_EQ(found(fleet, "gemini"), "gemini <- ");
}

}  // namespace
}  // namespace meridian
