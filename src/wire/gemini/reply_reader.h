#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "wire/codec.h"
#include "wire/json.h"

namespace meridian {

// A GenerateContentResponse. Calls come without ids where the API has none (Vertex's v1): then they
// are made of the reply's own, "call_<responseId>_<n>", the same each time. Signatures: see
// signatures.h.
Result<ChatReply> read_gemini_reply(std::string_view json, const NameMap& names);

// For the reply and the stream.

// Gemini counts cached tokens into the prompt, and thoughts beside the answer; where prompt and
// answer alone are the total, into it (providers.md §4.4).
Usage read_gemini_usage(JsonValue usage);

// Only STOP and MAX_TOKENS end an answer that may be used. The rest, and what Google adds to it,
// says that something was withheld. `calls`: the model has called a tool, which ends with STOP too.
FinishReason gemini_finish_reason(std::string_view reason, bool calls);

// The model meant to call a tool and wrote something else: the answer is not there. Nothing where
// `reason` does not say that.
std::optional<Failure> gemini_broken_call(std::string_view reason);

// `part` has a functionCall; it is the n-th of the reply.
ToolCall read_gemini_call(JsonValue part,
                          std::string_view reply_id,
                          std::size_t n,
                          const NameMap& names);

// How likely a candidate's tokens were; empty where that was not asked for.
std::vector<TokenChance> read_gemini_chances(JsonValue candidate);

// The signature of a part that is no call, as a client carries it; empty where none.
std::string read_gemini_signature(JsonValue part);

// The failure in an object with `error`, which may stand in an array of one.
std::optional<Failure> read_gemini_error(JsonValue document);

}  // namespace meridian
