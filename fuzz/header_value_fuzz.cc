// Dates, durations and waits in a provider's headers: bounded whatever stands there, and a date
// that was taken is written and read back as the same second.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "providers/dates.h"
#include "providers/durations.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace meridian;
  constexpr WallTime kNow{std::chrono::seconds(1'764'000'000)};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto time : {parse_http_date(text), parse_rfc3339(text), parse_amz_date(text)}) {
    if (time) {
      const auto written = amz_date(*time);
      MERIDIAN_CHECK(parse_amz_date({written.data(), written.size()}) == time);
    }
  }
  if (const auto duration = parse_duration(text)) {
    MERIDIAN_CHECK(clamped_wait(*duration) <= std::chrono::hours(1));
  }
  // The first line is a header's name, the second its value.
  const auto name = text.substr(0, text.find('\n'));
  const auto value = text.substr(std::min(name.size() + 1, text.size()));
  const auto wait = retry_after(
      [name, value](std::string_view asked) { return asked == name ? value : std::string_view(); },
      kNow);
  MERIDIAN_CHECK(!wait || (*wait >= Duration(0) && *wait <= std::chrono::hours(1)));
  return 0;
}
