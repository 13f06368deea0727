#include "transport/request.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace meridian {

namespace {

// One read. Nothing: wait for more. Not Whole: it is over.
std::optional<Arrival> over(std::optional<std::size_t> got, Deadlines& deadlines, TimePoint limit) {
  if (got == 0U) {
    return Arrival::Ended;
  }
  if (deadlines.now() >= limit) {
    return Arrival::TooSlow;
  }
  return std::nullopt;
}

}  // namespace

Request::Request(Buffers& buffers, std::string_view begun) : buffer_(buffers) {
  if (begun.size() > buffer_.size()) {
    buffer_.grow(begun.size(), 0);
  }
  used_ = begun.copy(buffer_.data(), begun.size());
}

void Request::grow(std::size_t size) {
  buffer_.grow(size, used_);
  parse_request({buffer_.data(), head.bytes}, head);  // Its views pointed into the smaller buffer.
}

void Request::let_go() {
  ahead_ = rest();
  head = {};
  body_bytes_ = 0;
  buffer_.give_back();
}

// Moves the payload among the bytes from `from` on together behind what the body has so far.
void Request::take_payload(std::size_t from) {
  consumed_ =
      from + end_.take({buffer_.data() + from, used_ - from}, [&](std::string_view payload) {
        std::memmove(buffer_.data() + head.bytes + body_bytes_, payload.data(), payload.size());
        body_bytes_ += payload.size();
      });
}

Awaitable<Arrival> read_head(Peer& peer, Deadlines& deadlines, Request& request, TimePoint limit) {
  if (request.used_ > 0) {
    peer.nudge_at(limit);
  }
  for (;;) {
    if (request.used_ > 0) {
      switch (parse_request({request.buffer_.data(), request.used_}, request.head)) {
        case Parsed::Whole:
          request.consumed_ = request.head.bytes;
          co_return Arrival::Whole;
        case Parsed::Malformed:
          co_return Arrival::Malformed;
        case Parsed::TooLarge:
          co_return Arrival::HeadTooLarge;
        case Parsed::Incomplete:
          break;
      }
    }
    const auto got = peer.read(request.buffer_.after(request.used_));
    if (const auto end = over(got, deadlines, limit)) {
      co_return *end;
    }
    if (got) {
      request.used_ += *got;
    } else {
      peer.nudge_at(limit);
      co_await Peer::until_readable(peer);
    }
  }
}

Awaitable<Arrival> read_body(Peer& peer,
                             Deadlines& deadlines,
                             Request& request,
                             TimePoint limit,
                             std::uint64_t body_bytes_max) {
  const auto length = request.head.content_length.value_or(0);
  if (length > body_bytes_max) {
    co_return Arrival::BodyTooLarge;
  }
  if (const auto whole = request.head.bytes + length; whole > request.buffer_.size()) {
    request.grow(whole);
  }
  request.end_ = BodyEnd::of_request(request.head);
  request.take_payload(request.head.bytes);
  if (request.head.expects_continue && !request.end_.reached()) {
    Gather message;
    message.add("HTTP/1.1 100 Continue\r\n\r\n");
    if (!co_await write_all(peer, message)) {
      co_return Arrival::Ended;
    }
  }
  while (!request.end_.reached()) {
    if (request.end_.malformed()) {
      co_return Arrival::Malformed;
    }
    if (request.body_bytes_ > body_bytes_max) {
      co_return Arrival::BodyTooLarge;
    }
    // All that was read has been moved or was chunk lines: the room behind the payload is free.
    request.used_ = request.consumed_ = request.head.bytes + request.body_bytes_;
    if (request.used_ == request.buffer_.size()) {
      request.grow(2 * request.buffer_.size());
    }
    const auto got = peer.read(request.buffer_.after(request.used_));
    if (const auto end = over(got, deadlines, limit)) {
      co_return *end;
    }
    if (got) {
      const auto from = request.used_;
      request.used_ += *got;
      request.take_payload(from);
    } else {
      peer.nudge_at(limit);
      co_await Peer::until_readable(peer);
    }
  }
  co_return request.body_bytes_ > body_bytes_max ? Arrival::BodyTooLarge : Arrival::Whole;
}

}  // namespace meridian
