#pragma once

#include <functional>
#include <string>

#include "gateway/attempt.h"

namespace meridian {

// Answers with this text as a model would, whole or as a stream, and calls nobody: what
// `mock_response` asks for, in the file or in a request. `on_content` as in Reply.
Awaitable<AttemptEnd> answer_with(Journey& journey,
                                  std::string text,
                                  const std::function<void()>& on_content);

}  // namespace meridian
