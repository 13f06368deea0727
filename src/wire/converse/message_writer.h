#pragma once

#include <optional>

#include "base/failure.h"
#include "wire/chat.h"
#include "wire/json_writer.h"

namespace meridian {

// One block of a turn. `prefill`: blanks at the end of a text are left out. BadRequest when
// Converse has no such block.
std::optional<Failure> write_converse_part(const Part& part, bool prefill, JsonWriter& json);

// One block of `system`. Anything but text and cache points is left out: `system` has no place for
// it.
void write_converse_system(const Part& part, JsonWriter& json);

void write_converse_cache_point(const CachePoint& cache, JsonWriter& json);

}  // namespace meridian
