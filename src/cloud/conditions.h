#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "cloud/fault.h"

namespace meridian {

// What a region is like now, and how it has been doing.
struct RegionState {
  std::string region;
  std::string host;  // One that names it; empty: none has been seen.
  FaultSpec fault;
  std::uint64_t requests = 0;
};

// The weather over the simulated cloud: each region's fault, dice, and counts. Any thread.
class Conditions {
 public:
  explicit Conditions(std::uint64_t seed) : seed_(seed) {}

  // A region that has been asked for, or whose port has; kept until the end.
  void note(std::string_view region, std::string_view host);

  // From now on. `region` may be a provider's host too. Failure: a sentence; no such region.
  std::expected<std::string, std::string> set(std::string_view region, const FaultSpec& fault);

  // Everything healthy again, the dice as at the start.
  void reset();

  // The fault of a region now, and one throw of its dice, in [0, 1). The same seed and the same
  // order of requests to a region give the same throws, whatever happens elsewhere.
  struct Moment {
    FaultSpec fault;
    double dice = 0;
  };

  Moment arrive(std::string_view region);

  FaultSpec fault_of(std::string_view region) const;

  std::vector<RegionState> regions() const;

  // Called, without a lock held, whenever a region's fault has been set. Set once, before any
  // thread.
  std::function<void(const std::string& region, const FaultSpec& fault)> on_change;

 private:
  struct Region {
    std::string host;
    FaultSpec fault;
    Rng dice;
    std::uint64_t requests = 0;
  };

  Region& region_named(std::string_view region);

  const std::uint64_t seed_;
  mutable std::mutex mutex_;
  std::map<std::string, Region, std::less<>> regions_;
};

}  // namespace meridian
