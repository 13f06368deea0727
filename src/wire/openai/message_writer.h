#pragma once

#include <span>

#include "wire/chat.h"
#include "wire/json_writer.h"

namespace meridian {

// One message of a request; several where OpenAI needs more than one for it (a user's message with
// tool results in it, as Anthropic has them).
void write_openai_message(const Message& message, JsonWriter& json);

// `"tool_calls":[...]`, when there are any.
void write_openai_tool_calls(std::span<const Part> parts, JsonWriter& json);

// `"thinking_blocks":[...]` as LiteLLM has them: everything needed to send the thinking back.
void write_thinking_blocks(std::span<const Part> parts, JsonWriter& json);

// {"prompt_tokens":...}
void write_openai_usage(const Usage& usage, JsonWriter& json);

std::string_view openai_finish_reason(FinishReason reason);

}  // namespace meridian
