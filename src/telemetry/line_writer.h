#pragma once

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
class LineWriter {
 public:
  // Longest value of a text field; client texts beyond it are cut and end in "...".
  static constexpr std::size_t kTextBytesMax = 256;

  // Begins the line with its time and kind: `ts=2026-11-25T19:15:02.123Z event=request`.
  LineWriter(LineForm form, std::string& out, LogTime at, std::string_view event);

  LineWriter& text(std::string_view key, std::string_view value);
  LineWriter& number(std::string_view key, std::int64_t value);
  LineWriter& ms(std::string_view key, Duration value);           // Three decimals.
  LineWriter& dollars(std::string_view key, MicroDollars value);  // Six decimals.
  LineWriter& flag(std::string_view key, bool value);

  // Writes the key; the caller appends a value in the line's form.
  std::string& value_of(std::string_view key);

  LineForm form() const { return form_; }

  // Ends the line, with its newline.
  void end();

 private:
  void key(std::string_view key);

  LineForm form_;
  std::string& out_;
};

}  // namespace meridian
