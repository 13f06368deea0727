#pragma once

#include <compare>
#include <cstdint>

namespace meridian {

// A millionth of a US dollar. Whole numbers, so that sums of many small prices stay exact.
struct MicroDollars {
  std::int64_t value = 0;

  friend auto operator<=>(const MicroDollars&, const MicroDollars&) = default;

  friend constexpr MicroDollars operator+(MicroDollars a, MicroDollars b) {
    return {a.value + b.value};
  }

  friend constexpr MicroDollars operator-(MicroDollars a, MicroDollars b) {
    return {a.value - b.value};
  }
};

}  // namespace meridian
