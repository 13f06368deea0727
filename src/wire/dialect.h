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

}  // namespace meridian
