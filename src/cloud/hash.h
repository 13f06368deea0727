#pragma once

#include <cstdint>
#include <string_view>

namespace meridian {

// FNV-1a, 64 bits, from `start` on: what is drawn for a request has to be the same on every
// machine, which std::hash does not promise.
constexpr std::uint64_t hash_of(std::string_view text, std::uint64_t start = 0xcbf29ce484222325U) {
  for (const char c : text) {
    start = (start ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  }
  return start;
}

}  // namespace meridian
