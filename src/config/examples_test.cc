#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.h"

// The user's own files, as they stand in examples/: each one loads, and means what its comments
// say.
namespace meridian {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

std::string example(const std::string& name) {
  const std::ifstream file("examples/" + name);
  EXPECT_TRUE(file) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Settings loaded(const std::string& text) {
  auto settings = load_config(text, "gateway.yaml", {});
  if (!settings) {
    for (const auto& issue : settings.error()) {
      ADD_FAILURE() << to_text(issue);
    }
    return {};
  }
  return std::move(*settings);
}

std::vector<std::string> regions_and_tiers(const Settings& settings) {
  std::vector<std::string> list;
  list.reserve(settings.fleet.deployments.size());
  for (const auto& each : settings.fleet.deployments) {
    list.push_back(each.location.region + " p" + std::to_string(each.tier));
  }
  return list;
}

TEST(Examples, ActivePassiveGoesDownItsPriorities) {
  const auto settings = loaded(example("active-passive.yaml"));
  EXPECT_THAT(regions_and_tiers(settings),
              ElementsAre("us-west-2 p1", "us-east-1 p2", "eu-west-1 p3"));
  EXPECT_EQ(settings.router.strategy, Strategy::Priority);
  EXPECT_EQ(settings.router.num_retries, 2);
  EXPECT_EQ(settings.health[0].allowed_fails, 5);
  EXPECT_EQ(settings.health[0].cooldown, 300s);
}

TEST(Examples, ActiveActiveHasLabelsLatencyTargetsAndProbes) {
  const auto settings = loaded(example("active-active.yaml"));
  EXPECT_THAT(regions_and_tiers(settings),
              ElementsAre("us-west-2 p1", "eu-west-1 p1", "ap-southeast-1 p1"));
  EXPECT_EQ(settings.fleet.deployments[0].label, "us-west");
  EXPECT_EQ(settings.fleet.deployments[0].latency_target, 50ms);
  EXPECT_EQ(settings.router.strategy, Strategy::Latency);
  EXPECT_EQ(settings.probes.interval, 30s);
}

TEST(Examples, ResidencyEuAdmitsItsDeployment) {
  const auto settings = loaded(example("residency-eu.yaml"));
  EXPECT_EQ(settings.params[0].vertex_project, "company-eu-project");
  EXPECT_EQ(settings.fleet.endpoints[0], "vertex_ai europe-west1-aiplatform.googleapis.com");
  EXPECT_TRUE(settings.residency.admit(settings.fleet.deployments[0]).has_value());
}

TEST(Examples, ResidencyUsHasOneRegion) {
  EXPECT_THAT(regions_and_tiers(loaded(example("residency-us.yaml"))), ElementsAre("us-west-2 p1"));
}

TEST(Examples, LiteLlmUsWestTakesItsOrderAsTiers) {
  EXPECT_THAT(regions_and_tiers(loaded(example("litellm-us-west.yaml"))),
              ElementsAre("us-west-2 p1", "us-east-1 p2"));
}

TEST(Examples, LiteLlmMultiRegionRoutesByLatency) {
  const auto settings = loaded(example("litellm-multi-region.yaml"));
  EXPECT_EQ(settings.fleet.groups[0].members.size(), 3);
  EXPECT_EQ(settings.router.strategy, Strategy::Latency);
}

TEST(Examples, WeightedFillsInTheModelThatItLeavesOutAndSaysSo) {
  const auto settings = loaded(example("weighted.yaml"));
  EXPECT_EQ(settings.fleet.deployments[0].model, "anthropic.claude-3-5-sonnet-20241022-v2:0");
  EXPECT_EQ(settings.params[1].aws_region, "eu-west-1");
  EXPECT_EQ(settings.fleet.deployments[0].weight, 40);
  EXPECT_EQ(settings.fleet.deployments[1].weight, 60);
  ASSERT_GE(settings.warnings.size(), 2);
  EXPECT_EQ(
      to_text(settings.warnings[1]),
      "gateway.yaml:5:14: warning: model_list[0].litellm_params.model: the model id is left out "
      "(\"...\"); "
      "anthropic.claude-3-5-sonnet-20241022-v2:0 is used, the default for model_name \"claude\"");
}

TEST(Examples, HealthChecksFragmentIsTheRouterSettingsOfAFleet) {
  const auto models = example("active-active.yaml");
  const auto settings = loaded(models.substr(0, models.find("router_settings:")) +
                               example("health-checks.fragment.yaml"));
  EXPECT_EQ(settings.probes.interval, 30s);
  EXPECT_EQ(settings.probes.timeout, 5s);
  EXPECT_EQ(settings.health[0].allowed_fails, 3);
  EXPECT_EQ(settings.health[0].cooldown, 60s);
}

TEST(Examples, TwoRouterSettingsInOneFileAreOneTooMany) {
  const auto settings =
      load_config(example("active-active.yaml") + "\n" + example("health-checks.fragment.yaml"),
                  "gateway.yaml",
                  {});
  ASSERT_FALSE(settings);
  EXPECT_EQ(to_text(settings.error().back()),
            "gateway.yaml:34:1: router_settings: repeated key; it stands at line 29, too; LiteLLM "
            "would take the "
            "last and drop the rest; keep one");
}

TEST(Examples, PatternThreePastedWholeIsTwoGateways) {
  const auto text = example("residency-eu.yaml") + "\n" + example("residency-us.yaml");
  const auto settings = load_config(text, "gateway.yaml", {});
  ASSERT_FALSE(settings);
  EXPECT_EQ(to_text(settings.error().back()),
            "gateway.yaml:15:1: model_list: two gateways in one file: model_list stands at line 4, "
            "too; split at "
            "line 15, and start a gateway for each file");
}

TEST(Examples, CheckNamesTheRetiredModelTheOneRegionAndTheLaws) {
  const auto report = check_report(loaded(example("active-active.yaml")));
  EXPECT_THAT(report,
              HasSubstr("claude-global: its deployments lie under different laws (IE, SG, US)"));
  EXPECT_THAT(report, HasSubstr("latency-based-routing: the soonest first token for this request"));
  EXPECT_THAT(check_report(loaded(example("residency-us.yaml"))),
              HasSubstr("claude-us: all of it lies at one endpoint"));
}

}  // namespace

}  // namespace meridian
