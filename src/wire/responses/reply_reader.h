#pragma once

#include <string_view>

#include "wire/codec.h"
#include "wire/json.h"

namespace meridian {

// A response object. Items of hosted tools are passed over. Failure: one whose status is "failed".
Result<ChatReply> read_responses_reply(std::string_view json, const NameMap& names = {});

// OpenAI counts cached tokens among the input's; here they stand apart.
Usage read_responses_usage(JsonValue usage);

// Of a response whose status is "completed" or "incomplete".
FinishReason read_responses_finish(JsonValue response);

// `error` of a response or of an event.
Failure read_responses_error(JsonValue error);

}  // namespace meridian
