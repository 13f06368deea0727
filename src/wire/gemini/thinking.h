#pragma once

#include <string>
#include <string_view>

#include "wire/chat.h"
#include "wire/unsupported.h"

namespace meridian {

// How a Gemini model is told to think, by its name: 2.5 takes a number of tokens, 3 and later a
// level, and neither takes both. A name without a number ("gemini-flash-latest") is the newest.
enum class GeminiThinking : std::uint8_t { None, Budget, Level };

GeminiThinking gemini_thinking(std::string_view model);

// The value of `thinkingConfig`; empty where the client asks for nothing.
std::string gemini_thinking_config(const ChatRequest& request,
                                   std::string_view model,
                                   Unsupported& unsupported);

}  // namespace meridian
