#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "regions/provider.h"

namespace meridian {

// What a provider is asked to do.
enum class CloudOperation : std::uint8_t {
  Converse,
  ConverseStream,
  Invoke,
  InvokeStream,
  BedrockCountTokens,
  Messages,
  MessagesCountTokens,
  RawPredict,
  StreamRawPredict,
  RawCountTokens,
  Generate,
  StreamGenerate,
  GeminiCountTokens,
  Chat,
  Responses,
  Completions,
  Embeddings,
  Predict,             // Vertex' embeddings.
  BatchEmbedContents,  // The developer API's.
  Models,
  GoogleToken,
  EntraToken,
  Sts,
  Unknown,
};

// As the log and the providers name it: "ConverseStream", "chat.completions".
std::string_view name_of(CloudOperation operation);

struct CloudRoute {
  CloudOperation operation = CloudOperation::Unknown;
  std::string model;  // From the path, decoded; empty where it stands in the body.
  std::string query;
};

// `target` without a place in front.
CloudRoute route_of(std::string_view method, std::string_view target, Provider provider);

}  // namespace meridian
