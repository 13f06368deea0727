#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "config/tree.h"

namespace meridian {

// A file larger or deeper than any that a person wrote is refused before it costs anything. Aliases
// are copied, so the bound on nodes also stops "a billion laughs".
inline constexpr std::size_t kConfigBytesMax = std::size_t{8} << 20;
inline constexpr std::size_t kConfigNodesMax = 400'000;
inline constexpr int kConfigDepthMax = 64;

struct YamlTrouble {
  YamlMark at;
  std::string problem;
  std::string hint;
};

// Reads one document. The message names no content of the file: it could be a secret. Throws
// nothing.
std::expected<Yaml, YamlTrouble> read_yaml(std::string_view text, std::uint16_t file);

}  // namespace meridian
