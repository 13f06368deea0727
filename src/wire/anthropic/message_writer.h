#pragma once

#include <optional>
#include <string_view>

#include "base/failure.h"
#include "wire/chat.h"
#include "wire/json_writer.h"

namespace meridian {

struct PartStyle {
  bool prefill = false;                // Blanks at the end of a text are left out.
  bool urls = true;                    // Vertex and Bedrock fetch nothing.
  Dialect from = Dialect::OpenAiChat;  // What opaque parts are written in.
  std::string_view provider_name;      // For messages.
};

// One content block. `cache`, when there is one, becomes its `cache_control`.
std::optional<Failure> write_anthropic_part(const Part& part,
                                            const CachePoint* cache,
                                            const PartStyle& style,
                                            JsonWriter& json);

void write_cache_control(const CachePoint* cache, JsonWriter& json);

}  // namespace meridian
