#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "regions/fleet.h"

namespace meridian {

// A value of the metric label `region`, as a small number. Stable for the life of the process: a
// label keeps its index over reloads, so its counters go on, and a request that began under older
// settings may go on using what it was given.
enum class RegionIndex : std::uint16_t {};

constexpr std::size_t index_of(RegionIndex index) {
  return static_cast<std::size_t>(index);
}

inline constexpr RegionIndex kOtherRegions{0};  // "other": the labels beyond the bound.
inline constexpr RegionIndex kNoRegion{1};      // "none": no region served the request.

// The region labels of a fleet (Deployment::label), bounded. Immutable; made with the settings by
// whoever loads them, and shared by the workers like the settings themselves.
class RegionLabels {
 public:
  // Without a bound, a configuration that is generated with a label a tenant would make a scrape
  // of hundreds of megabytes. Counted over all reloads of a process.
  static constexpr std::size_t kLabelsMax = 200;

  // `before`: the labels in use until now, null at the start. A label without text is "unknown".
  explicit RegionLabels(const Fleet& fleet, const RegionLabels* before = nullptr);

  RegionIndex of(DeploymentId id) const { return by_deployment_[index_of(id)]; }

  // The two fixed indices included: valid indices are those below it.
  std::size_t size() const { return texts_.size(); }

  const std::string& text(RegionIndex index) const { return texts_[index_of(index)]; }

  // False: a label of an earlier fleet, or one of the two fixed ones.
  bool in_fleet(RegionIndex index) const { return in_fleet_[index_of(index)]; }

 private:
  RegionIndex intern(const std::string& text);

  std::vector<std::string> texts_;  // By index.
  std::vector<bool> in_fleet_;      // By index.
  std::vector<RegionIndex> by_deployment_;
};

}  // namespace meridian
