#include <bit>
#include <cstring>

#include <simdjson.h>

#include "wire/json.h"
#include "wire/json_text.h"

namespace meridian {

namespace {

// Tables above this many bytes of text are given back when the next document is small.
constexpr std::size_t kKeptBytes = 1024UL * 1024;
constexpr std::size_t kLeastBytes = 4096;

bool ends_scalar(char c) {
  switch (c) {
    case ' ':
    case '\n':
    case '\r':
    case '\t':
    case ',':
    case ':':
    case ']':
    case '}':
    case '[':
    case '{':
      return true;
    default:
      return false;
  }
}

bool digit(char c) {
  return c >= '0' && c <= '9';
}

// How many of the bytes from `at` on are digits.
std::size_t digits(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && digit(text[end])) {
    ++end;
  }
  return end - at;
}

// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?  Returns its length, 0 when it is none.
std::size_t number_length(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const auto whole = digits(text, at);
  if (whole == 0 || (whole > 1 && text[at] == '0')) {
    return 0;
  }
  at += whole;
  if (at < text.size() && text[at] == '.') {
    const auto fraction = digits(text, at + 1);
    if (fraction == 0) {
      return 0;
    }
    at += 1 + fraction;
  }
  if (at < text.size() && (text[at] | 0x20) == 'e') {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) {
      ++at;
    }
    const auto exponent = digits(text, at);
    if (exponent == 0) {
      return 0;
    }
    at += exponent;
  }
  return at;
}

// A number, true, false or null that begins the text and is properly ended.
bool scalar(std::string_view text) {
  std::size_t length = 0;
  if (text.starts_with("true") || text.starts_with("null")) {
    length = 4;
  } else if (text.starts_with("false")) {
    length = 5;
  } else {
    length = number_length(text);
  }
  return length > 0 && (length == text.size() || ends_scalar(text[length]));
}

std::size_t first_bad_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = lead < 0x80 ? 1 : static_cast<std::size_t>(std::countl_one(lead));
    if (!simdjson::validate_utf8(text.data() + at, std::min(length, text.size() - at))) {
      return at;
    }
    at += length;
  }
  return at;
}

std::size_t first_control_in_string(std::string_view text) {
  bool inside = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (inside && text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      inside = !inside;
    } else if (inside && static_cast<unsigned char>(text[at]) < 0x20) {
      return at;
    }
  }
  return text.size();
}

JsonError explain(simdjson::error_code error, std::string_view text) {
  if (error == simdjson::UTF8_ERROR) {
    return {"these bytes are not UTF-8", first_bad_utf8(text)};
  }
  if (error == simdjson::UNESCAPED_CHARS) {
    return {"a control character in a string has to be escaped", first_control_in_string(text)};
  }
  if (error == simdjson::UNCLOSED_STRING) {
    return {"a string is not closed", text.size()};
  }
  if (error == simdjson::EMPTY) {
    return {"the text is empty", 0};
  }
  return {"the text is too large to be read", text.size()};
}

}  // namespace

struct JsonParser::Tables {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> scanner;
};

// The grammar over the tokens, without recursion: what may come next, and one bit per open bracket.
class JsonParser::Grammar {
 public:
  Grammar(std::string_view text, const std::uint32_t* token, const std::uint32_t* end)
      : text_(text), token_(token), end_(end) {}

  std::optional<JsonError> check() {
    bool more = value();
    while (more && depth_ > 0) {
      more = in_object() ? member() : item();
    }
    if (!failed_ && token_ != end_) {
      fail("something follows the end of the JSON");
    }
    return failed_;
  }

 private:
  char peek() const { return token_ == end_ ? '\0' : text_[*token_]; }

  bool fail(std::string_view what) {
    failed_ = {what, token_ == end_ ? text_.size() : *token_};
    return false;
  }

  bool in_object() const { return (objects_[depth_ / 64] >> (depth_ % 64) & 1U) != 0; }

  bool open(bool object) {
    if (depth_ == kDepthMax) {
      return fail("nested deeper than 512");
    }
    ++depth_;
    ++token_;
    const std::uint64_t bit = 1ULL << (depth_ % 64);
    objects_[depth_ / 64] = object ? objects_[depth_ / 64] | bit : objects_[depth_ / 64] & ~bit;
    fresh_ = true;
    return true;
  }

  bool close() {
    --depth_;
    ++token_;
    fresh_ = false;
    return true;
  }

  bool value() {
    const char c = peek();
    if (c == '{' || c == '[') {
      return open(c == '{');
    }
    if (c != '"' && (token_ == end_ || !scalar(text_.substr(*token_)))) {
      return fail("a value is missing or is none that JSON knows");
    }
    ++token_;
    fresh_ = false;
    return true;
  }

  // Whether a comma, or nothing yet, lets another member or item begin here.
  bool separated() {
    if (!std::exchange(fresh_, false)) {
      if (peek() != ',') {
        return false;
      }
      ++token_;
    }
    return true;
  }

  bool member() {
    if (peek() == '}') {
      return close();
    }
    if (!separated()) {
      return fail("a comma or the end of the object is missing");
    }
    if (peek() != '"') {
      return fail("a member's name is missing");
    }
    ++token_;
    if (peek() != ':') {
      return fail("a colon is missing");
    }
    ++token_;
    return value();
  }

  bool item() {
    if (peek() == ']') {
      return close();
    }
    if (!separated()) {
      return fail("a comma or the end of the array is missing");
    }
    return value();
  }

  std::string_view text_;
  const std::uint32_t* token_;
  const std::uint32_t* end_;
  std::array<std::uint64_t, kDepthMax / 64 + 1> objects_{};
  std::size_t depth_ = 0;
  bool fresh_ = false;  // Just opened: the first member or item needs no comma.
  std::optional<JsonError> failed_;
};

JsonParser::JsonParser() : tables_(std::make_unique<Tables>()) {}

JsonParser::~JsonParser() = default;

const std::uint32_t* JsonParser::tokens_begin() const {
  return tables_->scanner->structural_indexes.get();
}

const std::uint32_t* JsonParser::tokens_end() const {
  return tokens_begin() + tables_->scanner->n_structural_indexes;
}

bool JsonParser::reserve(std::size_t bytes) {
  auto& scanner = tables_->scanner;
  const auto have = scanner ? scanner->capacity() : 0;
  const bool wasteful = have > kKeptBytes && bytes <= kKeptBytes;
  if (scanner && bytes <= have && !wasteful) {
    return true;
  }
  const auto wanted = std::bit_ceil(std::max(bytes, kLeastBytes));
  // Made by whichever kernel this processor runs best; depth 1 because its second stage is not
  // used.
  return simdjson::get_active_implementation()->create_dom_parser_implementation(
             wanted, 1, scanner) == simdjson::SUCCESS;
}

std::expected<JsonValue, JsonError> JsonParser::parse(std::string_view text) {
  text_ = text;
  if (!reserve(text.size())) {
    return std::unexpected(explain(simdjson::CAPACITY, text));
  }
  const auto failed = tables_->scanner->stage1(reinterpret_cast<const std::uint8_t*>(text.data()),
                                               text.size(),
                                               simdjson::stage1_mode::regular);
  if (failed != simdjson::SUCCESS) {
    return std::unexpected(explain(failed, text));
  }
  if (const auto wrong = Grammar(text, tokens_begin(), tokens_end()).check()) {
    return std::unexpected(*wrong);
  }
  JsonValue value;
  value.text_ = text.data();
  value.token_ = tokens_begin();
  return value;
}

std::optional<JsonError> JsonParser::check_escapes() const {
  const auto bad = first_bad_escape(text_);
  if (bad == std::string_view::npos) {
    return std::nullopt;
  }
  return JsonError{"this escape does not exist in JSON", bad};
}

}  // namespace meridian
