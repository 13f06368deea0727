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

  LineWriter& text(std::string_view key, std::string_view value);
  LineWriter& word(std::string_view key, std::string_view value);  // Ours: plain in either form.
  LineWriter& number(std::string_view key, std::int64_t value);
  LineWriter& ms(std::string_view key, Duration value);           // Three decimals.
  LineWriter& dollars(std::string_view key, MicroDollars value);  // Six decimals.
  LineWriter& flag(std::string_view key, bool value);

  // Begins a field; its value follows by `raw`, in the line's form.
  LineWriter& field(std::string_view key);

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
