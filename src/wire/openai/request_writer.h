#pragma once

#include <string>

#include "wire/codec.h"

namespace meridian {

// For OpenAI, Azure OpenAI and every server that speaks like them. Nothing of an OpenAI request is
// refused; thinking that another vendor signed is left out, because only that vendor can read it.
Result<std::string> write_openai_request(const ChatRequest& request, const WriteRules& rules);

}  // namespace meridian
