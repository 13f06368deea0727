#pragma once

#include <cstdint>

namespace meridian {

// What a client wants of a model. In which dialect it says so is another matter. Everything on the
// way (keys, residency, plan, attempts, health, metrics) is the same for all of them.
enum class Operation : std::uint8_t {
  Chat,
  CountTokens,  // How long a prompt is. No model runs, and nothing is billed.
  Embeddings,
};

}  // namespace meridian
