#pragma once

#include <string_view>

#include "wire/codec.h"
#include "wire/json.h"

namespace meridian {

Result<ChatReply> read_anthropic_reply(std::string_view json, const NameMap& names);

// Puts the counts that are there into `to` and leaves the others: in a stream each report is
// cumulative, and need not repeat what an earlier one said.
void read_anthropic_usage(JsonValue usage, Usage& to);

FinishReason anthropic_finish_reason(std::string_view reason);

}  // namespace meridian
