#include "wire/json_text.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

#include <simdjson.h>

namespace meridian {

namespace {

constexpr std::uint32_t kNone = 0xFFFFFFFF;
constexpr std::uint32_t kReplacement = 0xFFFD;

std::uint32_t hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return static_cast<std::uint32_t>(c - '0');
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? static_cast<std::uint32_t>(lower - 'a' + 10) : kNone;
}

// The four digits of \uXXXX; kNone when they are not there.
std::uint32_t hex4(std::string_view text) {
  if (text.size() < 4) {
    return kNone;
  }
  std::uint32_t value = 0;
  for (const char c : text.substr(0, 4)) {
    const auto digit = hex_digit(c);
    if (digit == kNone) {
      return kNone;
    }
    value = value << 4U | digit;
  }
  return value;
}

void append_utf8(std::uint32_t point, std::string& out) {
  const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  const auto tail = [&](unsigned shift) { put(0x80U | (point >> shift & 0x3FU)); };
  if (point < 0x80) {
    put(point);
  } else if (point < 0x800) {
    put(0xC0U | point >> 6U);
    tail(0);
  } else if (point < 0x10000) {
    put(0xE0U | point >> 12U);
    tail(6);
    tail(0);
  } else {
    put(0xF0U | point >> 18U);
    tail(12);
    tail(6);
    tail(0);
  }
}

bool high_half(std::uint32_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}

bool low_half(std::uint32_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

// What follows "\u"; returns how many bytes of it were used.
std::size_t append_unicode(std::string_view digits, std::string& out) {
  const auto unit = hex4(digits);
  if (unit == kNone) {
    append_utf8(kReplacement, out);
    return 0;
  }
  if (high_half(unit) && digits.substr(4).starts_with("\\u")) {
    const auto second = hex4(digits.substr(6));
    if (second != kNone && low_half(second)) {
      append_utf8(0x10000 + ((unit - 0xD800) << 10U) + (second - 0xDC00), out);
      return 10;
    }
  }
  append_utf8(high_half(unit) || low_half(unit) ? kReplacement : unit, out);
  return 4;
}

// The character that a one-letter escape stands for; 0 for none.
char simple_escape(char letter) {
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      return letter;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return '\0';
  }
}

// How many bytes from here on need no escape. Eight at a time: the classic test for a byte below
// 32, and for equality with a quote or a backslash by the same trick on the difference.
std::size_t plain_length(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
  constexpr std::uint64_t kHighs = kOnes << 7U;
  constexpr std::uint64_t kQuotes = kOnes * '"';
  constexpr std::uint64_t kBackslashes = kOnes * '\\';
  std::size_t at = 0;
  while (at + 8 <= text.size()) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    const auto low = (word - kOnes * 0x20) & ~word;
    const auto quote = ((word ^ kQuotes) - kOnes) & ~(word ^ kQuotes);
    const auto backslash = ((word ^ kBackslashes) - kOnes) & ~(word ^ kBackslashes);
    if (((low | quote | backslash) & kHighs) != 0) {
      break;  // One of these eight; a borrow may flag a later one wrongly, never hide one.
    }
    at += 8;
  }
  while (at < text.size() && static_cast<unsigned char>(text[at]) >= 0x20 && text[at] != '"' &&
         text[at] != '\\') {
    ++at;
  }
  return at;
}

void append_escape(char c, std::string& out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += "\\u00";
      out.push_back(kHex[static_cast<unsigned char>(c) >> 4U]);
      out.push_back(kHex[static_cast<unsigned char>(c) & 15U]);
  }
}

}  // namespace

void append_unescaped(std::string_view inside, std::string& out) {
  while (!inside.empty()) {
    const auto backslash = std::min(inside.find('\\'), inside.size());
    out.append(inside.substr(0, backslash));
    inside.remove_prefix(backslash);
    if (inside.size() < 2) {
      break;
    }
    const char letter = inside[1];
    inside.remove_prefix(2);
    if (letter == 'u') {
      inside.remove_prefix(append_unicode(inside, out));
    } else if (const char c = simple_escape(letter); c != '\0') {
      out.push_back(c);
    } else {
      append_utf8(kReplacement, out);
    }
  }
}

void append_quoted(std::string_view text, std::string& out) {
  out.push_back('"');
  while (!text.empty()) {
    const auto plain = plain_length(text);
    out.append(text.substr(0, plain));
    text.remove_prefix(plain);
    if (!text.empty()) {
      append_escape(text.front(), out);
      text.remove_prefix(1);
    }
  }
  out.push_back('"');
}

std::string as_utf8(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text.front());
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    const auto character = text.substr(0, length);
    const bool valid = simdjson::validate_utf8(character.data(), character.size());
    out.append(valid ? character : std::string_view("\uFFFD"));
    text.remove_prefix(valid ? character.size() : 1);
  }
  return out;
}

std::size_t first_bad_escape(std::string_view text) {
  std::size_t at = text.find('\\');
  while (at != std::string_view::npos) {
    if (at + 1 >= text.size()) {
      return at;
    }
    const char letter = text[at + 1];
    const bool valid =
        letter == 'u' ? hex4(text.substr(at + 2)) != kNone : simple_escape(letter) != '\0';
    if (!valid) {
      return at;
    }
    at = text.find('\\', at + 2);
  }
  return at;
}

}  // namespace meridian
