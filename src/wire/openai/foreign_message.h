#pragma once

#include "base/failure.h"
#include "wire/chat.h"

namespace meridian {

// A message that came in `from`, another dialect, as OpenAI can carry it: tools' names fit its
// alphabet, cache points are left out (OpenAI caches by itself). Failure: BadRequest for what only
// its own dialect can carry; content is never dropped.
Result<Message> as_openai(const Message& message, Dialect from);

}  // namespace meridian
