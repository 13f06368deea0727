#pragma once

#include <cstdint>

#include "gateway/owner.h"

namespace meridian {

// Active probes for as long as the owner's snapshot is of this generation: a connection to each
// address every `interval`, and a one-token completion for a deployment whose rest is over (or,
// with health_check_mode: completion, for each). No probe carries anything of a client.
void start_probes(Owner& owner, const Executor& executor);

}  // namespace meridian
