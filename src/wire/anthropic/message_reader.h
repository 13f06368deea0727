#pragma once

#include <optional>

#include "wire/chat.h"
#include "wire/complaints.h"
#include "wire/json.h"

namespace meridian {

// One of a Messages request's `messages`. `to` has to be empty. Blocks that the internal model has
// no place for (documents, search results, server tools), and known blocks with a member that it
// has no place for, become opaque parts. A `cache_control` inside a tool result's content moves
// behind the result: the prefix that is cached ends there then, a little later.
void read_anthropic_message(JsonValue value, Message& to, Complaints& complaints);

// `system`: a string or an array of text blocks. `to` has to be empty.
void read_anthropic_system(JsonValue value, Message& to, Complaints& complaints);

// A block's or a tool's `cache_control`. Of its members only `ttl` is kept.
std::optional<CachePoint> anthropic_cache_point(JsonValue owner);

}  // namespace meridian
