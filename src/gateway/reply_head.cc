#include "gateway/reply_head.h"

#include <algorithm>

#include <fmt/format.h>

#include "transport/http_server.h"
#include "wire/codec.h"

namespace meridian {

namespace {

// Whole seconds, at least one: a client that is told 0 comes back at once.
std::int64_t seconds_up(Duration duration) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(duration).count();
  return std::max<std::int64_t>(seconds, 1);
}

}  // namespace

std::string_view reply_head(const Exchange& exchange,
                            std::string_view content_type,
                            BodyFraming framing,
                            std::span<char> room) {
  const auto& snapshot = exchange.snapshot();
  const auto& rule = exchange.residency();
  auto* out = room.data();
  const auto write = [&]<class... Args>(fmt::format_string<Args...> text, Args&&... args) {
    const auto left = static_cast<std::size_t>(room.data() + room.size() - out);
    out = fmt::format_to_n(out, left, text, std::forward<Args>(args)...).out;
  };
  write("HTTP/1.1 200 OK\r\ncontent-type: {}\r\n", content_type.substr(0, 100));
  if (framing.chunked) {
    write("transfer-encoding: chunked\r\n");
  } else if (framing.length) {
    write("content-length: {}\r\n", *framing.length);
  }
  if (!exchange.keep_alive || (!framing.chunked && !framing.length)) {
    write("connection: close\r\n");
  }
  if (exchange.stream) {
    write("cache-control: no-cache\r\n");
  }
  if (exchange.served) {
    write("{}", std::string_view(snapshot.reply_fields[index_of(*exchange.served)]).substr(0, 900));
    write(
        "x-meridian-attempts: {}\r\nx-litellm-attempted-retries: "
        "{}\r\nx-litellm-attempted-fallbacks: {}\r\n",
        exchange.attempts,
        exchange.attempts - 1,
        exchange.fallback_depth);
  }
  write("x-meridian-residency: {}{}\r\nx-meridian-overhead-us: {}\r\nx-litellm-call-id: {}\r\n",
        std::string_view(rule.text()).substr(0, 200),
        rule.unrestricted() ? "" : "; admitted",
        exchange.overhead.count(),
        exchange.id);
  if (exchange.has_usage) {
    write("x-litellm-response-cost: {}.{:06}\r\n",
          exchange.cost.value / 1'000'000,
          exchange.cost.value % 1'000'000);
  }
  write("\r\n");
  return {room.data(), out};
}

std::string plain_reply(int status,
                        std::string_view content_type,
                        std::string_view extra_fields,
                        std::string_view body,
                        bool keep_alive) {
  return fmt::format("HTTP/1.1 {} {}\r\ncontent-type: {}\r\ncontent-length: {}\r\n{}{}\r\n{}",
                     status,
                     reason_phrase(status),
                     content_type,
                     body.size(),
                     keep_alive ? "" : "connection: close\r\n",
                     extra_fields,
                     body);
}

std::string failure_reply(const Exchange& exchange, const Failure& failure) {
  auto fields = fmt::format(
      "x-litellm-call-id: {}\r\nx-meridian-residency: {}\r\nx-meridian-attempts: {}\r\n",
      exchange.id,
      std::string_view(exchange.pin->snapshot ? exchange.residency().text() : "any").substr(0, 200),
      exchange.attempts);
  if (failure.retry_after) {
    fields += fmt::format("retry-after: {}\r\n", seconds_up(*failure.retry_after));
  }
  const auto body = write_error(exchange.dialect, failure, exchange.id);
  return plain_reply(status_of(failure), "application/json", fields, body, exchange.keep_alive);
}

}  // namespace meridian
