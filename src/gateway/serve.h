#pragma once

#include <cstdint>
#include <memory>

#include "gateway/worker.h"
#include "transport/peer.h"

namespace meridian {

// Who is served on a port.
enum class Door : std::uint8_t {
  Everybody,
  Clients,    // Operators have a port of their own.
  Operators,  // That one: pages, no models.
};

// The life of a client's connection: TLS where it is on, then request after request until one side
// has had enough or the worker is closing.
Awaitable<void> serve(Worker& worker, std::unique_ptr<Peer> client, Door door);

}  // namespace meridian
