#pragma once

#include <string>
#include <string_view>

#include "wire/chat.h"
#include "wire/json_writer.h"
#include "wire/unsupported.h"

namespace meridian {

// The top-level fields that the internal model does not know, of a request that came in another
// dialect. What the Responses API has under the same name goes on, and so does what nobody knows:
// it may be the server's own. `store` is false unless the client says otherwise: chat's default.
void write_foreign_fields(const ChatRequest& request, Unsupported& unsupported, JsonWriter& json);

// `text.verbosity` as JSON, where the request has chat's `verbosity`; else empty.
std::string_view verbosity_of(const ChatRequest& request);

}  // namespace meridian
