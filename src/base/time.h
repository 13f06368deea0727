#pragma once

#include <chrono>

namespace meridian {

// The core never reads a clock; it is told the time. Only transport and main() own a real one.
using Duration = std::chrono::microseconds;
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

// The date, for protocols that need it (signatures, tokens, Retry-After dates). Never for limits:
// it jumps.
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::seconds>;

// For weights, scores and messages, where a fraction of a millisecond matters and a unit must show.
constexpr double to_ms(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

}  // namespace meridian
