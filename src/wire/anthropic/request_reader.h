#pragma once

#include <string_view>

#include "base/failure.h"
#include "base/operation.h"
#include "wire/chat.h"

namespace meridian {

// POST /v1/messages as a client sends it. What the internal model has no place for is kept as JSON:
// unknown top-level fields in `other`, server tools and unknown blocks as opaque ones, a custom
// tool's further members in its `other`. `system` becomes the first message. Of `metadata` only
// `user_id` goes on: Anthropic knows no other member, the gateway reads its own (tags) by `peek`.
// `anthropic_version`, which Vertex's and Bedrock's clients put into the body, ends here: which
// version goes upstream is a fact of the deployment.
//
// A request to count tokens is the same without `max_tokens`. Failure: BadRequest with a sentence
// that names the field.
Result<ChatRequest> read_anthropic_request(std::string_view json,
                                           Operation operation = Operation::Chat);

}  // namespace meridian
