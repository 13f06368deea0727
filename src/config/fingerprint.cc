#include "config/fingerprint.h"

#include <fmt/format.h>

namespace meridian {

std::uint64_t fingerprint(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3ULL;
  }
  // FNV alone can be run backwards from its value for short texts; the mixer spreads each bit, and
  // callers keep only a part of the digits.
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9ULL;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebULL;
  return hash ^ (hash >> 31);
}

std::string fingerprint_text(std::string_view text, int digits) {
  return fmt::format("{:016x}", fingerprint(text)).substr(0, static_cast<std::size_t>(digits));
}

}  // namespace meridian
