#include "residency/policy.h"

#include <string>
#include <type_traits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/rng.h"

namespace meridian {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Policy rule(std::vector<std::string> words) {
  return Policy::of(words);
}

Deployment deployment(std::uint16_t id, const PlaceSet& possible) {
  Deployment made;
  made.id = DeploymentId{id};
  made.location.possible = possible;
  return made;
}

PlaceSet only(std::string_view region) {
  return place_set(find_region(region)->id);
}

bool admits(const Policy& policy, const PlaceSet& possible) {
  return policy.admit(deployment(0, possible)).has_value();
}

// Sends cannot be spelt without a policy's consent.
static_assert(!std::is_default_constructible_v<Admitted>);
static_assert(!std::is_constructible_v<Admitted, DeploymentId>);

TEST(Policy, WithoutARuleLetsContentGoAnywhere) {
  const Policy none;

  EXPECT_TRUE(none.unrestricted());
  EXPECT_EQ(none.text(), "any");
  EXPECT_TRUE(admits(none, only("us-east-1")));
  EXPECT_TRUE(admits(none, place_set(kElsewhere)));
}

TEST(Policy, AdmitsADeploymentWhoseEveryPossiblePlaceIsAllowed) {
  EXPECT_TRUE(admits(rule({"eu"}), only("eu-west-1")));
  EXPECT_TRUE(admits(rule({"eu"}), only("eu-west-1") | only("eu-west-3")));
  EXPECT_FALSE(admits(rule({"eu"}), only("eu-west-1") | only("eu-west-2")));
}

TEST(Policy, TakesTheSeedsListOfProviderRegions) {
  const auto policy = rule({"europe-west1", "europe-west3"});

  EXPECT_TRUE(admits(policy, only("europe-west1")));
  EXPECT_FALSE(admits(policy, only("europe-west4")));
  EXPECT_FALSE(admits(policy, only("eu-west-1")));
  EXPECT_EQ(policy.text(), "europe-west1 or europe-west3");
}

TEST(Policy, NeverAdmitsUnknownUnderAnyRule) {
  for (const auto word : place_words()) {
    const auto policy = rule({std::string(word)});
    EXPECT_FALSE(admits(policy, place_set(kElsewhere))) << word;
    EXPECT_FALSE(admits(policy, policy.allowed() | place_set(kElsewhere))) << word;
    EXPECT_FALSE(admits(policy, PlaceSet())) << word;
  }
}

TEST(Policy, OfAnEmptyListAllowsNothing) {
  const auto policy = rule({});

  EXPECT_FALSE(policy.unrestricted());
  EXPECT_FALSE(admits(policy, only("eu-west-1")));
  EXPECT_EQ(policy.text(), "nowhere");
}

TEST(Policy, OfAnUnknownWordAllowsNothingForIt) {
  EXPECT_FALSE(admits(rule({"eurpoe"}), only("eu-west-1")));
  EXPECT_TRUE(admits(rule({"eurpoe", "ie"}), only("eu-west-1")));
}

TEST(Policy, NamesBothRulesThatHold) {
  EXPECT_EQ(rule({"eu"}).and_also(rule({"DE"})).text(), "eu & DE");
  EXPECT_EQ(rule({"eu", "uk"}).and_also(rule({"DE"})).text(), "(eu or uk) & DE");
  EXPECT_EQ(rule({"eu"}).and_also(rule({"eu"})).text(), "eu");
  EXPECT_EQ(rule({"eu"}).and_also(Policy()).text(), "eu");
  EXPECT_EQ(Policy().and_also(rule({"eu"})).text(), "eu");
}

TEST(Policy, IsNotWidenedByASecondRule) {
  const auto disjoint = rule({"eu"}).and_also(rule({"us"}));

  EXPECT_FALSE(disjoint.unrestricted());
  EXPECT_TRUE(disjoint.allowed().none());
  EXPECT_FALSE(admits(disjoint, only("eu-west-1")));
  EXPECT_FALSE(admits(disjoint.and_also(Policy()), only("eu-west-1")));
}

TEST(Policy, KeepsADeploymentsOwnRuleEvenWithoutAnother) {
  auto dublin = deployment(0, only("eu-west-1"));
  dublin.allowed = places_named("us");
  EXPECT_EQ(Policy().admit(dublin), std::nullopt);
  EXPECT_EQ(rule({"eu"}).admit(dublin), std::nullopt);

  dublin.allowed = places_named("ie");
  EXPECT_TRUE(Policy().admit(dublin).has_value());

  dublin.location.possible = place_set(kElsewhere);
  EXPECT_EQ(Policy().admit(dublin), std::nullopt);
}

TEST(Policy, SortsCandidatesIntoAdmittedAndRefusedInTheirOrder) {
  Fleet fleet;
  fleet.deployments = {deployment(0, only("us-west-2")),
                       deployment(1, only("eu-west-1")),
                       deployment(2, place_set(kElsewhere)),
                       deployment(3, only("eu-central-1"))};
  const std::vector<DeploymentId> candidates{DeploymentId{3}, DeploymentId{2}, DeploymentId{1}};
  const auto verdict = rule({"eu"}).admit(fleet, candidates);

  ASSERT_EQ(verdict.admitted.size(), 2U);
  EXPECT_EQ(verdict.admitted[0].id(), DeploymentId{3});
  EXPECT_EQ(verdict.admitted[1].id(), DeploymentId{1});
  EXPECT_THAT(verdict.refused, ElementsAre(DeploymentId{2}));
  EXPECT_THAT(rule({"eu"}).admit(fleet, {}).admitted, IsEmpty());
}

// Properties, over random rules and deployments.

class PolicyProperties : public ::testing::Test {
 protected:
  Policy any_rule() {
    std::vector<std::string> words;
    for (std::size_t count = rng_.below(4); count > 0; --count) {
      words.emplace_back(place_words()[rng_.below(place_words().size())]);
    }
    return rng_.below(10) == 0 ? Policy() : Policy::of(words);
  }

  // Mostly a few regions of one group, so that rules do admit some.
  Deployment any_deployment() {
    PlaceSet possible;
    for (std::size_t count = 1 + rng_.below(3); count > 0; --count) {
      possible.set(rng_.below(places().size() + 1));
    }
    if (rng_.below(3) == 0) {
      possible = places_named(place_words()[rng_.below(place_words().size())]).value_or(PlaceSet());
    }
    return deployment(static_cast<std::uint16_t>(rng_.below(1000)), possible);
  }

  Rng rng_{20'261'125};
  static constexpr int kRounds = 5000;
};

TEST_F(PolicyProperties, AddingARuleNeverAdmitsMore) {
  int admitted = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto wide = any_rule();
    const auto narrow = wide.and_also(any_rule());
    const auto target = any_deployment();
    if (narrow.admit(target)) {
      ++admitted;
      EXPECT_TRUE(wide.admit(target)) << narrow.text();
    }
  }
  EXPECT_GT(admitted, 10);
}

TEST_F(PolicyProperties, AWiderListNeverAdmitsLess) {
  for (int round = 0; round < kRounds; ++round) {
    const std::string one(place_words()[rng_.below(place_words().size())]);
    const std::string other(place_words()[rng_.below(place_words().size())]);
    const auto target = any_deployment();
    if (rule({one}).admit(target)) {
      EXPECT_TRUE(rule({one, other}).admit(target)) << one << " " << other;
    }
  }
}

TEST_F(PolicyProperties, TwoRulesTogetherAreExactlyTheirIntersection) {
  for (int round = 0; round < kRounds; ++round) {
    const auto one = any_rule();
    const auto other = any_rule();
    const auto target = any_deployment();
    const bool each = one.admit(target).has_value() && other.admit(target).has_value();
    EXPECT_EQ(one.and_also(other).admit(target).has_value(), each);
    EXPECT_EQ(other.and_also(one).admit(target).has_value(), each);
  }
}

TEST_F(PolicyProperties, AllowsExactlyWhatLiesWithinTheAllowedPlaces) {
  for (int round = 0; round < kRounds; ++round) {
    const auto policy = any_rule();
    const auto possible = any_deployment().location.possible;
    if (!policy.unrestricted()) {
      EXPECT_EQ(policy.allows(possible), within(possible, policy.allowed()));
    }
  }
}

TEST_F(PolicyProperties, AdmitsFromALineupExactlyWhatItAdmits) {
  int admitted = 0;
  for (int round = 0; round < kRounds; ++round) {
    Fleet fleet;
    fleet.groups = {{GroupId{0}, "g", {DeploymentId{0}}}};
    fleet.deployments = {any_deployment()};
    fleet.deployments[0].id = DeploymentId{0};
    if (rng_.below(2) == 0) {
      fleet.deployments[0].allowed = any_rule().allowed();
    }
    fleet.index();
    const auto policy = any_rule();

    const auto verdict = policy.admit(fleet, fleet.groups[0].members);

    EXPECT_EQ(policy.admit(fleet.groups[0].lineup[0]).has_value(), !verdict.admitted.empty());
    admitted += verdict.admitted.empty() ? 0 : 1;
  }
  EXPECT_GT(admitted, kRounds / 100);
}

TEST_F(PolicyProperties, LabelsAndNamesChangeNothing) {
  for (int round = 0; round < kRounds; ++round) {
    const auto policy = any_rule();
    auto target = any_deployment();
    const auto before = policy.admit(target);
    target.label = "eu-west-1";
    target.name = "claude/bedrock/eu-west-1";
    target.location.region = "eu-west-1";
    target.location.country = "IE";
    target.tags = {"eu"};
    EXPECT_EQ(policy.admit(target), before);
  }
}

TEST_F(PolicyProperties, AnotherPossiblePlaceNeverHelps) {
  for (int round = 0; round < kRounds; ++round) {
    const auto policy = any_rule();
    auto target = any_deployment();
    const bool before = policy.admit(target).has_value();
    target.location.possible.set(rng_.below(places().size() + 1));
    if (policy.admit(target)) {
      EXPECT_TRUE(before);
    }
  }
}

}  // namespace
}  // namespace meridian
