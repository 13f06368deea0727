#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "health/rules.h"
#include "pricing/price.h"
#include "regions/fleet.h"
#include "routing/rules.h"
#include "sim/fault.h"
#include "sim/provider_model.h"
#include "sim/traffic.h"
#include "sim/witness.h"

namespace meridian {

// Everything that a simulated run depends on, besides its seed.
struct WorldSetup {
  Fleet fleet;
  RouterRules rules;
  std::vector<HealthRules> health;  // By deployment.
  std::vector<Price> prices;        // By deployment.
  std::vector<Pace> paces;          // By endpoint.
  std::vector<Fault> faults;
  Traffic traffic;
};

struct WorldReport {
  std::int64_t requests = 0;
  std::array<std::int64_t, 7> endings{};  // By Ending.
  std::int64_t attempts = 0;
  std::int64_t trials = 0;
  std::int64_t panics = 0;
  std::vector<std::int64_t> served_by;    // By deployment.
  std::vector<TimePoint> last_served_at;  // By deployment; the epoch for never.
  double first_content_ms_p50 = 0;        // Arrival to first content, of what was served.
  double first_content_ms_p99 = 0;
  std::uint64_t trace = 0;  // Hash of everything that happened, in order.
  std::optional<std::string> violation;

  std::int64_t count(Ending how) const { return endings[static_cast<std::size_t>(how)]; }
};

// A world in which time is a number: the real planner, pursuit and health code drive simulated
// providers through `faults`, while a witness checks the promises. One thread, no clock; the same
// setup, length and seed give the same trace.
class World {
 public:
  World(const WorldSetup& setup, std::uint64_t seed);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // From time 0 to `length`; then no more requests arrive and the open ones end. Call once.
  WorldReport run(Duration length);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace meridian
