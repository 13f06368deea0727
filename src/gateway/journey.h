#pragma once

#include <memory>

#include "gateway/ask.h"
#include "gateway/client_stream.h"
#include "gateway/exchange.h"
#include "transport/request.h"
#include "wire/chat.h"
#include "wire/embeddings.h"

namespace meridian {

// One request on its way through its attempts.
struct Journey {
  Worker& worker;
  Peer& client;
  Exchange& exchange;
  ClientStream& out;  // For answers in our own framing.
  Request& request;   // The client's, as it came; gone once content flows.
  const BodyFacts& facts;
  std::unique_ptr<ChatRequest> parsed;          // Of its body, once an attempt had to translate it.
  std::unique_ptr<EmbeddingRequest> embedding;  // Likewise.

  // Content is about to flow: no other deployment will be asked, so the request is not needed.
  void commit() {
    request.let_go();
    parsed.reset();
    embedding.reset();
  }
};

}  // namespace meridian
