#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "regions/fleet.h"
#include "regions/place.h"

namespace meridian::test {

// Builds a fleet by hand: a group for each new name, an endpoint for each region unless told
// otherwise, one account unless told otherwise. Call `build` last.
class SmallFleet {
 public:
  struct Member {
    std::string group = "claude";
    std::string region = "us-west-2";  // Of a cloud: its place is the only possible one.
    int tier = 1;
    std::string endpoint;  // Empty: the region's.
    std::string account = "team";
  };

  // The deployment, for changes before `build`.
  Deployment& add(const Member& member) {
    const auto id = static_cast<std::uint16_t>(fleet_.deployments.size());
    const auto group = index_in_groups(member.group);
    const auto* where = find_region(member.region);
    auto& deployment = fleet_.deployments.emplace_back();
    deployment.id = DeploymentId{id};
    deployment.group = GroupId{group};
    deployment.endpoint = EndpointId{index_in(
        fleet_.endpoints, member.endpoint.empty() ? "bedrock " + member.region : member.endpoint)};
    deployment.account = AccountId{index_in(fleet_.accounts, member.account)};
    deployment.name = member.group == "claude" ? member.region : member.group + "/" + member.region;
    const auto alike = [&](const Deployment& other) {
      return other.group == deployment.group && other.location.region == member.region;
    };
    if (const auto before = std::ranges::count_if(fleet_.deployments, alike); before > 0) {
      deployment.name += "#" + std::to_string(before + 1);
    }
    deployment.provider = Provider::Bedrock;
    deployment.model = "anthropic.claude";
    deployment.location.region = member.region;
    deployment.location.possible = place_set(where != nullptr ? where->id : kElsewhere);
    if (where != nullptr) {
      deployment.location.country = where->country;
      deployment.location.where = where->where;
    }
    deployment.label = member.region;
    deployment.tier = member.tier;
    fleet_.groups[group].members.push_back(deployment.id);
    return deployment;
  }

  Fleet build() {
    fleet_.index();
    return std::move(fleet_);
  }

 private:
  static std::uint16_t index_in(std::vector<std::string>& names, const std::string& name) {
    const auto found = std::ranges::find(names, name);
    const auto index = static_cast<std::uint16_t>(found - names.begin());
    if (found == names.end()) {
      names.push_back(name);
    }
    return index;
  }

  std::uint16_t index_in_groups(const std::string& name) {
    const auto found = std::ranges::find(fleet_.groups, name, &Group::name);
    const auto index = static_cast<std::uint16_t>(found - fleet_.groups.begin());
    if (found == fleet_.groups.end()) {
      fleet_.groups.push_back({GroupId{index}, name, {}});
    }
    return index;
  }

  Fleet fleet_;
};

// A group "claude" with a deployment in each region, in tier 1.
inline Fleet claude_in(const std::vector<std::string>& regions) {
  SmallFleet fleet;
  for (const auto& region : regions) {
    fleet.add({.region = region});
  }
  return fleet.build();
}

}  // namespace meridian::test
