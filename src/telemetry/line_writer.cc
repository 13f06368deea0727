#include "telemetry/line_writer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

#include "telemetry/plain_text.h"

namespace meridian {

// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): the room is written before it is read.
LineWriter::LineWriter(LineForm form, std::string& out, LogTime at, std::string_view event)
    : form_(form), out_(out) {
  raw(form == LineForm::Json ? R"({"ts":")" : "ts=");
  time(at);
  if (form == LineForm::Json) {
    raw("\"");
  }
  word("event", event);
}

void LineWriter::digits(std::uint64_t value) {
  const fmt::format_int written(value);
  raw({written.data(), written.size()});
}

// With zeros in front, to `width` digits, of which `value` has no more.
void LineWriter::padded(std::uint64_t value, std::size_t width) {
  constexpr std::size_t kWidthMax = 6;
  std::array<char, kWidthMax> text;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  for (std::size_t i = width; i-- > 0; value /= 10) {
    text.at(i) = static_cast<char>('0' + value % 10);
  }
  raw({text.data(), width});
}

// By hand: libstdc++ 12 has the calendar but cannot print it, and this is on the path of requests.
void LineWriter::time(LogTime at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  padded(static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  raw("-").padded(static_cast<unsigned>(date.month()), 2);
  raw("-").padded(static_cast<unsigned>(date.day()), 2);
  raw("T").padded(static_cast<std::uint64_t>(time.hours().count()), 2);
  raw(":").padded(static_cast<std::uint64_t>(time.minutes().count()), 2);
  raw(":").padded(static_cast<std::uint64_t>(time.seconds().count()), 2);
  raw(".").padded(static_cast<std::uint64_t>(time.subseconds().count()), 3);
  raw("Z");
}

LineWriter& LineWriter::field(const LineKey& key) {
  return raw(form_ == LineForm::Json ? key.json() : key.logfmt());
}

LineWriter& LineWriter::text(const LineKey& key, std::string_view value) {
  if (value.empty()) {
    return *this;
  }
  field(key);
  if (form_ == LineForm::Json) {
    append_json_string(appended(), value, kTextBytesMax);
  } else if (value.size() <= kTextBytesMax && plain_in_logfmt(value)) {
    raw(value);
  } else {
    append_logfmt_value(appended(), value, kTextBytesMax);
  }
  return *this;
}

LineWriter& LineWriter::word(const LineKey& key, std::string_view value) {
  if (value.empty()) {
    return *this;
  }
  field(key);
  return form_ == LineForm::Json ? raw("\"").raw(value).raw("\"") : raw(value);
}

LineWriter& LineWriter::number(const LineKey& key, std::int64_t value) {
  field(key);
  const fmt::format_int written(value);
  return raw({written.data(), written.size()});
}

LineWriter& LineWriter::ms(const LineKey& key, Duration value) {
  const auto us = static_cast<std::uint64_t>(std::max<std::int64_t>(value.count(), 0));
  field(key).digits(us / 1000);
  raw(".").padded(us % 1000, 3);
  return *this;
}

LineWriter& LineWriter::dollars(const LineKey& key, MicroDollars value) {
  const auto micro = static_cast<std::uint64_t>(std::max<std::int64_t>(value.value, 0));
  field(key).digits(micro / 1'000'000);
  raw(".").padded(micro % 1'000'000, 6);
  return *this;
}

LineWriter& LineWriter::flag(const LineKey& key, bool value) {
  return field(key).raw(value ? "true" : "false");
}

void LineWriter::end() {
  raw(form_ == LineForm::Json ? "}\n" : "\n");
  flush();
}

}  // namespace meridian
