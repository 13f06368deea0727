#pragma once

#include <string>

#include "wire/codec.h"

namespace meridian {

// The body of Bedrock's Converse and ConverseStream (the same for both; the model is in the path).
// `rules.model` decides what may be asked of it: fields that only Claude, Nova or gpt-oss have go
// into additionalModelRequestFields, as do fields that nobody here knows.
Result<std::string> write_converse_request(const ChatRequest& request, const WriteRules& rules);

}  // namespace meridian
