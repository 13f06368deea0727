#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/issues.h"
#include "config/keys.h"
#include "config/settings.h"
#include "config/tree.h"

namespace meridian {

// One key that the file gives, known, and worth reading.
struct Given {
  const KeyRow* row = nullptr;
  const Yaml* value = nullptr;
  YamlMark at;       // Of the key.
  std::string path;  // "router_settings.num_retries".
  int rank = 0;      // 0 in its own section, 1 in another where it may stand, 2 where it may not.
};

// What a file says for keys of some sections, wherever it stood. The lowest rank wins.
class Part {
 public:
  // Warns where it contradicts what is already here.
  void add(Given given, Issues& issues);

  // Null: not given. A value may still be null: an unset variable.
  const Given* find(Section section, std::string_view name) const;

  const std::vector<Given>& all() const { return given_; }

 private:
  std::vector<Given> given_;
};

// Sorts the keys of the file into parts and says what is to be said about each: unknown, misspelt,
// repeated, in the wrong section, without effect, refused.
class KeyCheck {
 public:
  explicit KeyCheck(Issues& issues) : issues_(issues) {}

  // Nobody comes in without the master_key: other ways in are closed, so no key for them is
  // refused.
  void master_key_locks() { locked_ = true; }

  // A map of `section` at `path` ("" = top). Null values count as not given.
  void read(Section section, const Yaml& map, const std::string& path, Part& part);

  // Parameters that LiteLLM would pass to the provider: not known here, forwarded.
  std::vector<std::pair<std::string, const Yaml*>> take_forwarded() {
    return std::exchange(forwarded_, {});
  }

  // For `check`: each key once, where it was first met.
  std::vector<KeySeen> take_seen() { return std::exchange(seen_, {}); }

 private:
  struct Place;

  void known(const Place& place, const KeyRow& row, int rank, Part& part);
  void without_effect(const Place& place, const KeyRow& row);
  void refuse(const Place& place, const KeyRow& row);
  void other_way_in(const Place& place, const KeyRow& row);
  void guardrails(const Place& place, const KeyRow& row);  // Those of the top level.
  void misplaced(const Place& place, const Elsewhere& other, Part& part);
  void unknown(const Place& place);
  void unknown_param(const Place& place);
  void saw(const Place& place, KeyFate fate, std::string_view why, std::string_view litellm);

  Issues& issues_;
  bool locked_ = false;
  std::vector<std::pair<std::string, const Yaml*>> forwarded_;
  std::vector<KeySeen> seen_;
  ByName<bool> seen_paths_;
};

}  // namespace meridian
