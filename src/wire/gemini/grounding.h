#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "wire/chat.h"
#include "wire/json.h"

namespace meridian {

// A page that a candidate's text rests on, and which of the texts.
struct Grounding {
  std::size_t text = 0;
  Citation citation;
};

// What a candidate says in groundingMetadata (Google's search) and in citationMetadata (words that
// stand elsewhere). Google counts bytes, in one part of the content, and repeats the words; where
// neither can be found in `texts`, the citation is for all of the last. Places without an address
// are left out.
std::vector<Grounding> read_gemini_groundings(JsonValue candidate,
                                              std::span<const std::string_view> texts);

}  // namespace meridian
