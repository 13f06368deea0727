#pragma once

#include <string>
#include <string_view>

#include "wire/chat.h"
#include "wire/json.h"

namespace meridian {

// Reasoning items. A thought's text is their summary; what proves it to the model that thought it
// is `encrypted_content`, which clients send back untouched:
//
// - What Claude or Gemini signed, or Claude redacted, goes there with a mark of ours in front, so
//   that it comes back as what it was.
// - What OpenAI itself encrypted comes without one. The whole item is then the signature, with this
//   mark before it: it can be written to OpenAI again byte for byte, and nobody else is sent it.
//   The mark's ':' is in no base64.
inline constexpr std::string_view kOpenAiSigned = "openai:";

// How our own marks begin: a body that holds it carries thoughts that OpenAI cannot read.
inline constexpr std::string_view kSealed = "meridian:";

// For `encrypted_content`; empty where nothing proves the thought.
std::string seal(const ThinkingPart& part);

// An item of type "reasoning".
ThinkingPart read_reasoning(JsonValue item);

}  // namespace meridian
