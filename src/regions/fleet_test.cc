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

TEST(Fleet, CanBeIndexedAgain) {
  auto fleet = fleet_of({"claude"});
  fleet.groups.front().name = "gemini";
  fleet.index();

  EXPECT_EQ(found(fleet, "claude"), "nobody");
  EXPECT_EQ(found(fleet, "gemini"), "gemini <- ");
}

}  // namespace
}  // namespace meridian
