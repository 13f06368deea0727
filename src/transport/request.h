#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "transport/body_end.h"
#include "transport/buffers.h"
#include "transport/deadlines.h"
#include "transport/head.h"
#include "transport/peer.h"

namespace meridian {

// How the arrival of a request's head or body ended.
enum class Arrival : std::uint8_t {
  Whole,
  Ended,          // The connection did, before anything or in the middle.
  Malformed,      // 400: not HTTP that everybody would read alike.
  TargetTooLong,  // 414.
  HeadTooLarge,   // 431.
  BodyTooLarge,   // 413.
  TooSlow,        // 408.
};

// A request as it arrives, in one buffer that is grown to what it needs and has room behind it for
// simdjson. The head's views point into the buffer.
class Request {
 public:
  // `begun`: what was read beyond the request before.
  Request(Buffers& buffers, std::string_view begun);

  Head head;

  // Whole, without chunk lines, once `read_body` said so.
  std::string_view body() const { return {buffer_.data() + head.bytes, body_bytes_}; }

  // What may be read from body().data() on.
  std::size_t room() const { return buffer_.size() + kPadding - head.bytes; }

  // The beginning of the next request, if it was sent ahead.
  std::string_view rest() const {
    return buffer_.lent() ? std::string_view(buffer_.data() + consumed_, used_ - consumed_)
                          : std::string_view(ahead_);
  }

  // Gives the buffer back, since an answer may flow for an hour: head and body are gone, and every
  // view into them.
  void let_go();

 private:
  friend Awaitable<Arrival> read_head(Peer&, Deadlines&, Request&, TimePoint);
  friend Awaitable<Arrival> read_body(Peer&, Deadlines&, Request&, TimePoint, std::uint64_t);

  void grow(std::size_t size);
  void skip_line_end();
  std::optional<Arrival> parse();  // Of the head. Nothing: more has to come.
  void take_payload(std::size_t from);

  Buffer buffer_;
  std::string ahead_;  // What `rest` is once the buffer has been given back.
  std::size_t used_ = 0;
  std::size_t parsed_ = 0;      // Of the head, when it was last parsed and not whole.
  std::size_t consumed_ = 0;    // Head and body, chunk lines included.
  std::size_t body_bytes_ = 0;  // Payload, moved together behind the head.
  bool skipped_ = false;
  BodyEnd end_;
};

// Reads until the head is whole. Waits for the first byte without a limit of its own (the peer's
// deadline holds); from then on until `limit`.
Awaitable<Arrival> read_head(Peer& peer, Deadlines& deadlines, Request& request, TimePoint limit);

// Reads the body, of a length or in chunks, of at most `body_bytes_max` bytes. Answers `Expect:
// 100-continue` where the client waits for it.
Awaitable<Arrival> read_body(Peer& peer,
                             Deadlines& deadlines,
                             Request& request,
                             TimePoint limit,
                             std::uint64_t body_bytes_max);

}  // namespace meridian
