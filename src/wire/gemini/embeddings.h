#pragma once

#include "wire/embeddings.h"
#include "wire/json.h"

namespace meridian {

// Google's embedding models: `predict` on Vertex, `batchEmbedContents` at the developer API.

Result<std::string> write_vertex_embeddings(const EmbeddingRequest& request,
                                            EmbeddingSlice slice,
                                            const WriteRules& rules);
Result<EmbeddingReply> read_vertex_embeddings(JsonValue reply);

Result<std::string> write_gemini_embeddings(const EmbeddingRequest& request,
                                            EmbeddingSlice slice,
                                            const WriteRules& rules);
Result<EmbeddingReply> read_gemini_embeddings(JsonValue reply);

}  // namespace meridian
