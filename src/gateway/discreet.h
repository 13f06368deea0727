#pragma once

#include "base/failure.h"
#include "gateway/exchange.h"
#include "regions/fleet.h"

namespace meridian {

// The failure of an attempt at `id`, fit for a client and a log. Providers repeat what they were
// sent, and not every key looks like one: the credential, the values of extra_headers and the host
// are taken out by comparing, and what else looks like an address, a key or a trace by its looks.
Failure discreet(const Exchange& exchange, DeploymentId id, Failure failure);

}  // namespace meridian
