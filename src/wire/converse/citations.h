#pragma once

#include <optional>

#include "wire/chat.h"
#include "wire/json.h"

namespace meridian {

// One of `citationsContent`, or of a stream's delta. Nothing: it does not say where.
std::optional<Citation> read_converse_citation(JsonValue citation);

}  // namespace meridian
