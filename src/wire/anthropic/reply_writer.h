#pragma once

#include <string>
#include <string_view>

#include "wire/chat.h"
#include "wire/json_writer.h"

namespace meridian {

// A `message`. Opaque parts go out as they are: only Anthropic's own replies have any.
std::string write_anthropic_reply(const ChatReply& reply);

// The reply's id as Anthropic writes them: itself where it begins with "msg_", which it does from
// Anthropic, Vertex and InvokeModel; else with that before it.
std::string anthropic_message_id(std::string_view id);

// {"input_tokens":...}: what was neither read from a cache nor written to one counts as input.
void write_anthropic_usage(const Usage& usage, JsonWriter& json);

// `"stop_reason":...,"stop_sequence":...`, as members of an open object.
void write_anthropic_stop(FinishReason reason, std::string_view stop_sequence, JsonWriter& json);

}  // namespace meridian
