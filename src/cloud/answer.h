#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/ask.h"

namespace meridian {

struct CloudToolCall {
  std::string name;
  std::string arguments;  // A JSON object.
};

enum class StopCause : std::uint8_t { Finished, Length, ToolCall };

// What a model says, before a dialect is put on it.
struct CloudAnswer {
  std::vector<std::string> pieces;  // One a token; joined, they are the text.
  std::optional<CloudToolCall> call;
  StopCause stop = StopCause::Finished;
  std::int64_t tokens_in = 0;
  std::int64_t tokens_out = 0;
  std::string id;  // Hexadecimal; of the request, so that the same one is answered the same.
};

// The same request in the same region is answered in the same words: `request_hash` decides all
// that is left open. The first words name the region. About 40 tokens, or as many as the last
// message asks for ("200 words", "50 tokens"), and never more than it allows.
CloudAnswer make_answer(const CloudAsk& ask, std::string_view region, std::uint64_t request_hash);

// Four bytes a token, rounded up: how every count in the simulated cloud is made.
std::int64_t tokens_of(std::size_t bytes);

}  // namespace meridian
