#pragma once

#include <string>
#include <string_view>

#include "wire/chat.h"
#include "wire/json_writer.h"

namespace meridian {

// A message of a request as items of `input`, for OpenAI itself. Left out is what OpenAI would
// refuse: what others have signed, thoughts without a signature, cache points.
void write_responses_items(const Message& message, JsonWriter& json);

// The items of a reply. `status` is "in_progress", "completed" or "incomplete".

struct ItemPlace {
  std::string id;  // "msg_...", "rs_...", "fc_...".
  std::string_view status;
};

// {"type":"output_text",...}, or a refusal.
void write_output_part(const TextPart& part, JsonWriter& json);

// `part` null: the message has no content yet.
void write_output_message(const ItemPlace& place, const TextPart* part, JsonWriter& json);
void write_output_call(const ItemPlace& place, const ToolCall& call, JsonWriter& json);
void write_output_reasoning(const ItemPlace& place, const ThinkingPart& part, JsonWriter& json);

}  // namespace meridian
