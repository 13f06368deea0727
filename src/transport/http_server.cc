#include "transport/http_server.h"

#include <optional>

#include <boost/beast/http/status.hpp>
#include <fmt/format.h>

namespace meridian {

namespace {

using namespace std::chrono_literals;

constexpr auto kIdleMax = 75s;
constexpr auto kArrivalMax = 30s;

std::string head_of(int status, const HttpExchange::Fields& fields) {
  auto head = fmt::format("HTTP/1.1 {} {}\r\n", status, reason_phrase(status));
  for (const auto& [name, value] : fields) {
    head += fmt::format("{}: {}\r\n", name, value);
  }
  return head;
}

std::optional<int> status_of(Arrival arrival) {
  switch (arrival) {
    case Arrival::Whole:
    case Arrival::Ended:
      return std::nullopt;
    case Arrival::Malformed:
      return 400;
    case Arrival::TargetTooLong:
      return 414;
    case Arrival::HeadTooLarge:
      return 431;
    case Arrival::BodyTooLarge:
      return 413;
    case Arrival::TooSlow:
      return 408;
  }
  return std::nullopt;
}

}  // namespace

std::string_view reason_phrase(int status) {
  const auto phrase =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  return {phrase.data(), phrase.size()};
}

Awaitable<bool> HttpExchange::reply(int status, Fields fields, std::string body) {
  const auto head =
      head_of(status, fields) + fmt::format("content-length: {}\r\n\r\n", body.size());
  Gather message;
  message.add(head);
  message.add(body);
  co_return co_await write_all(peer_, message);
}

Awaitable<bool> HttpExchange::begin(int status, Fields fields) {
  const auto head = head_of(status, fields) + "transfer-encoding: chunked\r\n\r\n";
  Gather message;
  message.add(head);
  co_return co_await write_all(peer_, message);
}

Awaitable<bool> HttpExchange::piece(std::string bytes) {
  const auto size = fmt::format("{:x}\r\n", bytes.size());
  Gather message;
  message.add(size);
  message.add(bytes);
  message.add("\r\n");
  co_return co_await write_all(peer_, message);
}

Awaitable<bool> HttpExchange::finish() {
  Gather message;
  message.add("0\r\n\r\n");
  co_return co_await write_all(peer_, message);
}

Awaitable<void> serve_http(std::unique_ptr<Peer> client,
                           Deadlines& deadlines,
                           Buffers& buffers,
                           const HttpHandler& handler,
                           std::uint64_t body_bytes_max) {
  std::string begun;
  for (bool more = true; more;) {
    client->expire_at(deadlines.now() + kIdleMax);
    if (begun.empty()) {
      co_await Peer::until_readable(*client);
    }
    client->expire_at(TimePoint::max());
    Request request(buffers, begun);
    const auto limit = deadlines.now() + kArrivalMax;
    auto arrival = co_await read_head(*client, deadlines, request, limit);
    if (arrival == Arrival::Whole) {
      arrival = co_await read_body(*client, deadlines, request, limit, body_bytes_max);
    }
    client->nudge_at(TimePoint::max());
    HttpExchange exchange(*client, request);
    if (arrival != Arrival::Whole) {
      if (const auto status = status_of(arrival)) {
        HttpExchange::Fields fields{{"connection", "close"}};
        co_await exchange.reply(*status, std::move(fields), std::string());
      }
      co_return;
    }
    more = co_await handler(exchange) && request.head.keep_alive;
    begun = request.rest();
  }
}

}  // namespace meridian
