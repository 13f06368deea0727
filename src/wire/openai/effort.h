#pragma once

#include <string_view>

namespace meridian {

// `reasoning_effort` for Anthropic's `thinking`, by LiteLLM's thresholds for a budget of tokens.
// Empty: an adaptive model decides by itself, and "disabled" is what a model does that is not told
// anything.
std::string_view effort_of_thinking(std::string_view thinking_json);

}  // namespace meridian
