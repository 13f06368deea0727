#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace meridian {

// JSON that is read where it lies. simdjson finds the tokens (its vectorised half: structure,
// UTF-8, control characters in strings), this file checks the whole grammar in one walk over them
// and then looks values up without building or copying anything. simdjson's own On Demand front end
// was tried first: it does not look into what it skips, so `{"a":tru]` would pass, and much of what
// we carry from one provider to the other is skipped.

// One token's place in a parsed document. Cheap to copy; valid until the parser's next document,
// and as long as the text lives.
class JsonValue {
 public:
  enum class Type : std::uint8_t { Missing, Object, Array, String, Number, Bool, Null };

  // Of nothing: every lookup in it is missing too, so that chains of lookups need no checks.
  JsonValue() = default;

  Type type() const;

  bool missing() const { return text_ == nullptr; }

  bool is(Type wanted) const { return type() == wanted; }

  // Present, and not null: clients write null for "not set".
  bool given() const { return !missing() && !is(Type::Null); }

  // The value's bytes, as they are.
  std::string_view raw() const;

  // Where it begins in the document, in bytes.
  std::size_t offset() const;

  // A string's characters, escapes resolved (half a surrogate pair becomes U+FFFD); else empty.
  std::string text() const;
  void append_text(std::string& out) const;

  // A string's characters as they lie in the document; with escapes still in it when it has any.
  std::string_view inside() const;

  // What the value is, if it is that. An integer written as 1.0 or 1e3 counts as one.
  std::optional<std::int64_t> integer() const;
  std::optional<double> number() const;
  std::optional<bool> boolean() const;

  // An object's first member of that name. Names written with escapes match nothing.
  JsonValue operator[](std::string_view name) const;

  struct Member;
  class Members;
  class Items;
  Members members() const;   // Empty unless an object.
  Items items() const;       // Empty unless an array.
  std::size_t size() const;  // Of an array.

  // Whether a string somewhere in it, names included, is one of these as it lies there. All of them
  // have to begin with the same letter: it decides nearly always, before a string's end is looked
  // for.
  bool holds_string(std::span<const std::string_view> wanted) const;

 private:
  friend class JsonParser;

  JsonValue(const char* text, const std::uint32_t* token) : text_(text), token_(token) {}

  char first() const { return text_[*token_]; }

  // The token after the value.
  const std::uint32_t* past() const {
    const char c = first();
    return c == '{' || c == '[' ? past_brackets() : token_ + 1;
  }

  const std::uint32_t* past_brackets() const;

  std::string_view raw_until(const std::uint32_t* past) const;

  const char* text_ = nullptr;
  const std::uint32_t* token_ =
      nullptr;  // Into the table of token offsets, which ends in the length.
};

struct JsonValue::Member {
  std::string_view name;  // As it lies there, without quotes.
  JsonValue value;
  const std::uint32_t* past = nullptr;  // The token after the value.

  // The value's bytes; value.raw() would look for their end again.
  std::string_view raw() const { return value.raw_until(past); }
};

class JsonValue::Members {
 public:
  class Iterator {
   public:
    using difference_type = std::ptrdiff_t;
    using value_type = Member;

    explicit Iterator(JsonValue name) : name_(name) { find_end(); }

    Member operator*() const { return {name_.inside(), value(), past_}; }

    Iterator& operator++() {
      name_ = name_.text_[*past_] == ',' ? JsonValue(name_.text_, past_ + 1) : JsonValue();
      find_end();
      return *this;
    }

    bool operator==(std::default_sentinel_t) const { return name_.missing(); }

   private:
    JsonValue value() const { return {name_.text_, name_.token_ + 2}; }

    void find_end() { past_ = name_.missing() ? nullptr : value().past(); }

    JsonValue name_;
    const std::uint32_t* past_ = nullptr;
  };

  Iterator begin() const { return Iterator(first_); }

  std::default_sentinel_t end() const { return {}; }

 private:
  friend class JsonValue;

  explicit Members(JsonValue first) : first_(first) {}

  JsonValue first_;
};

class JsonValue::Items {
 public:
  class Iterator {
   public:
    using difference_type = std::ptrdiff_t;
    using value_type = JsonValue;

    explicit Iterator(JsonValue item) : item_(item) {}

    JsonValue operator*() const { return item_; }

    Iterator& operator++() {
      const auto* next = item_.past();
      item_ = item_.text_[*next] == ',' ? JsonValue(item_.text_, next + 1) : JsonValue();
      return *this;
    }

    bool operator==(std::default_sentinel_t) const { return item_.missing(); }

   private:
    JsonValue item_;
  };

  Iterator begin() const { return Iterator(first_); }

  std::default_sentinel_t end() const { return {}; }

 private:
  friend class JsonValue;

  explicit Items(JsonValue first) : first_(first) {}

  JsonValue first_;
};

struct JsonError {
  std::string_view what;   // "a comma or the end of the object is missing".
  std::size_t offset = 0;  // In bytes.
};

// "byte 17: a value is missing".
std::string to_text(const JsonError& error);

// Owns the token table, which is reused from document to document and given back after a large one.
class JsonParser {
 public:
  static constexpr std::size_t kDepthMax = 512;

  JsonParser();
  ~JsonParser();

  // Checks everything except escapes inside strings: `check_escapes` does that. Nothing behind the
  // text is read.
  std::expected<JsonValue, JsonError> parse(std::string_view text);

  // Of the document that was parsed last: every backslash begins an escape that JSON knows. A
  // reader that only passes bytes on may leave this to whoever unescapes them.
  std::optional<JsonError> check_escapes() const;

  // The offsets of all tokens of the last document, in order.
  const std::uint32_t* tokens_begin() const;
  const std::uint32_t* tokens_end() const;

 private:
  class Grammar;
  struct Tables;

  bool reserve(std::size_t bytes);

  std::unique_ptr<Tables> tables_;
  std::string_view text_;
};

// The calling thread's parser, for codecs: one document at a time, values dropped before the next.
JsonParser& thread_json_parser();

// Whether the text is one valid JSON object. Uses the calling thread's parser.
bool is_json_object(std::string_view text);

}  // namespace meridian
