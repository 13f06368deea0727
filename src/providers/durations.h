#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"
#include "providers/header_lookup.h"

namespace meridian {

// "6m0s", "120ms", "1.5s": a sum of numbers with units h, m, s, ms, us. Nothing: something else.
std::optional<Duration> parse_duration(std::string_view text);

// How long a provider asks us to stay away, from whichever of these a reply has: retry-after-ms,
// x-amz-retry-after (ms), retry-after (seconds or a date), else the reset of a limit that is used
// up (OpenAI's and Anthropic's headers). At least 0, at most an hour; nonsense is as if not sent.
std::optional<Duration> retry_after(const HeaderLookup& header, WallTime now);

// The same bounds for a wait that came another way.
Duration clamped_wait(Duration wait);

}  // namespace meridian
