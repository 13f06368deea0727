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

constexpr std::size_t kFieldsMax = 900;
constexpr std::size_t kRuleMax = 200;
constexpr std::int64_t kMicros = 1'000'000;
constexpr std::size_t kMicroDigits = 6;

// By hand: a format string is read anew at every call, which was a seventh of a request's
// instructions. What does not fit is left out; the parts are bounded so that all of it fits.
class HeadWriter {
 public:
  explicit HeadWriter(std::span<char> room) : room_(room) {}

  HeadWriter& text(std::string_view text) {
    const auto bytes = std::min(text.size(), room_.size() - used_);
    text.copy(room_.data() + used_, bytes);
    used_ += bytes;
    return *this;
  }

  HeadWriter& number(auto value) {
    const fmt::format_int digits(value);
    return text({digits.data(), digits.size()});
  }

  // With zeros in front, to `width` digits.
  HeadWriter& padded(std::uint64_t value, std::size_t width) {
    const fmt::format_int digits(value);
    for (auto missing = digits.size(); missing < width; ++missing) {
      text("0");
    }
    return text({digits.data(), digits.size()});
  }

  std::string_view written() const { return {room_.data(), used_}; }

 private:
  std::span<char> room_;
  std::size_t used_ = 0;
};

}  // namespace

std::string_view reply_head(const Exchange& exchange,
                            std::string_view content_type,
                            BodyFraming framing,
                            std::span<char> room) {
  const auto& snapshot = exchange.snapshot();
  const auto& rule = exchange.residency();
  HeadWriter head(room);
  head.text("HTTP/1.1 200 OK\r\ncontent-type: ").text(content_type.substr(0, 100)).text("\r\n");
  if (framing.chunked) {
    head.text("transfer-encoding: chunked\r\n");
  } else if (framing.length) {
    head.text("content-length: ").number(*framing.length).text("\r\n");
  }
  if (!exchange.keep_alive || (!framing.chunked && !framing.length)) {
    head.text("connection: close\r\n");
  }
  if (exchange.stream) {
    head.text("cache-control: no-cache\r\n");
  }
  if (exchange.served) {
    head.text(
        std::string_view(snapshot.reply_fields[index_of(*exchange.served)]).substr(0, kFieldsMax));
    head.text("x-meridian-attempts: ").number(exchange.attempts);
    head.text("\r\nx-litellm-attempted-retries: ").number(exchange.attempts - 1);
    head.text("\r\nx-litellm-attempted-fallbacks: ").number(exchange.fallback_depth).text("\r\n");
  }
  head.text("x-meridian-residency: ").text(std::string_view(rule.text()).substr(0, kRuleMax));
  head.text(rule.unrestricted() ? "" : "; admitted");
  head.text("\r\nx-meridian-overhead-us: ").number(exchange.overhead.count());
  head.text("\r\nx-litellm-call-id: ").text(exchange.id).text("\r\n");
  if (exchange.estimated) {
    head.text("x-meridian-token-count: estimated\r\n");
  }
  if (exchange.has_usage) {
    const auto micros = static_cast<std::uint64_t>(exchange.cost.value % kMicros);
    head.text("x-litellm-response-cost: ").number(exchange.cost.value / kMicros).text(".");
    head.padded(micros, kMicroDigits).text("\r\n");
  }
  head.text("\r\n");
  return head.written();
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
