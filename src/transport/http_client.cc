#include "transport/http_client.h"

#include <span>

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

}  // namespace

Awaitable<Result<HttpReply>> fetch(Network& network,
                                   Deadlines& deadlines,
                                   HttpRequest request,
                                   TimePoint deadline) {
  auto bytes = to_bytes(request);
  return exchange_bytes(
      network, deadlines, std::move(request.to), true, std::move(bytes), deadline);
}

Awaitable<Result<HttpReply>> exchange_bytes(Network& network,
                                            Deadlines& deadlines,
                                            Address to,
                                            bool verify,
                                            std::string bytes,
                                            TimePoint deadline) {
  auto [peer, trouble] = co_await dial(network, deadlines, to, verify, deadline);
  if (!peer) {
    co_return std::unexpected(no_reply(deadlines, deadline, trouble));
  }
  Gather message;
  message.add(bytes);
  if (!co_await write_all(*peer, message)) {
    co_return std::unexpected(no_reply(deadlines, deadline, "the connection broke"));
  }
  std::string seen;
  Head head;
  HttpReply reply;
  BodyEnd end;
  bool in_body = false;
  for (;;) {
    const auto used = seen.size();
    seen.resize(used + kReadBytes);
    const auto got = peer->read(std::span(seen).subspan(used));
    seen.resize(used + got.value_or(0));
    if (!got) {
      co_await Peer::until_readable(*peer);
      continue;
    }
    if (!in_body) {
      const auto parsed = parse_response(seen, head);
      if (parsed == Parsed::Whole && head.status < 200) {
        seen.erase(0, head.bytes);
      } else if (parsed == Parsed::Whole) {
        in_body = true;
        end = BodyEnd::of_reply(head);
        reply.status = static_cast<int>(head.status);
        reply.head = head.raw;
        seen.erase(0, head.bytes);
      } else if (parsed != Parsed::Incomplete) {
        co_return std::unexpected(no_reply(deadlines, deadline, "the answer is not HTTP"));
      }
    }
    if (in_body) {
      end.take(seen, [&](std::string_view payload) { reply.body += payload; });
      seen.clear();
      const bool whole = end.reached() || (*got == 0 && end.by_closing());
      if (whole) {
        co_return reply;
      }
    }
    if (*got == 0 || end.malformed() || reply.body.size() > kReplyBytesMax) {
      co_return std::unexpected(no_reply(deadlines, deadline, "the answer broke off"));
    }
  }
}

}  // namespace meridian
