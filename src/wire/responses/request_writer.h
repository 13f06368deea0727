#pragma once

#include <string>

#include "wire/codec.h"

namespace meridian {

// For OpenAI or Azure. What a request that came in this dialect is made of besides the messages
// comes out as `read_responses_request` read it. One of another dialect is translated: for models
// that have this API alone.
Result<std::string> write_responses_request(const ChatRequest& request, const WriteRules& rules);

// What a response repeats of its request, as the members of an object: "tools", "temperature", ...
std::string echo_of_responses_request(const ChatRequest& request);

}  // namespace meridian
