#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "config/issues.h"
#include "config/tree.h"

namespace meridian {

// What a text means as a scalar, by YAML 1.1 as LiteLLM's parser reads it: yes/no/on/off are flags,
// 1_000 is a thousand. A quoted number is still a number: the environment knows only text.
std::optional<bool> flag_of(std::string_view text);
std::optional<std::int64_t> whole_of(std::string_view text);
std::optional<double> number_of(std::string_view text);

// "30", "1.5", "500ms", "30s", "5m", "2h", "7d", "1mo": LiteLLM's way with durations, seconds where
// there is no unit.
std::optional<double> seconds_of(std::string_view text);

// A value as JSON: what YAML would make of it, quoted texts as strings.
std::string json_of(const Yaml& value);

// Reads typed values, and says what is wrong with those that are not. Nothing for null, for an
// unset variable (`check` lists those), and for what was reported.
class ValueReader {
 public:
  explicit ValueReader(Issues& issues) : issues_(issues) {}

  // `sensitive`: the value never shows in a message.
  std::optional<std::string> text(const Yaml* value,
                                  const std::string& path,
                                  bool sensitive = false);
  std::optional<bool> flag(const Yaml* value, const std::string& path);
  std::optional<std::int64_t> whole(const Yaml* value,
                                    const std::string& path,
                                    std::int64_t least,
                                    std::int64_t most);
  std::optional<double> number(const Yaml* value,
                               const std::string& path,
                               double least,
                               double most);

  // At most a year; 0 is allowed.
  std::optional<Duration> seconds(const Yaml* value, const std::string& path);

  // A list of texts; one text counts as a list of one.
  std::optional<std::vector<std::string>> texts(const Yaml* value, const std::string& path);

 private:
  void not_a(const Yaml& value,
             const std::string& path,
             std::string_view what,
             std::string_view example);

  Issues& issues_;
};

}  // namespace meridian
