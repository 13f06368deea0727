#pragma once

#include <memory>

#include "wire/codec.h"

namespace meridian {

// chat.completion.chunk events. Thinking goes out as `reasoning_content`; when its signature comes,
// the whole block follows once as LiteLLM's `thinking_blocks`, ready to be sent back. With
// include_usage every chunk carries "usage":null and one without choices carries the counts, as at
// OpenAI.
std::unique_ptr<StreamWriter> make_openai_stream_writer(StreamStyle style);

}  // namespace meridian
