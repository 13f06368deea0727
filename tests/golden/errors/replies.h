#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/failure.h"
#include "regions/provider.h"

namespace meridian {

// Replies of a provider that mean the same: one line of docs/operate/errors.md.
struct Replies {
  Provider provider = Provider::OpenAi;
  int status = 0;
  std::string_view type;                // The coarse word, where a code or a text decides.
  std::vector<std::string_view> codes;  // Each of them alone.
  std::vector<std::string_view> texts;  // Each of them alone, inside the provider's sentence.
};

// Every word that src/providers/*/kind.cc decides by stands in one of them.
std::vector<Replies> all_replies();

// What each reply of a line is taken for, in the shape that its provider sends.
std::vector<Failure> classified(const Replies& replies);

// "429 `rate_limit_error`"; "400 `invalid_request_error` saying “credit balance is too low”".
std::string words_of(const Replies& replies);

}  // namespace meridian
