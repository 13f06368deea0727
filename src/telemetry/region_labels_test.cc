#include "telemetry/region_labels.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace meridian {

namespace {

Fleet fleet_of(const std::vector<std::string>& labels) {
  Fleet fleet;
  for (const auto& label : labels) {
    Deployment deployment;
    deployment.id = static_cast<DeploymentId>(fleet.deployments.size());
    deployment.label = label;
    fleet.deployments.push_back(std::move(deployment));
  }
  return fleet;
}

TEST(RegionLabels, GivesDeploymentsOfOneLabelOneIndex) {
  const RegionLabels labels(fleet_of({"us-west", "eu-west", "us-west"}));

  EXPECT_EQ(labels.of(DeploymentId{0}), labels.of(DeploymentId{2}));
  EXPECT_NE(labels.of(DeploymentId{0}), labels.of(DeploymentId{1}));
  EXPECT_EQ(labels.text(labels.of(DeploymentId{1})), "eu-west");
}

TEST(RegionLabels, KeepsAnIndexOverReloads) {
  const RegionLabels before(fleet_of({"us-west", "eu-west"}));
  const RegionLabels after(fleet_of({"ap-south", "eu-west"}), &before);

  EXPECT_EQ(after.of(DeploymentId{1}), before.of(DeploymentId{1}));
  EXPECT_EQ(after.text(before.of(DeploymentId{0})), "us-west");
  EXPECT_FALSE(after.in_fleet(before.of(DeploymentId{0})));
  EXPECT_TRUE(after.in_fleet(after.of(DeploymentId{0})));
}

TEST(RegionLabels, CallsALabelWithoutTextUnknown) {
  const RegionLabels labels(fleet_of({""}));

  EXPECT_EQ(labels.text(labels.of(DeploymentId{0})), "unknown");
}

TEST(RegionLabels, CollectsLabelsBeyondTheBoundInOther) {
  std::vector<std::string> texts(1000);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    texts[i] = "region-" + std::to_string(i);
  }
  const RegionLabels labels(fleet_of(texts));

  EXPECT_EQ(labels.size(), RegionLabels::kLabelsMax);
  EXPECT_EQ(labels.of(DeploymentId{0}), RegionIndex{2});
  EXPECT_EQ(labels.of(DeploymentId{999}), kOtherRegions);
  EXPECT_EQ(labels.text(kOtherRegions), "other");
}

TEST(RegionLabels, StayBoundedOverManyReloads) {
  RegionLabels labels(fleet_of({"region-0"}));
  for (int i = 1; i < 1000; ++i) {
    const RegionLabels before = labels;
    labels = RegionLabels(fleet_of({"region-" + std::to_string(i)}), &before);
  }

  EXPECT_EQ(labels.size(), RegionLabels::kLabelsMax);
}

}  // namespace

}  // namespace meridian
