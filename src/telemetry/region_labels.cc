#include "telemetry/region_labels.h"

#include <algorithm>

#include "telemetry/plain_text.h"

namespace meridian {

RegionLabels::RegionLabels(const Fleet& fleet, const RegionLabels* before)
    : texts_(before != nullptr ? before->texts_ : std::vector<std::string>{"other", "none"}) {
  by_deployment_.reserve(fleet.deployments.size());
  for (const auto& deployment : fleet.deployments) {
    const auto label = safe_label(deployment.label);
    by_deployment_.push_back(intern(label.empty() ? "unknown" : label));
  }
  in_fleet_.resize(texts_.size());
  for (const auto index : by_deployment_) {
    in_fleet_[index_of(index)] = true;
  }
}

// A linear search over at most 200 names, at a reload only.
RegionIndex RegionLabels::intern(const std::string& text) {
  const auto found = std::ranges::find(texts_, text);
  if (found != texts_.end()) {
    return RegionIndex{static_cast<std::uint16_t>(found - texts_.begin())};
  }
  if (texts_.size() >= kLabelsMax) {
    return kOtherRegions;
  }
  texts_.push_back(text);
  return RegionIndex{static_cast<std::uint16_t>(texts_.size() - 1)};
}

}  // namespace meridian
