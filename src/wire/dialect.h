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

// How the events of a provider's stream are carried.
enum class Framing : std::uint8_t {
  Own,            // As the dialect has it: SSE, or Converse's event stream.
  BedrockChunks,  // Bedrock's InvokeModel: the model's own events inside an AWS event stream.
};

}  // namespace meridian
