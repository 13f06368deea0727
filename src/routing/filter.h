#pragma once

#include <optional>

#include "routing/plan.h"

namespace meridian {

// What stands between a request and a deployment, one question a function, asked in the order of
// design section 4. Nothing: it may be used.

// Residency is not here: that is Policy::admit, and only there.

// Configured, and able to take this request: operation, tools, images, context window.
std::optional<SkipReason> unable(const RouteRequest& request, const Deployment& deployment);

// Which deployments of a group the request's tags select.
enum class TagChoice : std::uint8_t {
  Everyone,     // Tags are not used, or an untagged request meets no `default`.
  Matching,     // Those that carry the request's tags.
  DefaultOnly,  // Those tagged `default`.
  Nobody,       // Tags were asked for that nobody has.
};

TagChoice choose_tags(const RouteRequest& request, const RoutingWorld& world, const Group& group);

bool selected(TagChoice choice,
              const RouteRequest& request,
              const RouterRules& rules,
              const Deployment& deployment);

// This request would exceed the deployment's rpm, tpm or max_parallel_requests. A soft sum: what
// waits for its first token is counted as a request, and its tokens as this one's.
std::optional<SkipReason> over_quota(const RouteRequest& request,
                                     const Deployment& deployment,
                                     const HealthView& view);

}  // namespace meridian
