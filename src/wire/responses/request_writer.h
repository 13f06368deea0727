#pragma once

#include <string>

#include "wire/codec.h"

namespace meridian {

// A request that came in this dialect, for OpenAI or Azure; what it is made of besides the messages
// comes out as `read_responses_request` read it. Failure: 501 for a request of another dialect.
Result<std::string> write_responses_request(const ChatRequest& request, const WriteRules& rules);

// What a response repeats of its request, as the members of an object: "tools", "temperature", ...
std::string echo_of_responses_request(const ChatRequest& request);

}  // namespace meridian
