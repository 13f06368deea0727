#pragma once

#include <string_view>

#include "base/failure.h"
#include "wire/chat.h"

namespace meridian {

// A message that came in `from`, another dialect, as chat or the Responses API (`to`) can carry it:
// tools' names fit OpenAI's alphabet, cache points are left out (OpenAI caches by itself),
// documents that are text become text, and what is said about one stands before it. Failure:
// BadRequest for what only its own dialect can carry; content is never dropped.
Result<Message> as_openai(const Message& message,
                          Dialect from,
                          Dialect to,
                          std::string_view provider_name);

}  // namespace meridian
