#pragma once

#include <span>
#include <string_view>

#include "pricing/price_list.h"

namespace meridian {

// Whether `text` only tells one release of a model from another: "", "-20241022-v2:0", "@20241022",
// "-2024-08-06", "-latest", "-001", "-preview-09-2025", ":0:200k". Not "-mini", and not "-5", which
// makes another model of claude-sonnet-4.
bool is_release(std::string_view text);

// The row with the longest stem that `model` is a release of; null = none. Dots and dashes are the
// same (Azure's names have no dots), case does not matter.
const PriceRow* find_price(std::span<const PriceRow> rows, std::string_view model);

}  // namespace meridian
