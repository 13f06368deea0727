#pragma once

#include <string_view>

#include "wire/codec.h"
#include "wire/json.h"

namespace meridian {

// The first choice: a request that asks for several is not translated.
Result<ChatReply> read_openai_reply(std::string_view json, const NameMap& names);

// OpenAI counts cached tokens among the prompt's; here they stand apart.
Usage read_openai_usage(JsonValue usage);

FinishReason read_openai_finish_reason(std::string_view reason);

// `error` of a body or of an event: an object, or with some servers a string.
Failure read_openai_error(JsonValue error);

}  // namespace meridian
