#pragma once

#include <string_view>

#include "base/failure.h"
#include "wire/chat.h"

namespace meridian {

// POST /v1/chat/completions as a client sends it. What the internal model has no place for is kept
// as JSON: unknown top-level fields in `other`, unknown tools, parts and old-style messages as
// opaque ones. Fields that are meant for the gateway itself (num_retries, fallbacks, ...; `peek`
// reads them) end here.
Result<ChatRequest> read_openai_request(std::string_view json);

}  // namespace meridian
