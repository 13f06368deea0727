#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "base/failure.h"
#include "gateway/journey.h"
#include "providers/upstream.h"
#include "routing/pursuit.h"
#include "transport/gather.h"
#include "wire/tool_names.h"

namespace meridian {

// A request as it will leave: pieces that lie in different places, and what they need kept. Stays
// where it is once written.
struct Letter {
  Gather message;
  Outgoing written;  // When translated.
  NameMap names;
  std::string model;  // Quoted, where a wildcard made it.
  std::array<char, 24> length{};
  std::size_t bytes = 0;
  bool translated = false;
  // Of embeddings that take several calls: which this one is for. `first` is the caller's to set.
  EmbeddingSlice slice;
};

// Whether the client's own bytes can go to this deployment.
bool passes_through(const Journey& journey, const Upstream& upstream);

// Reads the client's body, unless an attempt has done so before.
Result<bool> parse_conversation(Journey& journey);

// Writes the request for the deployment of `step`. Failure: this provider cannot express it, or
// there is no credential. Needs nothing of the worker's loop, so that a large body can be written
// on another thread.
Result<bool> write_letter(Journey& journey, const Step& step, Letter& letter);

// Whether the deployment is asked with the key that the client brought.
bool uses_client_key(const Exchange& exchange, DeploymentId id);

}  // namespace meridian
