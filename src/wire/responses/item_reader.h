#pragma once

#include <vector>

#include "wire/chat.h"
#include "wire/complaints.h"
#include "wire/json.h"

namespace meridian {

// `input`: a string, or items. What one turn of the model consists of (reasoning, messages,
// function calls, one behind the other) becomes one message of the assistant's. Items that the
// internal model has no place for (hosted tools' calls) become opaque messages; so do parts. Files
// and audio become parts as OpenAI's chat has them, where it has them.
void read_responses_input(JsonValue value, std::vector<Message>& to, Complaints& complaints);

// The model's own items in a response's `output`, which `parts` gets in their order.
void read_responses_output(JsonValue output, std::vector<Part>& parts, Complaints& complaints);

}  // namespace meridian
