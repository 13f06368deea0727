#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "gateway/worker.h"
#include "transport/body_end.h"
#include "transport/buffers.h"
#include "transport/head.h"
#include "transport/peer.h"

namespace meridian {

// Waits for a provider, and watches the client meanwhile.
enum class Said : std::uint8_t { Provider, ClientLeft, Nudged };

// The provider has something to say, the client has left, or the time last given to
// `provider.nudge_at` has come. Nothing: wait.
std::optional<Said> said_by_now(Peer& provider, Peer& client);

// A step towards that.
Awaitable<void> wait_for(Peer& provider, Peer& client);

Awaitable<Said> until_said(Peer& provider, Peer& client);

// A provider's reply as its payload arrives, without chunk lines. No buffer is held while nothing
// comes.
class ReplyBody {
 public:
  enum class More : std::uint8_t {
    Payload,  // See `payload`.
    End,      // The body is whole.
    Cut,      // It is not, and nothing more will come.
    ClientLeft,
    Nudged,
  };

  // `buffer` holds the head and `used` bytes in all.
  ReplyBody(Worker& worker,
            Peer& provider,
            Peer& client,
            const Head& head,
            Buffer buffer,
            std::size_t used);

  // Reads once. What `payload` gave before is gone.
  Awaitable<More> next();

  // The bytes of the last step, moved together within the buffer.
  std::string_view payload() const { return payload_; }

  // Nothing follows the payload at hand.
  bool whole() const { return end_.reached(); }

  // After End: the connection may carry another request.
  bool reusable() const { return keep_alive_ && end_.reached() && !surplus_; }

 private:
  void take(char* data, std::size_t bytes);
  std::optional<More> look() const;  // What is at hand; nothing: more has to come.
  std::optional<More> read();        // The same, of what the provider has sent.

  Worker& worker_;
  Peer& provider_;
  Peer& client_;
  std::optional<Buffer> buffer_;
  BodyEnd end_;
  bool keep_alive_;
  bool surplus_ = false;          // Bytes behind the body: nobody asked for them.
  std::size_t pending_from_ = 0;  // What came with the head.
  std::size_t pending_bytes_ = 0;
  std::string_view payload_;
};

}  // namespace meridian
