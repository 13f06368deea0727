#include "transport/body_end.h"

namespace meridian {

namespace {

constexpr std::uint16_t kExtraMax = 16 * 1024;

int digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

BodyEnd BodyEnd::of_request(const Head& head) {
  BodyEnd end;
  if (head.chunked) {
    end.state_ = State::Size;
  } else if (const auto length = head.content_length.value_or(0); length > 0) {
    end.left_ = length;
    end.state_ = State::Sized;
  }
  return end;
}

BodyEnd BodyEnd::of_reply(const Head& head) {
  BodyEnd end;
  const bool none = head.status < 200 || head.status == 204 || head.status == 304;
  if (none) {
    return end;
  }
  if (!head.chunked && !head.content_length) {
    end.state_ = State::UntilClosed;
    return end;
  }
  return of_request(head);
}

void BodyEnd::passed(std::size_t payload) {
  if (by_closing()) {
    return;
  }
  left_ -= payload;
  if (left_ == 0) {
    state_ = state_ == State::Sized ? State::Done : State::DataReturn;
  }
}

// One switch over the places in a chunked body is easier to check than its parts.
// NOLINTNEXTLINE(readability-function-cognitive-complexity)
void BodyEnd::step(char c) {
  const auto expect = [&](char wanted, State next) {
    state_ = c == wanted ? next : State::Malformed;
  };
  switch (state_) {
    case State::Size:
      if (const int value = digit(c); value >= 0 && digits_ < 15) {
        left_ = left_ * 16 + static_cast<std::uint64_t>(value);
        ++digits_;
      } else if (c == ';' && digits_ > 0) {
        state_ = State::Extension;
      } else {
        expect('\r', digits_ > 0 ? State::SizeEnd : State::Malformed);
      }
      break;
    case State::Extension:
      if (c == '\r') {
        state_ = State::SizeEnd;
      } else if (c == '\n' || ++extra_ > kExtraMax) {
        state_ = State::Malformed;
      }
      break;
    case State::SizeEnd:
      digits_ = 0;
      expect('\n', left_ > 0 ? State::Data : State::Trailer);
      break;
    case State::DataReturn:
      expect('\r', State::DataEnd);
      break;
    case State::DataEnd:
      expect('\n', State::Size);
      break;
    case State::Trailer:
      state_ = c == '\r' ? State::LastEnd : State::TrailerLine;
      if (c == '\n' || ++extra_ > kExtraMax) {
        state_ = State::Malformed;
      }
      break;
    case State::TrailerLine:
      if (c == '\r') {
        state_ = State::TrailerLineEnd;
      } else if (c == '\n' || ++extra_ > kExtraMax) {
        state_ = State::Malformed;  // A bare line feed ends the trailers for some, not for others.
      }
      break;
    case State::TrailerLineEnd:
      expect('\n', State::Trailer);
      break;
    case State::LastEnd:
      expect('\n', State::Done);
      break;
    case State::Sized:
    case State::UntilClosed:
    case State::Data:
    case State::Done:
    case State::Malformed:
      break;  // `take` does not ask for these.
  }
}

}  // namespace meridian
