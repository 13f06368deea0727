#pragma once

#include <memory>

#include "wire/codec.h"

namespace meridian {

// chat.completion.chunk events, with the deviations of servers that only look like OpenAI. The
// terminal event is [DONE], or a closed connection after a finish_reason.
std::unique_ptr<StreamReader> make_openai_stream_reader(std::string_view id, NameMap names);

}  // namespace meridian
