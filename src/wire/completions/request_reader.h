#pragma once

#include <string_view>

#include "base/failure.h"
#include "wire/chat.h"

namespace meridian {

// POST /v1/completions as a client sends it. One prompt becomes a user's message, as LiteLLM does
// it. Several, or prompts of token numbers, become an opaque message that only the same dialect can
// be written with.
Result<ChatRequest> read_completions_request(std::string_view json);

}  // namespace meridian
