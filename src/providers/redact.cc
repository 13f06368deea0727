#include "providers/redact.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace meridian {
namespace {

constexpr std::size_t kBytesMax = 1000;

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Where a trace begins, or the end.
std::size_t trace_begin(std::string_view text) {
  constexpr std::array<std::string_view, 5> kSigns = {
      "Traceback (most recent", "\n\tat ", "\n    at ", "\n  at ", "\n  File \""};
  std::size_t begin = text.size();
  for (const auto sign : kSigns) {
    begin = std::min(begin, text.find(sign));
  }
  return begin;
}

bool starts_with_any(std::string_view word, std::initializer_list<std::string_view> beginnings) {
  return std::ranges::any_of(beginnings, [word](auto b) { return word.starts_with(b); });
}

bool is_dotted_number(std::string_view word) {
  return std::ranges::count(word, '.') == 3 && std::ranges::all_of(word, [](char c) {
           return c == '.' || c == ':' || (c >= '0' && c <= '9');
         });
}

// Long, of key letters only, with digits among them. Model names have dots, dashes and few digits
// in a row; a UUID (a request's id) is short enough.
bool is_random_looking(std::string_view word) {
  const bool letters = std::ranges::all_of(
      word, [](char c) { return is_alnum(c) || c == '+' || c == '/' || c == '_' || c == '-'; });
  return word.size() >= 40 && letters &&
         std::ranges::count_if(word, [](char c) { return c >= '0' && c <= '9'; }) >= 4;
}

bool is_host(std::string_view word) {
  constexpr std::array<std::string_view, 6> kDomains = {".amazonaws.com",
                                                        ".googleapis.com",
                                                        ".azure.com",
                                                        ".openai.com",
                                                        ".anthropic.com",
                                                        ".internal"};
  return std::ranges::any_of(
      kDomains, [word](auto domain) { return word.find(domain) != std::string_view::npos; });
}

// What stands for a word; empty: the word itself may be shown.
std::string_view stand_in(std::string_view word) {
  if (word.contains("://")) {
    return "[address]";
  }
  if (word.starts_with("arn:")) {
    return "[arn]";
  }
  // OpenAI masks the key it repeats ("sk-ab***yz"), and still shows more than is good.
  if (starts_with_any(word,
                      {"sk-", "sk_", "AKIA", "ASIA", "ya29.", "eyJ", "gsk_", "AIza", "xai-"}) ||
      is_random_looking(word)) {
    return "[key]";
  }
  if (is_host(word) || is_dotted_number(word)) {
    return "[host]";
  }
  if (word.contains("projects/")) {
    return "[resource]";
  }
  const bool aws_account =
      word.size() == 12 && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
  if (aws_account || starts_with_any(word, {"org-", "proj_"}) ||
      (word.contains('@') && word.contains(".iam."))) {
    return "[account]";
  }
  return {};
}

// Words end at blanks and at what stands around names in sentences.
bool ends_word(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= ' ' || c == '"' || c == '\'' || c == '`' || c == '(' || c == ')' || c == '<' ||
         c == '>' || c == ',' || c == ';' || c == '{' || c == '}' || c == '[' || c == ']' ||
         c == '=';
}

// Bytes of the UTF-8 sequence at the front; 0: not one. Overlong forms and surrogates are none.
std::size_t sequence_bytes(std::string_view text) {
  const auto at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto first = at(0);
  if (first < 0x80) {
    return 1;
  }
  const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < size) {
    return 0;
  }
  const auto second = at(1);
  const bool fits = (first != 0xe0 || second >= 0xa0) && (first != 0xed || second <= 0x9f) &&
                    (first != 0xf0 || second >= 0x90) && (first != 0xf4 || second <= 0x8f);
  for (std::size_t i = 1; i < size; ++i) {
    if ((at(i) & 0xc0U) != 0x80U) {
      return 0;
    }
  }
  return fits ? size : 0;
}

// Valid UTF-8 of at most `bytes_max`, control characters and line ends as blanks, runs of them as
// one.
std::string clean(std::string_view text, std::size_t bytes_max) {
  std::string out;
  while (!text.empty()) {
    const auto size = sequence_bytes(text);
    const auto byte = static_cast<unsigned char>(text.front());
    if (size == 1 && (byte <= ' ' || byte == 0x7f)) {
      if (!out.empty() && out.back() != ' ') {
        out += ' ';
      }
    } else if (size > 0) {
      if (out.size() + size > bytes_max) {
        break;
      }
      out.append(text.substr(0, size));
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  while (out.ends_with(' ')) {
    out.pop_back();
  }
  return out;
}

}  // namespace

std::string for_people(std::string_view text) {
  // Cleaned first and bounded well above the end: a key must not be cut in half and missed.
  const auto plain = clean(text.substr(0, trace_begin(text)), 8 * kBytesMax);
  std::string out;
  std::size_t at = 0;
  while (at < plain.size()) {
    auto end = at;
    while (end < plain.size() && !ends_word(plain[end])) {
      ++end;
    }
    const auto word = std::string_view(plain).substr(at, end - at);
    const auto shown = stand_in(word);
    out += shown.empty() ? word : shown;
    if (end < plain.size()) {
      out += plain[end];
    }
    at = end + 1;
  }
  return clean(out, kBytesMax);
}

std::string for_machines(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c <= ' ' || c >= '\x7f' || out.size() == 128) {
      break;
    }
    out += c;
  }
  return out;
}

}  // namespace meridian
