#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "wire/json_text.h"

namespace meridian {

// Appends JSON to a string, commas by itself. Grammar is the caller's duty: every begin has its
// end, members have a key. Used instead of a tree on the paths that run per request and per event.
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return begin('{'); }

  JsonWriter& end_object() { return end('}'); }

  JsonWriter& begin_array() { return begin('['); }

  JsonWriter& end_array() { return end(']'); }

  // The next value's name. It has to need no escaping.
  JsonWriter& key(std::string_view name) {
    separate();
    out_.push_back('"');
    out_.append(name);
    out_.append("\":");
    comma_ = false;
    return *this;
  }

  JsonWriter& string(std::string_view text) {
    separate();
    append_quoted(text, out_);
    return *this;
  }

  JsonWriter& integer(std::int64_t value) { return number(value); }

  // As short as it can be and still be read back as the same number.
  JsonWriter& real(double value) { return number(value); }

  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }

  JsonWriter& null() { return raw("null"); }

  // JSON text, as it is.
  JsonWriter& raw(std::string_view json) {
    separate();
    out_.append(json);
    return *this;
  }

 private:
  void separate() {
    if (comma_) {
      out_.push_back(',');
    }
    comma_ = true;
  }

  JsonWriter& begin(char bracket) {
    separate();
    out_.push_back(bracket);
    comma_ = false;
    return *this;
  }

  JsonWriter& end(char bracket) {
    out_.push_back(bracket);
    comma_ = true;
    return *this;
  }

  template <class Number>
  JsonWriter& number(Number value) {
    std::array<char, 32> digits{};  // The longest double takes 24.
    const auto [stop, _] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return raw({digits.data(), static_cast<std::size_t>(stop - digits.data())});
  }

  std::string& out_;
  bool comma_ = false;
};

}  // namespace meridian
