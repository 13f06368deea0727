#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/failure.h"

namespace meridian {

using Digest = std::array<std::uint8_t, 32>;

inline std::string_view bytes_of(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// SHA-256 and HMAC-SHA-256 (RFC 2104). Each thread keeps one context, so neither allocates.
Digest sha256(std::string_view text);
Digest hmac_sha256(std::string_view key, std::string_view text);

// Lower-case hexadecimal, appended.
void append_hex(std::string& out, const Digest& digest);
std::string hex(const Digest& digest);

// RFC 4648 section 5, without padding: the alphabet of JWTs.
std::string base64url(std::string_view bytes);

// RSASSA-PKCS1-v1_5 with SHA-256 of `text`, by a private key in PEM. Failure: Misconfigured when
// the key is not one; the message holds nothing of it.
Result<std::string> sign_rs256(std::string_view private_key_pem, std::string_view text);

}  // namespace meridian
