#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace meridian {

// Where something stands: the file by its number (0 = the main one), line and column from 1. Line 0
// is the file as a whole.
struct YamlMark {
  std::uint16_t file = 0;
  int line = 0;
  int column = 0;

  friend auto operator<=>(const YamlMark&, const YamlMark&) = default;
};

struct YamlEntry;

// A YAML document as plain values: anchors and merge keys are already followed, repeated keys are
// kept so that they can be reported, `null`, `~` and nothing at all are Null.
struct Yaml {
  enum class Kind : std::uint8_t { Null, Scalar, List, Map };

  Kind kind = Kind::Null;
  bool quoted = false;  // "5" in quotes is text, whatever it looks like.
  YamlMark at;
  std::string text;                // Of a scalar, after substitution.
  std::string variable;            // The environment variable it came from; empty = written here.
  std::vector<Yaml> items;         // Of a list.
  std::vector<YamlEntry> entries;  // Of a map, in the file's order.

  bool is_null() const { return kind == Kind::Null; }

  bool is_scalar() const { return kind == Kind::Scalar; }

  bool is_list() const { return kind == Kind::List; }

  bool is_map() const { return kind == Kind::Map; }

  // Asked for from the environment, and not there.
  bool is_unset() const { return is_null() && !variable.empty(); }

  // The value of a key, the first of equals; null when there is none or this is no map.
  const Yaml* find(std::string_view key) const;
};

struct YamlEntry {
  std::string key;
  YamlMark at;          // Of the key.
  bool merged = false;  // Came in by `<<`.
  Yaml value;
};

}  // namespace meridian
