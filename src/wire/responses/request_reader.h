#pragma once

#include <string_view>

#include "base/failure.h"
#include "wire/chat.h"

namespace meridian {

// POST /v1/responses as a client sends it. `instructions` become the first message. What the
// internal model has no place for is kept as JSON: unknown top-level fields in `other`, and of
// `text` and `reasoning` what is there beside the format and the effort; unknown tools and items as
// opaque ones. What would need stored responses is refused.
Result<ChatRequest> read_responses_request(std::string_view json);

}  // namespace meridian
