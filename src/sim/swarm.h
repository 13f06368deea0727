#pragma once

#include <cstdint>

#include "base/time.h"
#include "sim/world.h"

namespace meridian {

// A random world for a seed: a fleet over two continents with shared hosts and accounts, two groups
// with a fallback between them, a strategy, rules and faults. The faults lie in [from, until); what
// comes after is for seeing whether everything heals.
WorldSetup swarm_world(std::uint64_t seed, TimePoint faults_from, TimePoint faults_until);

}  // namespace meridian
