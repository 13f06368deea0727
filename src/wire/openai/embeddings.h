#pragma once

#include "wire/embeddings.h"

namespace meridian {

// POST /embeddings: the client's dialect, and that of OpenAI, Azure and their like, whose replies
// pass as they are.
// Failure: BadRequest with a sentence that names the field, for the client.
Result<EmbeddingRequest> read_openai_embeddings(std::string_view json);

// With the deployment's model in place of the client's. The whole input: OpenAI takes 2048 items.
std::string write_openai_embeddings(const EmbeddingRequest& request, const WriteRules& rules);

// The answer to a client, under the name that it asked for.
std::string write_openai_embeddings_reply(const EmbeddingReply& reply,
                                          std::string_view model,
                                          bool base64);

}  // namespace meridian
