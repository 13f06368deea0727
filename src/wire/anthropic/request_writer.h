#pragma once

#include <string>

#include "wire/codec.h"

namespace meridian {

// The Messages body, for Anthropic itself and, with `rules.anthropic_version`, for Vertex and
// InvokeModel. `rules.model` decides what may be asked (model_rules.h).
Result<std::string> write_anthropic_request(const ChatRequest& request, const WriteRules& rules);

}  // namespace meridian
