#pragma once

#include <string>

#include "routing/plan.h"

namespace meridian {

// One decision in words, for `meridian explain`: the attempts in order with their reasons, then who
// was left out and why. Plain text, one line a deployment, ends with a newline.
std::string explain_text(const Plan& plan,
                         const RouteRequest& request,
                         const RoutingWorld& world,
                         TimePoint now);

// The same as JSON, for GET /explain.
std::string explain_json(const Plan& plan,
                         const RouteRequest& request,
                         const RoutingWorld& world,
                         TimePoint now);

// "resting until ... (12 s)", for logs and errors.
std::string reason_text(const Skip& skip, TimePoint now);

}  // namespace meridian
