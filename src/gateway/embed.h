#pragma once

#include "gateway/relay.h"
#include "wire/embeddings.h"

namespace meridian {

// What calls have brought so far, of embeddings from a provider that has a body of its own: as many
// calls, one after another, as its limit on texts makes necessary.
struct GatheredEmbeddings {
  EmbeddingReply reply;
  bool estimated = false;  // A call did not say how many tokens it took.
  bool whole = false;      // Nothing is left to be asked.
};

// Takes one call's reply; the last one's answers the client. Until then AttemptEnd::Answered means
// that this call has.
Awaitable<AttemptEnd> gather_embeddings(Reply& reply,
                                        EmbeddingForm form,
                                        EmbeddingSlice slice,
                                        GatheredEmbeddings& gathered);

}  // namespace meridian
