#include "telemetry/plain_text.h"

#include <cstdint>
#include <iterator>

#include <fmt/format.h>

namespace meridian {

namespace {

constexpr std::string_view kCut = "...";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD.

struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

// How long the first byte says the character is, and the bits of the code in it; 0: no such start.
Character start_of(unsigned char byte) {
  if (byte < 0x80) {
    return {byte, 1, true};
  }
  if (byte >= 0xC2 && byte <= 0xDF) {
    return {byte & 0x1FU, 2, true};
  }
  if (byte >= 0xE0 && byte <= 0xEF) {
    return {byte & 0x0FU, 3, true};
  }
  if (byte >= 0xF0 && byte <= 0xF4) {
    return {byte & 0x07U, 4, true};
  }
  return {};
}

// The first character of a text that is not empty; one byte, not valid, when it is not UTF-8.
Character first_of(std::string_view text) {
  auto character = start_of(static_cast<unsigned char>(text.front()));
  if (!character.valid || character.bytes > text.size()) {
    return {};
  }
  for (std::size_t i = 1; i < character.bytes; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80) {
      return {};
    }
    character.code = (character.code << 6U) | (byte & 0x3FU);
  }
  const auto code = character.code;
  const bool overlong =
      (character.bytes == 3 && code < 0x800) || (character.bytes == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (overlong || surrogate || code > 0x10FFFF) {
    return {};
  }
  return character;
}

// Characters that move the cursor, end a line or turn the writing direction.
bool acts(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 ||
         code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069) || code == 0xFEFF;
}

// The part of `text` that fits, whole characters only.
std::string_view fitting(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) {
    return text;
  }
  auto end = bytes_max;
  // At most three steps: a longer run of continuation bytes is not UTF-8 anyway.
  for (int step = 0; step < 3 && end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80;
       ++step) {
    --end;
  }
  return text.substr(0, end);
}

// The escapes that logfmt and JSON share; false when the character needs none.
bool append_short_escape(std::string& out, std::uint32_t code) {
  switch (code) {
    case '"':
      out += "\\\"";
      return true;
    case '\\':
      out += "\\\\";
      return true;
    case '\n':
      out += "\\n";
      return true;
    case '\r':
      out += "\\r";
      return true;
    case '\t':
      out += "\\t";
      return true;
    default:
      return false;
  }
}

}  // namespace

std::string safe_label(std::string_view text, std::size_t bytes_max) {
  std::string out;
  auto rest = fitting(text, bytes_max);
  const bool cut = rest.size() < text.size();
  while (!rest.empty()) {
    const auto character = first_of(rest);
    out +=
        character.valid && !acts(character.code) ? rest.substr(0, character.bytes) : kReplacement;
    rest.remove_prefix(character.bytes);
  }
  if (cut) {
    out += kCut;
  }
  return out;
}

bool plain_in_logfmt(std::string_view text) {
  bool plain = true;
  for (const char c : text) {  // Without a way out, so that the compiler can look at many at once.
    const auto byte = static_cast<unsigned char>(c);
    plain &= byte > 0x20 && byte < 0x7F && c != '"' && c != '\\' && c != '=';
  }
  return plain && !text.empty();
}

void append_logfmt_value(std::string& out, std::string_view text, std::size_t bytes_max) {
  auto rest = fitting(text, bytes_max);
  const bool cut = rest.size() < text.size();
  if (!cut && plain_in_logfmt(rest)) {
    out += rest;
    return;
  }
  out += '"';
  while (!rest.empty()) {
    const auto character = first_of(rest);
    if (!character.valid) {
      fmt::format_to(
          std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(rest.front()));
    } else if (append_short_escape(out, character.code)) {
    } else if (acts(character.code)) {
      fmt::format_to(std::back_inserter(out), "\\u{{{:x}}}", character.code);
    } else {
      out += rest.substr(0, character.bytes);
    }
    rest.remove_prefix(character.bytes);
  }
  if (cut) {
    out += kCut;
  }
  out += '"';
}

void append_json_string(std::string& out, std::string_view text, std::size_t bytes_max) {
  auto rest = fitting(text, bytes_max);
  const bool cut = rest.size() < text.size();
  out += '"';
  while (!rest.empty()) {
    const auto character = first_of(rest);
    if (!character.valid) {
      out += kReplacement;
    } else if (append_short_escape(out, character.code)) {
    } else if (acts(character.code)) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", character.code);
    } else {
      out += rest.substr(0, character.bytes);
    }
    rest.remove_prefix(character.bytes);
  }
  if (cut) {
    out += kCut;
  }
  out += '"';
}

}  // namespace meridian
