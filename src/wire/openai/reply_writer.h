#pragma once

#include <string>

#include "wire/chat.h"

namespace meridian {

// A `chat.completion`. Thinking goes into `reasoning_content` and, where it carries a signature,
// into LiteLLM's `thinking_blocks`, which a client sends back so that the model knows its own
// thoughts.
std::string write_openai_reply(const ChatReply& reply);

}  // namespace meridian
