#include "transport/http_client.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "transport/body_end.h"
#include "transport/head.h"

namespace meridian {

namespace {

constexpr std::size_t kReplyBytesMax = std::size_t{4} << 20;
constexpr std::size_t kReadBytes = std::size_t{16} * 1024;

std::string to_bytes(const HttpRequest& request) {
  auto bytes = fmt::format(
      "{} {} HTTP/1.1\r\nhost: {}\r\n", request.method, request.target, host_header(request.to));
  for (const auto& [name, value] : request.headers) {
    bytes += fmt::format("{}: {}\r\n", name, value);
  }
  bytes += fmt::format("content-length: {}\r\nconnection: close\r\n\r\n", request.body.size());
  return bytes + request.body;
}

Failure no_reply(Deadlines& deadlines, TimePoint deadline, std::string why) {
  const bool late = deadlines.refresh() >= deadline;
  return {.kind = late ? FailureKind::TimedOut : FailureKind::ConnectFailed,
          .message = late ? "no answer in time" : std::move(why)};
}

// A reply as its bytes arrive.
class Collector {
 public:
  enum class State : std::uint8_t { More, Whole, Broken };

  // `closed`: nothing follows these bytes.
  State take(std::string_view bytes, bool closed) {
    seen_ += bytes;
    while (!in_body_) {
      const auto parsed = parse_response(seen_, head_);
      if (parsed != Parsed::Whole) {
        return parsed == Parsed::Incomplete && !closed ? State::More : State::Broken;
      }
      if (head_.status >= 200) {
        begin_body();
      }
      seen_.erase(0, head_.bytes);  // An interim (1xx) head, or the one that counts.
    }
    end_.take(seen_, [&](std::string_view payload) { reply.body += payload; });
    seen_.clear();
    if (end_.reached() || (closed && end_.by_closing())) {
      return State::Whole;
    }
    const bool broken = closed || end_.malformed() || reply.body.size() > kReplyBytesMax;
    return broken ? State::Broken : State::More;
  }

  HttpReply reply;

 private:
  void begin_body() {
    in_body_ = true;
    end_ = BodyEnd::of_reply(head_);
    reply.status = static_cast<int>(head_.status);
    reply.head = head_.raw;
  }

  std::string seen_;
  Head head_;
  BodyEnd end_;
  bool in_body_ = false;
};

}  // namespace

Awaitable<Result<HttpReply>> fetch(Network& network,
                                   Deadlines& deadlines,
                                   HttpRequest request,
                                   TimePoint deadline) {
  auto bytes = to_bytes(request);
  return exchange_bytes(
      network, deadlines, std::move(request.to), *network.tls, std::move(bytes), deadline);
}

Awaitable<Result<HttpReply>> exchange_bytes(Network& network,
                                            Deadlines& deadlines,
                                            Address to,
                                            TlsContext& tls,
                                            std::string bytes,
                                            TimePoint deadline) {
  auto [peer, trouble] = co_await dial(network, deadlines, to, tls, deadline);
  if (!peer) {
    co_return std::unexpected(no_reply(deadlines, deadline, trouble));
  }
  Gather message;
  message.add(bytes);
  if (!co_await write_all(*peer, message)) {
    co_return std::unexpected(no_reply(deadlines, deadline, "the connection broke"));
  }
  Collector collector;
  std::array<char, kReadBytes> room{};
  for (;;) {
    const auto got = peer->read(room);
    if (!got) {
      co_await Peer::until_readable(*peer);
      continue;
    }
    const auto state = collector.take({room.data(), *got}, *got == 0);
    if (state == Collector::State::Whole) {
      co_return std::move(collector.reply);
    }
    if (state == Collector::State::Broken) {
      co_return std::unexpected(no_reply(deadlines, deadline, "the answer broke off"));
    }
  }
}

}  // namespace meridian
