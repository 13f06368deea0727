#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace meridian {

// FNV-1a, 64 bits, finished by splitmix64's mixer: the same on every machine, for telling texts
// apart. Not against an adversary.
std::uint64_t fingerprint(std::string_view text);

// The first `digits` hex digits of it.
std::string fingerprint_text(std::string_view text, int digits);

}  // namespace meridian
