#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/failure.h"
#include "wire/chat.h"

namespace meridian {

// Counting a prompt's tokens. Clients ask in Anthropic's dialect, with a chat request that lacks
// what only an answer needs; providers are asked with the chat request that they would be sent,
// put into one of these forms.
enum class CountForm : std::uint8_t {
  None,             // The provider cannot count: see estimate_tokens.
  Anthropic,        // The request's own fields, less those of the answer. Also on Vertex.
  BedrockConverse,  // {"input":{"converse":{...}}}
  BedrockInvoke,    // {"input":{"invokeModel":{"body":"<base64>"}}}
  Gemini,           // {"generateContentRequest":{"model":"models/...",...}}
  VertexGemini,     // The request's fields, as far as countTokens has them.
};

// Of a request as write_request made it for a chat. `model` is the provider's own name.
std::string count_body(CountForm form, std::string_view chat_body, std::string_view model);

// Failure: ServerError, when the reply holds no count.
Result<std::int64_t> read_count_reply(CountForm form, std::string_view json);

// In Anthropic's dialect: {"input_tokens":7}.
std::string write_count_reply(std::int64_t tokens);

// A guess, where nobody can be asked: four bytes of English a token, about one character of other
// scripts, and what images usually take. Within a third or so for prose.
std::int64_t estimate_tokens(const ChatRequest& request);

// The same of plain text.
std::int64_t estimate_tokens(std::string_view text);

}  // namespace meridian
