#pragma once

#include "base/failure.h"
#include "gateway/relay.h"

namespace meridian {

// A stream without content gets a sign of life after this long, so that load balancers do not cut
// it.
inline constexpr Duration kSignOfLifeAfter = std::chrono::seconds(10);

// The time limits of a stream on its way: until content, the attempt's; then the gap between
// events, and an end for the whole.
class StreamLimits {
 public:
  explicit StreamLimits(const Reply& reply);

  // Before each wait. `committed`: content has gone to the client.
  void arm(bool committed);

 private:
  const Reply& reply_;
  Duration gap_;  // Between events.
  TimePoint end_;
};

// An SSE comment for a client that waits for its stream; nothing for one that does not stream.
// False: the client has left. Failing over stays free.
Awaitable<bool> keep_waiting(Reply& reply);
Awaitable<bool> keep_waiting(Journey& journey, Peer& provider);

// Why a connection gave no more, told by the clock: its limit has passed, or the other side broke
// it.
Failure broken_off(Worker& worker, TimePoint limit);

}  // namespace meridian
