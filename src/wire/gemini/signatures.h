#pragma once

#include <string>
#include <string_view>

namespace meridian {

// Gemini signs its thoughts: a part carries an opaque `thoughtSignature`, and Gemini 3 answers 400
// where a function call comes back without the one it had (providers.md §4.4). OpenAI's dialect has
// no field for it, so it travels in what every client sends back untouched:
//
// - of a function call, at the end of the call's id: "<id>__thought__<signature>". LiteLLM and
//   agentgateway write the same, so that a conversation may come here in the middle.
// - of a text, as a thinking block of its own ("thinking_blocks", as LiteLLM's clients know them),
//   with this mark before it. Claude signs thinking blocks too, and neither takes the other's
//   signature: without the mark a conversation that moved from one to the other would be refused.
//   The mark's ':' is in no base64.
inline constexpr std::string_view kGeminiSigned = "gemini:";

// The id as the client gets it; itself where nothing is signed.
std::string signed_call_id(std::string id, std::string_view signature);

// What signed_call_id put behind an id; empty where nothing.
std::string_view signature_of_call(std::string_view id);

}  // namespace meridian
