#pragma once

#include <span>
#include <string>
#include <string_view>

#include "providers/digest.h"

namespace meridian {

// The form of a request that SigV4 signs.

struct CanonicalField {
  std::string_view name;   // Lower case.
  std::string_view value;  // As sent.
};

// `fields` sorted by name, each name once.
std::string canonical_request(std::string_view method,
                              std::string_view wire_target,
                              std::span<const CanonicalField> fields,
                              const Digest& payload);

// "content-type;host;x-amz-date", appended.
void append_names(std::string& out, std::span<const CanonicalField> fields);

// Dot and empty segments removed, then encoded once more: %3A on the wire becomes %253A here.
// Encoding once only is the classic mistake with Bedrock's model ids.
std::string canonical_uri(std::string_view wire_path);

// Decoded, encoded again, sorted by (name, value) pairs, not by their joined text.
std::string canonical_query(std::string_view wire_query);

}  // namespace meridian
