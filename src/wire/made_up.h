#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/rng.h"
#include "wire/json_writer.h"

namespace meridian {

// For tests: words, names and JSON out of dice, with all that is awkward to write in JSON.
class MadeUp {
 public:
  explicit MadeUp(std::uint64_t seed) : rng_(seed) {}

  bool maybe() { return rng_.chance(0.5); }

  std::string word() {
    static const std::vector<std::string> kPieces{"a",
                                                  "Z9",
                                                  " ",
                                                  "\"",
                                                  "\\",
                                                  "\n",
                                                  "\t",
                                                  "\x01",
                                                  "é",
                                                  "😀",
                                                  "</",
                                                  "\u2028",
                                                  "longer piece of text "};
    std::string text = "w";
    for (auto left = rng_.below(8); left > 0; --left) {
      text += kPieces[rng_.below(kPieces.size())];
    }
    return text;
  }

  std::string name() { return "n" + std::to_string(rng_.below(1000)); }

  std::string json() {
    std::string out;
    JsonWriter(out).begin_object().key("k").string(word()).key("n").real(rng_.unit()).end_object();
    return out;
  }

 protected:
  Rng rng_;
};

}  // namespace meridian
