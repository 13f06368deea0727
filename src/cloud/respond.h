#pragma once

#include <string>

#include "base/time.h"
#include "cloud/call.h"
#include "cloud/conditions.h"
#include "cloud/pace.h"
#include "cloud/performance.h"
#include "cloud/traffic_log.h"

namespace meridian {

struct CloudResponse {
  CloudPerformance performance;
  TrafficEntry entry;  // Without number, time and outcome.
};

// Decides everything about one request: whom it is meant for, whether it comes in, what it is
// answered, how fast, and what goes wrong on the way. Counts it in `conditions`.
CloudResponse respond(const CloudCall& call,
                      Conditions& conditions,
                      const CloudPaceRules& pace,
                      WallTime now);

}  // namespace meridian
