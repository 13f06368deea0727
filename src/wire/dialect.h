#pragma once

#include <cstdint>

namespace meridian {

// A protocol in which a conversation with a model is written. Clients speak OpenAiChat (and later
// others); providers speak any.
enum class Dialect : std::uint8_t {
  OpenAiChat,
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
