// A provider's error: the first byte is the provider and status, a line of headers, then the body.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "providers/upstream.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace meridian;
  constexpr std::array kProviders = {Provider::Bedrock,
                                     Provider::Vertex,
                                     Provider::Gemini,
                                     Provider::Anthropic,
                                     Provider::OpenAi,
                                     Provider::Azure,
                                     Provider::Compatible};
  constexpr std::array kStatuses = {302, 400, 401, 403, 404, 424, 429, 500, 529};
  constexpr WallTime kNow{std::chrono::seconds(1'764'000'000)};
  if (size == 0) {
    return 0;
  }
  const std::string_view text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  const auto end = std::min(text.find('\n'), text.size());
  const auto field = text.substr(0, end);
  const auto failure = classify_reply(
      kProviders[bytes[0] % kProviders.size()],
      kStatuses[bytes[0] / kProviders.size() % kStatuses.size()],
      [field](std::string_view) { return field; },
      text.substr(std::min(end + 1, text.size())),
      kNow);
  MERIDIAN_CHECK(!failure.message.empty() && failure.message.size() <= 1000);
  MERIDIAN_CHECK(failure.message.find_first_of("\r\n") == std::string::npos);
  MERIDIAN_CHECK(failure.code.size() <= 128 && failure.request_id.size() <= 128);
  if (failure.retry_after) {
    MERIDIAN_CHECK(*failure.retry_after >= Duration(0) &&
                   *failure.retry_after <= std::chrono::hours(1));
  }
  static_cast<void>(clock_skew(failure, field, kNow));
  return 0;
}
