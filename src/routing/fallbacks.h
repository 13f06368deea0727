#pragma once

#include <vector>

#include "routing/plan.h"

namespace meridian {

// The groups that may answer a request, in order: the one it names (alias, exact name, wildcard,
// else the first of default_fallbacks that exists), then its fallbacks, each followed by its own.
// The client's list takes the place of the configured one. Every group once, so a cycle ends; at
// most `max_fallbacks` after the first. Each is judged from residency on, like the first. False:
// nobody serves that name.
bool resolve(const RouteRequest& request,
             const RoutingWorld& world,
             std::vector<PlanScratch::GroupToPlan>& groups);

// The groups for when the model itself refused: context_window_fallbacks or
// content_policy_fallbacks of the request's group. None when there are none, or fallbacks are
// disabled.
void resolve_refusal(const RouteRequest& request,
                     FailureKind refusal,
                     const RoutingWorld& world,
                     std::vector<PlanScratch::GroupToPlan>& groups);

}  // namespace meridian
