#pragma once

#include <memory>

#include "gateway/attempt.h"
#include "gateway/journey.h"
#include "gateway/letter.h"
#include "regions/fleet.h"
#include "transport/peer.h"

namespace meridian {

// A letter on its way to a deployment.
struct Sent {
  std::unique_ptr<Peer> peer;  // None: see `end`.
  bool fresh = false;          // Over a connection that no request had used before.
  bool whole = true;           // False: answered before all of it had gone out.
  AttemptEnd end;
};

// Writes the letter over an idle connection or a new one (`only_fresh`: a new one), until `limit`.
// Meanwhile it listens to both sides, since a prompt can be megabytes and a provider may refuse it
// by its head (RFC 9112 9.5): then the rest stays unsent and the answer is there to be read.
Awaitable<Sent> send(Journey& journey,
                     DeploymentId id,
                     const Letter& letter,
                     TimePoint limit,
                     bool only_fresh);

}  // namespace meridian
