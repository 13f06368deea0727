#pragma once

#include <cstdint>
#include <string_view>

namespace meridian {

// Whose rules a deployment follows: where it may process, how it is spoken to, how its replies are
// classified. `Compatible` is any server that speaks OpenAI's protocol at an `api_base`.
enum class Provider : std::uint8_t {
  Bedrock,
  Vertex,
  Gemini,
  Anthropic,
  OpenAi,
  Azure,
  Compatible,
};

constexpr std::string_view name_of(Provider provider) {
  switch (provider) {
    case Provider::Bedrock:
      return "bedrock";
    case Provider::Vertex:
      return "vertex_ai";
    case Provider::Gemini:
      return "gemini";
    case Provider::Anthropic:
      return "anthropic";
    case Provider::OpenAi:
      return "openai";
    case Provider::Azure:
      return "azure";
    case Provider::Compatible:
      return "openai-compatible";
  }
  return "";
}

}  // namespace meridian
