#pragma once

#include <string_view>

#include "wire/codec.h"
#include "wire/json.h"

namespace meridian {

// Converse gives its replies no id: the caller puts one in (x-amzn-requestid).
Result<ChatReply> read_converse_reply(std::string_view json, const NameMap& names);

// For the reply and the stream. Counts exclude cached tokens, unless their own total says that they
// include them (models of other vendors on Bedrock): then the cached ones are taken out.
Usage read_converse_usage(JsonValue usage);

FinishReason converse_finish_reason(std::string_view reason);

}  // namespace meridian
