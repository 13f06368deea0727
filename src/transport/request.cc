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

// RFC 9112 2.2: some clients end a body with a line end that its length does not count.
void Request::skip_line_end() {
  static constexpr std::string_view kLineEnd = "\r\n";
  if (!skipped_ && std::string_view(buffer_.data(), used_).starts_with(kLineEnd)) {
    used_ -= kLineEnd.size();
    std::memmove(buffer_.data(), buffer_.data() + kLineEnd.size(), used_);
    skipped_ = true;
  }
}

// Parsing begins anew each time, so a head that comes byte by byte is parsed when its end may be
// there or when it has doubled, not at each byte: 64 KiB would otherwise cost a peer little and us
// 2 GiB of parsing.
std::optional<Arrival> Request::parse() {
  skip_line_end();
  const std::string_view bytes(buffer_.data(), used_);
  static constexpr std::string_view kEnd = "\r\n\r\n";
  const auto seen = parsed_ - std::min(parsed_, kEnd.size() - 1);
  const bool maybe_whole = bytes.find(kEnd, seen) != std::string_view::npos;
  const bool grown = used_ >= 2 * parsed_ || used_ >= kHeadBytesMax;
  if (!maybe_whole && (!grown || bytes.empty() || bytes == "\r")) {
    return std::nullopt;
  }
  parsed_ = used_;
  switch (parse_request(bytes, head)) {
    case Parsed::Whole:
      consumed_ = head.bytes;
      return Arrival::Whole;
    case Parsed::Malformed:
      return Arrival::Malformed;
    case Parsed::TooLarge:
      return !bytes.substr(0, kHeadBytesMax).contains('\n') ? Arrival::TargetTooLong
                                                            : Arrival::HeadTooLarge;
    case Parsed::Incomplete:
      break;
  }
  return std::nullopt;
}

Awaitable<Arrival> read_head(Peer& peer, Deadlines& deadlines, Request& request, TimePoint limit) {
  if (request.used_ > 0) {
    peer.nudge_at(limit);
  }
  for (;;) {
    if (request.used_ > 0) {
      if (const auto arrival = request.parse()) {
        co_return *arrival;
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
