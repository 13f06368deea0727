#pragma once

#include "config/load.h"
#include "config/part_reader.h"
#include "config/settings.h"

namespace meridian {

// The settings sections, step by step. The fleet is needed from `read_fallbacks` on.

// Strategy, retries, time limits, retry policies, tags: everything that names no group.
void read_router(PartReader& reader, KeyCheck& keys, RouterRules& rules);

// Fallbacks, aliases, group retry policies: whatever names groups. Puts the aliases into the fleet
// and indexes it.
void read_fallbacks(PartReader& reader, KeyCheck& keys, Settings& settings);

// allowed_regions and residency_by_location.
void read_residency(PartReader& reader, Settings& settings);

// Breaker rules by deployment, and probes.
void read_health(PartReader& reader, KeyCheck& keys, Settings& settings);

void read_general(PartReader& reader,
                  KeyCheck& keys,
                  const ConfigSources& sources,
                  GeneralSettings& general);

// max_budget and budget_duration. Prices are needed, to say what a budget cannot limit.
void read_budget(PartReader& reader, Settings& settings);

}  // namespace meridian
