#include "telemetry/line_writer.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <fmt/format.h>

#include "telemetry/plain_text.h"

namespace meridian {

namespace {

void append_number(std::string& out, std::int64_t value) {
  const fmt::format_int digits(value);
  out.append(digits.data(), digits.size());
}

// With zeros in front, to `width` digits.
void append_padded(std::string& out, std::uint64_t value, std::size_t width) {
  const fmt::format_int digits(value);
  out.append(width - std::min(width, digits.size()), '0');
  out.append(digits.data(), digits.size());
}

std::uint64_t unsigned_of(auto number) {
  return static_cast<std::uint64_t>(number);
}

// By hand: libstdc++ 12 has the calendar but cannot print it, and this is on the path of requests.
void append_time(std::string& out, LogTime at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  append_padded(out, unsigned_of(static_cast<int>(date.year())), 4);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  append_padded(out, static_cast<unsigned>(date.day()), 2);
  out += 'T';
  append_padded(out, unsigned_of(time.hours().count()), 2);
  out += ':';
  append_padded(out, unsigned_of(time.minutes().count()), 2);
  out += ':';
  append_padded(out, unsigned_of(time.seconds().count()), 2);
  out += '.';
  append_padded(out, unsigned_of(time.subseconds().count()), 3);
  out += 'Z';
}

}  // namespace

LineWriter::LineWriter(LineForm form, std::string& out, LogTime at, std::string_view event)
    : form_(form), out_(out) {
  out_ += form == LineForm::Json ? R"({"ts":")" : "ts=";
  append_time(out_, at);
  if (form == LineForm::Json) {
    out_ += '"';
  }
  text("event", event);
}

void LineWriter::key(std::string_view key) {
  if (form_ == LineForm::Json) {
    out_ += R"(,")";
    out_ += key;
    out_ += R"(":)";
  } else {
    out_ += ' ';
    out_ += key;
    out_ += '=';
  }
}

LineWriter& LineWriter::text(std::string_view name, std::string_view value) {
  if (value.empty()) {
    return *this;
  }
  key(name);
  if (form_ == LineForm::Json) {
    append_json_string(out_, value, kTextBytesMax);
  } else {
    append_logfmt_value(out_, value, kTextBytesMax);
  }
  return *this;
}

LineWriter& LineWriter::number(std::string_view name, std::int64_t value) {
  key(name);
  append_number(out_, value);
  return *this;
}

LineWriter& LineWriter::ms(std::string_view name, Duration value) {
  key(name);
  const auto us = std::max<std::int64_t>(value.count(), 0);
  append_number(out_, us / 1000);
  out_ += '.';
  append_padded(out_, unsigned_of(us % 1000), 3);
  return *this;
}

LineWriter& LineWriter::dollars(std::string_view name, MicroDollars value) {
  key(name);
  const auto micro = std::max<std::int64_t>(value.value, 0);
  append_number(out_, micro / 1'000'000);
  out_ += '.';
  append_padded(out_, unsigned_of(micro % 1'000'000), 6);
  return *this;
}

LineWriter& LineWriter::flag(std::string_view name, bool value) {
  key(name);
  out_ += value ? "true" : "false";
  return *this;
}

std::string& LineWriter::value_of(std::string_view name) {
  key(name);
  return out_;
}

void LineWriter::end() {
  out_ += form_ == LineForm::Json ? "}\n" : "\n";
}

}  // namespace meridian
