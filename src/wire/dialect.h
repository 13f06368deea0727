#pragma once

#include <cstdint>

namespace meridian {

// A protocol in which a conversation with a model is written. Clients speak OpenAI's and
// Anthropic's; providers speak any.
enum class Dialect : std::uint8_t {
  OpenAiChat,
  OpenAiResponses,    // POST /v1/responses.
  OpenAiCompletions,  // POST /v1/completions: a prompt instead of messages.
  AnthropicMessages,  // Direct, and on Vertex and in Bedrock's InvokeModel with small differences.
  BedrockConverse,
  Gemini,
};

}  // namespace meridian
