#pragma once

#include "config/part_reader.h"
#include "health/rules.h"
#include "routing/rules.h"

namespace meridian {

// A map of `<Kind>ErrorRetries`.
RetryPolicy read_retry_policy(const Yaml& map,
                              const std::string& path,
                              KeyCheck& keys,
                              Issues& issues);

// A map of `<Kind>ErrorAllowedFails`, put into the rules.
void read_fails_policy(const Yaml& map,
                       const std::string& path,
                       KeyCheck& keys,
                       Issues& issues,
                       HealthRules& rules);

}  // namespace meridian
