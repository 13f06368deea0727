#include "providers/durations.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <string>

#include "providers/dates.h"

namespace meridian {
namespace {

constexpr Duration kWaitMax = std::chrono::hours(1);
constexpr double kSecondsMax = 1e9;  // So that no product below overflows.

// A plain decimal number at the front, taken off the text. Nothing: none, or not a sane one.
std::optional<double> take_number(std::string_view& text) {
  const auto number = text.substr(0, text.find_first_not_of("0123456789."));
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc() || end != number.data() + number.size() || value > kSecondsMax) {
    return std::nullopt;
  }
  text.remove_prefix(number.size());
  return value;
}

Duration seconds_of(double seconds) {
  return Duration(static_cast<std::int64_t>(seconds * 1e6));
}

std::optional<Duration> take_unit(std::string_view& text, double value) {
  struct Unit {
    std::string_view name;
    double seconds;
  };

  // "ms" before "m".
  constexpr std::array<Unit, 5> kUnits = {
      {{"ms", 1e-3}, {"us", 1e-6}, {"h", 3600}, {"m", 60}, {"s", 1}}};
  for (const auto& unit : kUnits) {
    if (text.starts_with(unit.name)) {
      text.remove_prefix(unit.name.size());
      return seconds_of(std::min(value * unit.seconds, kSecondsMax));
    }
  }
  return std::nullopt;
}

std::optional<Duration> number_of(std::string_view text, double seconds_each) {
  const auto value = take_number(text);
  return value && text.empty() ? std::optional(seconds_of(*value * seconds_each)) : std::nullopt;
}

std::optional<Duration> until(std::optional<WallTime> date, WallTime now) {
  return date ? std::optional<Duration>(std::clamp<std::chrono::seconds>(
                    *date - now, std::chrono::seconds(0), std::chrono::hours(2)))
              : std::nullopt;
}

std::optional<Duration> stated(const HeaderLookup& header, WallTime now) {
  if (const auto wait = number_of(header("retry-after-ms"), 1e-3)) {
    return wait;
  }
  if (const auto wait = number_of(header("x-amz-retry-after"), 1e-3)) {
    return wait;
  }
  const auto text = header("retry-after");
  if (const auto wait = number_of(text, 1)) {
    return wait;
  }
  return until(parse_http_date(text), now);
}

// The longest reset among the limits of which nothing is left.
std::optional<Duration> used_up(const HeaderLookup& header, WallTime now) {
  std::optional<Duration> longest;
  for (const std::string_view what : {"requests", "tokens", "input-tokens", "output-tokens"}) {
    const auto name = std::string(what);
    std::optional<Duration> reset;
    if (header("x-ratelimit-remaining-" + name) == "0") {
      reset = parse_duration(header("x-ratelimit-reset-" + name));
    }
    if (header("anthropic-ratelimit-" + name + "-remaining") == "0") {
      reset = until(parse_rfc3339(header("anthropic-ratelimit-" + name + "-reset")), now);
    }
    if (reset) {
      longest = std::max(longest.value_or(Duration(0)), *reset);
    }
  }
  return longest;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  if (text.empty() || text.size() > 64) {
    return std::nullopt;
  }
  Duration sum{};
  while (!text.empty()) {
    const auto value = take_number(text);
    const auto part = value ? take_unit(text, *value) : std::nullopt;
    if (!part) {
      return std::nullopt;
    }
    sum += *part;
  }
  return sum;
}

Duration clamped_wait(Duration wait) {
  return std::clamp(wait, Duration(0), kWaitMax);
}

std::optional<Duration> retry_after(const HeaderLookup& header, WallTime now) {
  auto wait = stated(header, now);
  if (!wait) {
    wait = used_up(header, now);
  }
  return wait ? std::optional(clamped_wait(*wait)) : std::nullopt;
}

}  // namespace meridian
