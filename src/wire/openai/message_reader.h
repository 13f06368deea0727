#pragma once

#include <vector>

#include "wire/chat.h"
#include "wire/complaints.h"
#include "wire/json.h"

namespace meridian {

// One of `messages`. `to` has to be empty.
void read_openai_message(JsonValue value, Message& to, Complaints& complaints);

// The parts of an assistant's message, in a request or in a reply: thinking, text, refusal, tool
// calls.
void read_openai_assistant(JsonValue value, std::vector<Part>& to, Complaints& complaints);

}  // namespace meridian
