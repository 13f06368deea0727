#pragma once

#include "base/failure.h"
#include "gateway/exchange.h"
#include "regions/fleet.h"

namespace meridian {

// The failure of an attempt at `id`, fit for a client and a log. Providers repeat what they were
// sent, and not every key looks like one: the credential, the values of extra_headers and the host
// are taken out by comparing, and what else looks like an address, a key or a trace by its looks.
Failure discreet(const Exchange& exchange, DeploymentId id, Failure failure);

// A failure that a provider reported inside a stream. What it says of its own trouble names
// machines that only it can know, and the client can do nothing with it: that is told in our words.
// What it says of the client's request stays.
Failure in_our_words(Failure failure);

}  // namespace meridian
