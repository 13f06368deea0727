#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/money.h"
#include "base/time.h"

namespace meridian {

enum class LineForm : std::uint8_t {
  Logfmt,  // key=value key="two words"
  Json,    // One object a line; general_settings.json_logs.
};

// The date of a log line. The caller reads the clock.
using LogTime = std::chrono::sys_time<std::chrono::milliseconds>;

// A field's name as each form begins a field, put together by the compiler. One of ours: a plain
// literal of at most 24 characters.
class LineKey {
 public:
  template <std::size_t Bytes>
  // NOLINTNEXTLINE(google-explicit-constructor,modernize-avoid-c-arrays): stands for the literal.
  consteval LineKey(const char (&name)[Bytes]) : bytes_(Bytes - 1) {
    static_assert(Bytes - 1 <= kBytesMax);
    logfmt_[0] = ' ';
    json_[0] = ',';
    json_[1] = '"';
    for (std::size_t i = 0; i < bytes_; ++i) {
      logfmt_.at(i + 1) = json_.at(i + 2) = name[i];
    }
    logfmt_.at(bytes_ + 1) = '=';
    json_.at(bytes_ + 2) = '"';
    json_.at(bytes_ + 3) = ':';
  }

  std::string_view logfmt() const { return {logfmt_.data(), bytes_ + 2}; }

  std::string_view json() const { return {json_.data(), bytes_ + 4}; }

 private:
  static constexpr std::size_t kBytesMax = 24;

  std::size_t bytes_;
  std::array<char, kBytesMax + 2> logfmt_{};
  std::array<char, kBytesMax + 4> json_{};
};

// Writes one log line, field by field, onto the end of a buffer, in either form. Keys are ours and
// plain; values may be anybody's and are escaped and bounded (plain_text.h). A field without a
// value is left out. The buffer may be reused: nothing else is allocated.
//
// A line stands on the path of every request, and has about sixty pieces; appending each of them to
// a string cost more than choosing the region. So they are gathered in a room of the writer's own.
class LineWriter {
 public:
  // Longest value of a text field; client texts beyond it are cut and end in "...".
  static constexpr std::size_t kTextBytesMax = 256;

  // Begins the line with its time and kind: `ts=2026-11-25T19:15:02.123Z event=request`.
  LineWriter(LineForm form, std::string& out, LogTime at, std::string_view event);

  LineWriter& text(const LineKey& key, std::string_view value);
  LineWriter& word(const LineKey& key, std::string_view value);  // Ours: plain in either form.
  LineWriter& number(const LineKey& key, std::int64_t value);
  LineWriter& ms(const LineKey& key, Duration value);           // Three decimals.
  LineWriter& dollars(const LineKey& key, MicroDollars value);  // Six decimals.
  LineWriter& flag(const LineKey& key, bool value);

  // Begins a field; its value follows by `raw`, in the line's form.
  LineWriter& field(const LineKey& key);

  LineWriter& raw(std::string_view piece) {
    if (piece.size() > room_.size() - used_) {
      flush();
      if (piece.size() > room_.size()) {
        out_ += piece;
        return *this;
      }
    }
    piece.copy(room_.data() + used_, piece.size());
    used_ += piece.size();
    return *this;
  }

  // Begins a value that is appended to the line itself, by a function that takes a string.
  std::string& appended() {
    flush();
    return out_;
  }

  LineForm form() const { return form_; }

  // Ends the line, with its newline.
  void end();

 private:
  void flush() {
    out_.append(room_.data(), used_);
    used_ = 0;
  }

  void digits(std::uint64_t value);
  void padded(std::uint64_t value, std::size_t width);
  void time(LogTime at);

  static constexpr std::size_t kRoom = 512;

  LineForm form_;
  std::string& out_;
  std::size_t used_ = 0;
  std::array<char, kRoom> room_;
};

}  // namespace meridian
