#pragma once

#include <optional>
#include <string>

#include "wire/codec.h"

namespace meridian {

// A request that came in this dialect, for a model that completes text itself.
Result<std::string> write_completions_request(const ChatRequest& request, const WriteRules& rules);

// Whether the prompt can be a message of a conversation. Failure: BadRequest that says what to send
// instead of several prompts, or of token numbers.
std::optional<Failure> check_one_prompt(const ChatRequest& request);

}  // namespace meridian
