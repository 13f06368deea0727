// A Google credential file, and the token server's answer.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "providers/google/token.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace meridian;
  constexpr WallTime kNow{std::chrono::seconds(1'764'000'000)};
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  if (const auto file = read_google_file(text)) {
    if (const auto errand = token_errand(*file, kNow)) {
      const auto& host = errand->address.host;
      MERIDIAN_CHECK(host.ends_with("googleapis.com") || is_loopback(host));
    }
  }
  const ErrandResult reply{.done = true, .status = 200, .text = std::string(text)};
  static_cast<void>(token_retry_helps(reply));
  if (const auto lease = read_token_reply(reply, kNow)) {
    const auto ends = lease->ends.value_or(kNow);
    MERIDIAN_CHECK(ends > kNow && ends <= kNow + std::chrono::hours(24));
  }
  return 0;
}
