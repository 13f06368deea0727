#pragma once

#include "wire/embeddings.h"
#include "wire/json.h"

namespace meridian {

// Embedding models of Bedrock, asked by InvokeModel with their own bodies.

// amazon.titan-embed-text: one text. v1 has neither dimensions nor normalize.
Result<std::string> write_titan_embedding(const EmbeddingRequest& request,
                                          std::size_t text,
                                          const WriteRules& rules);
Result<EmbeddingReply> read_titan_embedding(JsonValue reply);

// cohere.embed: up to 96 texts. `input_type` is what Cohere demands and OpenAI's dialect does not
// have: "search_document" unless the client, or the file, says otherwise. Only v4 has dimensions.
Result<std::string> write_cohere_embeddings(const EmbeddingRequest& request,
                                            EmbeddingSlice slice,
                                            const WriteRules& rules);
Result<EmbeddingReply> read_cohere_embeddings(JsonValue reply);

}  // namespace meridian
