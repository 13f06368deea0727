#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace meridian {

// Dates as protocols write them. Whole seconds; fractions are cut off. Nothing: not such a date.

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 IMF-fixdate; the two older forms are no longer sent).
std::optional<WallTime> parse_http_date(std::string_view text);

// "2026-11-25T19:12:00Z", with a fraction or an offset (RFC 3339; AWS and Anthropic send it).
std::optional<WallTime> parse_rfc3339(std::string_view text);

// "20150830T123600Z" and back (x-amz-date). The first eight are the day of a credential scope.
std::array<char, 16> amz_date(WallTime time);
std::optional<WallTime> parse_amz_date(std::string_view text);

}  // namespace meridian
