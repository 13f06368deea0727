#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include <sys/uio.h>

#include "base/check.h"

namespace meridian {

// Pieces of one message that lie in different places and leave in one system call: a prepared head,
// the body up to the model's name, the new name, the rest of the body. It points; whoever adds a
// piece keeps it alive until the message is written.
class Gather {
 public:
  static constexpr std::size_t kPiecesMax = 12;

  void add(std::string_view piece) {
    if (!piece.empty()) {
      MERIDIAN_CHECK(end_ < kPiecesMax);
      pieces_[end_++] = {const_cast<char*>(piece.data()), piece.size()};  // iovec knows no const.
    }
  }

  // Takes what a socket accepted off the front.
  void drop(std::size_t bytes) {
    while (begin_ < end_ && bytes >= pieces_[begin_].iov_len) {
      bytes -= pieces_[begin_++].iov_len;
    }
    if (bytes > 0) {
      auto& piece = pieces_[begin_];
      piece = {static_cast<char*>(piece.iov_base) + bytes, piece.iov_len - bytes};
    }
  }

  void clear() { begin_ = end_ = 0; }

  bool empty() const { return begin_ == end_; }

  std::span<iovec> pieces() { return std::span(pieces_).subspan(begin_, end_ - begin_); }

 private:
  std::array<iovec, kPiecesMax> pieces_{};
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace meridian
