#pragma once

#include <memory>

#include "wire/codec.h"

namespace meridian {

// streamGenerateContent?alt=sse: events of GenerateContentResponse and no last one. The stream is
// whole when a finishReason has been seen, or that the prompt was blocked. `id` stands in where no
// event has a responseId.
std::unique_ptr<StreamReader> make_gemini_stream_reader(std::string_view id, NameMap names);

}  // namespace meridian
