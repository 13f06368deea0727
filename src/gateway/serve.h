#pragma once

#include <memory>

#include "gateway/worker.h"
#include "transport/peer.h"

namespace meridian {

// The life of a client's connection: TLS where it is on, then request after request until one side
// has had enough or the worker is closing.
Awaitable<void> serve(Worker& worker, std::unique_ptr<Peer> client);

}  // namespace meridian
