#pragma once

#include <vector>

#include "wire/chat.h"
#include "wire/json_writer.h"

namespace meridian {

// A choice's `logprobs`: null where nobody asked for any.
void write_chances(const std::vector<TokenChance>& chances, JsonWriter& json);

}  // namespace meridian
