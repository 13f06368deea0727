#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace meridian {

// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b` (optimal
// string alignment). Meant for names: quadratic in their lengths.
std::size_t text_distance(std::string_view a, std::string_view b);

// The name closest to `given`, when it is within `distance_max`; the first of equals.
std::optional<std::string_view> nearest(std::string_view given,
                                        std::span<const std::string_view> names,
                                        std::size_t distance_max = 2);

}  // namespace meridian
