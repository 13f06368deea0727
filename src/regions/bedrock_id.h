#pragma once

#include <cstdint>
#include <string_view>

namespace meridian {

// A Bedrock model id taken apart as far as it bears on where the model runs. Views into the text.
struct BedrockId {
  enum class Kind : std::uint8_t {
    Bare,     // Runs in the region that it is sent to: a model, provisioned or imported capacity.
    Profile,  // `scope` and `model` decide, with the region that it is sent to.
    Opaque,   // Nothing can be said; `why` tells.
  };

  Kind kind = Kind::Opaque;
  std::string_view scope;   // Of a profile: "eu".
  std::string_view model;   // "anthropic.claude-sonnet-4-6"; empty where an ARN hides it.
  std::string_view region;  // From an ARN, else empty.
  std::string_view why;     // Of an opaque one.
};

// Takes model ids, profile ids and ARNs. An id may hold a `*` for what the client asks for; where
// the `*` could stand for a profile's prefix, the id is opaque.
BedrockId read_bedrock_id(std::string_view text);

}  // namespace meridian
