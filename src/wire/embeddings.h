#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/failure.h"
#include "wire/codec.h"

namespace meridian {

// Embeddings: texts in, one vector each out. Clients ask in OpenAI's dialect; of providers each
// has a body of its own.
enum class EmbeddingForm : std::uint8_t {
  None,           // No model of that name embeds.
  OpenAi,         // Also Azure, and whatever resembles either.
  Titan,          // Amazon's, by InvokeModel: one text a call.
  Cohere,         // By InvokeModel.
  VertexPredict,  // Google's on Vertex.
  GeminiBatch,    // Google's developer API.
};

struct EmbeddingRequest {
  std::string model;               // What the client asked for.
  std::string input_json;          // As it came.
  std::vector<std::string> texts;  // What it holds; empty where it holds tokens.
  std::size_t size = 0;            // How many vectors that makes.
  std::optional<std::int64_t> dimensions;
  bool base64 = false;  // encoding_format: how the client wants each vector.
  // Every other top-level field, JSON by name, in the client's order: `input_type`, `user`, ...
  std::vector<std::pair<std::string, std::string>> other;
  friend bool operator==(const EmbeddingRequest&, const EmbeddingRequest&) = default;
};

// Vectors stay JSON text, digit for digit, until somebody wants them in base64.
struct EmbeddingReply {
  std::vector<std::string> vectors;    // JSON arrays of numbers.
  std::optional<std::int64_t> tokens;  // Of the input; nothing: the provider does not say.
  friend bool operator==(const EmbeddingReply&, const EmbeddingReply&) = default;
};

// Which of the texts a call takes.
struct EmbeddingSlice {
  std::size_t first = 0;
  std::size_t count = 0;
};

// How many texts a call may hold; more are asked for in several.
std::size_t embedding_texts_max(EmbeddingForm form, std::string_view model);

// The body of one call. Failure: BadRequest, for what the provider cannot express and may not be
// dropped.
Result<std::string> write_embedding_request(EmbeddingForm form,
                                            const EmbeddingRequest& request,
                                            EmbeddingSlice slice,
                                            const WriteRules& rules);

// Not for OpenAi, whose replies pass as they are. Failure: ServerError, when it is not a reply with
// that many vectors.
Result<EmbeddingReply> read_embedding_reply(EmbeddingForm form,
                                            std::string_view json,
                                            std::size_t vectors);

}  // namespace meridian
