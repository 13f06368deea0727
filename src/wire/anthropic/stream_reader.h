#pragma once

#include <memory>

#include "wire/codec.h"

namespace meridian {

// Anthropic's server-sent events, also from Vertex. `id` stands in where message_start has none.
std::unique_ptr<StreamReader> make_anthropic_stream_reader(std::string_view id, NameMap names);

}  // namespace meridian
