#pragma once

#include <vector>

#include "config/deployment_draft.h"
#include "config/issues.h"
#include "config/settings.h"

namespace meridian {

// Makes the fleet of the drafts: groups, names, tiers, weights, endpoints, accounts; and the
// vectors beside it. Tiers depend on settings.router.strategy. Leaves `fleet.aliases` and `index`
// to the caller.
void assemble(std::vector<DeploymentDraft> drafts, Settings& settings, Issues& issues);

}  // namespace meridian
