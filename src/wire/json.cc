#include "wire/json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include <fmt/format.h>

#include "wire/json_text.h"

namespace meridian {

namespace {

bool blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

// How a token changes the depth. '[' and '{' differ in one bit, as do ']' and '}'.
int step_of(char token) {
  const int folded = token | 0x20;
  return static_cast<int>(folded == '{') - static_cast<int>(folded == '}');
}

// Where a token's bytes end: the next token's place, less the blanks before it.
std::size_t end_of_token(const char* text, const std::uint32_t* token) {
  std::size_t end = token[1];
  while (end > *token && blank(text[end - 1])) {
    --end;
  }
  return end;
}

}  // namespace

JsonValue::Type JsonValue::type() const {
  if (missing()) {
    return Type::Missing;
  }
  switch (first()) {
    case '{':
      return Type::Object;
    case '[':
      return Type::Array;
    case '"':
      return Type::String;
    case 't':
    case 'f':
      return Type::Bool;
    case 'n':
      return Type::Null;
    default:
      return Type::Number;
  }
}

const std::uint32_t* JsonValue::past_brackets() const {
  const auto* token = token_;
  int depth = 0;
  do {
    const char c = text_[*token++];
    depth += step_of(c);
  } while (depth > 0);
  return token;
}

std::string_view JsonValue::raw_until(const std::uint32_t* past) const {
  return {text_ + *token_, end_of_token(text_, past - 1) - *token_};
}

std::string_view JsonValue::raw() const {
  return missing() ? std::string_view() : raw_until(past());
}

std::size_t JsonValue::offset() const {
  return missing() ? 0 : *token_;
}

std::string_view JsonValue::inside() const {
  if (!is(Type::String)) {
    return {};
  }
  const std::size_t begin = *token_ + 1U;
  return {text_ + begin, end_of_token(text_, token_) - 1 - begin};
}

void JsonValue::append_text(std::string& out) const {
  append_unescaped(inside(), out);
}

std::string JsonValue::text() const {
  std::string out;
  append_text(out);
  return out;
}

std::optional<double> JsonValue::number() const {
  if (!is(Type::Number)) {
    return std::nullopt;
  }
  const auto token = raw();
  double value = 0;
  const auto [_, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  return error == std::errc() ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> JsonValue::integer() const {
  if (!is(Type::Number)) {
    return std::nullopt;
  }
  const auto token = raw();
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (error == std::errc() && stop == token.data() + token.size()) {
    return value;
  }
  const auto real = number();
  constexpr double kExact = 9007199254740992.0;  // 2^53: beyond it a double skips integers.
  if (!real || std::trunc(*real) != *real || std::abs(*real) > kExact) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(*real);
}

std::optional<bool> JsonValue::boolean() const {
  return is(Type::Bool) ? std::optional(first() == 't') : std::nullopt;
}

JsonValue JsonValue::operator[](std::string_view name) const {
  for (const auto& member : members()) {
    if (member.name == name) {
      return member.value;
    }
  }
  return {};
}

JsonValue::Members JsonValue::members() const {
  const bool any = is(Type::Object) && text_[token_[1]] != '}';
  return Members(any ? JsonValue(text_, token_ + 1) : JsonValue());
}

JsonValue::Items JsonValue::items() const {
  const bool any = is(Type::Array) && text_[token_[1]] != ']';
  return Items(any ? JsonValue(text_, token_ + 1) : JsonValue());
}

std::size_t JsonValue::size() const {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& item : items()) {
    ++count;
  }
  return count;
}

bool JsonValue::holds_string(std::span<const std::string_view> wanted) const {
  if (missing() || wanted.empty()) {
    return false;
  }
  const char letter = wanted.front().front();
  const auto* token = token_;
  int depth = 0;
  do {
    const char c = text_[*token];
    if (c == '"' && text_[*token + 1] == letter &&
        std::ranges::find(wanted, JsonValue(text_, token).inside()) != wanted.end()) {
      return true;
    }
    depth += step_of(c);
    ++token;
  } while (depth > 0);
  return false;
}

std::string to_text(const JsonError& error) {
  return fmt::format("byte {}: {}", error.offset, error.what);
}

JsonParser& thread_json_parser() {
  thread_local JsonParser parser;
  return parser;
}

bool is_json_object(std::string_view text) {
  auto& parser = thread_json_parser();
  const auto value = parser.parse(text);
  return value && value->is(JsonValue::Type::Object) && !parser.check_escapes();
}

}  // namespace meridian
