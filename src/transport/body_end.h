#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "transport/head.h"

namespace meridian {

// Finds the end of a body in passing bytes, so that they can be relayed with the chunk lines they
// came with: nothing is unpacked and packed again, and the connection can carry the next message.
class BodyEnd {
 public:
  static BodyEnd of_request(const Head& head);
  static BodyEnd of_reply(const Head& head);

  // How many of these bytes belong to the body, chunk lines included. `on_payload` is called with
  // each stretch of content between the chunk lines.
  template <class OnPayload>
  std::size_t take(std::string_view bytes, OnPayload&& on_payload) {
    std::size_t at = 0;
    while (at < bytes.size() && !reached() && !malformed()) {
      if (state_ != State::Sized && state_ != State::Data && state_ != State::UntilClosed) {
        step(bytes[at++]);
        continue;
      }
      const std::size_t room = bytes.size() - at;
      const auto part =
          by_closing() ? room : static_cast<std::size_t>(std::min<std::uint64_t>(left_, room));
      on_payload(bytes.substr(at, part));
      at += part;
      passed(part);
    }
    return at;
  }

  bool reached() const { return state_ == State::Done; }

  bool malformed() const { return state_ == State::Malformed; }

  // Neither a length nor chunks: closing is the only end that HTTP gives it.
  bool by_closing() const { return state_ == State::UntilClosed; }

 private:
  enum class State : std::uint8_t {
    Sized,
    UntilClosed,
    Done,
    Malformed,  // Of the whole body; below, places within chunks.
    Size,
    Extension,
    SizeEnd,
    Data,
    DataReturn,
    DataEnd,
    Trailer,
    TrailerLine,
    TrailerLineEnd,
    LastEnd,
  };

  void step(char c);
  void passed(std::size_t payload);

  State state_ = State::Done;
  std::uint8_t digits_ = 0;
  std::uint16_t extra_ = 0;  // Bytes of extensions and trailers: allowed, but not without end.
  std::uint64_t left_ = 0;   // Of the body, or of the chunk.
};

}  // namespace meridian
