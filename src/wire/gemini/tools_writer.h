#pragma once

#include <string>

#include "wire/chat.h"
#include "wire/json_writer.h"
#include "wire/unsupported.h"

namespace meridian {

// The members `tools` and `toolConfig`, for a request that has tools. `choice_json` is a
// `tool_choice` that the internal model does not know, null where there is none; true when it is
// OpenAI's choice among some of the tools, and is written.
bool write_gemini_tools(const ChatRequest& request,
                        const std::string* choice_json,
                        Unsupported& unsupported,
                        JsonWriter& json);

}  // namespace meridian
