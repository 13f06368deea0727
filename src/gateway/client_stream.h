#pragma once

#include <array>
#include <string>
#include <string_view>

#include "gateway/exchange.h"
#include "transport/peer.h"

namespace meridian {

// A client that takes nothing for so long is gone, whatever TCP thinks.
inline constexpr Duration kClientGapMax = std::chrono::seconds(60);

// Writes what the client takes, however slowly, as long as it takes something within `gap`;
// meanwhile `other`, whose time limit would not be fair, has none. False: the client has left.
Awaitable<bool> send_patiently(Worker& worker,
                               Peer& client,
                               Peer* other,
                               Gather message,
                               Duration gap);

// Closes kindly after an answer to a request that was not read whole: closing at once would reset
// the connection, and the answer might be lost with it. Reads on for at most two seconds.
Awaitable<void> linger(Worker& worker, Peer& client);

// The line before a chunk, written into `room`: for every event of every stream, so by hand.
std::string_view chunk_line(std::size_t bytes, std::array<char, 20>& room);

// The answer to a client as a stream of our own framing: chunks, or for HTTP/1.0 up to the close.
// The head goes out with the first piece.
class ClientStream {
 public:
  ClientStream(Worker& worker, Peer& client, Exchange& exchange)
      : worker_(worker), client_(client), exchange_(exchange) {}

  bool begun() const { return begun_; }

  using Pieces = std::array<std::string_view, 4>;

  // Sends what the client takes at once; see `taken`. An event that a client has room for, as
  // nearly all have, needs no coroutine. The head must have gone out. False: the client has left.
  bool offer(const Pieces& payload);

  // All that was offered has gone.
  bool taken() const { return message_.empty(); }

  // The rest of it goes, however slowly. `other`: see send_patiently. False: the client has left.
  Awaitable<bool> until_taken(Peer* other);

  // `other`: the provider's peer, see send_patiently. False: the client has left.
  Awaitable<bool> send(Peer* other, Pieces payload);

  Awaitable<bool> send(Peer* other, std::string_view payload) {
    return send(other, Pieces{payload});
  }

  // The end that HTTP knows. An answer that is not whole is not finished: the connection just ends.
  Awaitable<bool> finish(Peer* other);

 private:
  Awaitable<bool> begin(Peer* other, Pieces payload);
  void frame(const Pieces& payload);

  Worker& worker_;
  Peer& client_;
  Exchange& exchange_;
  bool begun_ = false;
  Gather message_;               // Under way.
  std::array<char, 20> size_{};  // Of its chunk.
};

}  // namespace meridian
