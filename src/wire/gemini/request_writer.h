#pragma once

#include <string>

#include "wire/codec.h"

namespace meridian {

// The body of generateContent and streamGenerateContent (the same for both; model and streaming are
// in the path), for the Gemini API (v1beta) and Vertex AI (v1): only what both have is written by
// itself. `rules.model` decides what may be asked of it.
Result<std::string> write_gemini_request(const ChatRequest& request, const WriteRules& rules);

}  // namespace meridian
