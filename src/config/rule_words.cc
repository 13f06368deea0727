#include "config/rule_words.h"

#include <span>

#include <fmt/format.h>

#include "base/text_distance.h"
#include "regions/place.h"

namespace meridian {

namespace {

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  const auto last = text.find_last_not_of(" \t");
  return first == std::string_view::npos ? std::string()
                                         : std::string(text.substr(first, last - first + 1));
}

void add_words(std::string_view text, std::vector<std::string>& words) {
  while (true) {
    const auto comma = text.find(',');
    if (auto word = trimmed(text.substr(0, comma)); !word.empty()) {
      words.push_back(std::move(word));
    }
    if (comma == std::string_view::npos) {
      return;
    }
    text.remove_prefix(comma + 1);
  }
}

// False: some are no places, which has been reported.
bool check_words(std::span<const std::string> words,
                 const Yaml& value,
                 const std::string& path,
                 Issues& issues) {
  bool good = true;
  for (const auto& word : words) {
    if (!places_named(word)) {
      issues.error(value.at,
                   path,
                   fmt::format("no region, country or group is named {}", shown(value, word)),
                   place_hint(word));
      good = false;
    }
  }
  return good;
}

}  // namespace

std::string place_hint(std::string_view word) {
  if (const auto near = nearest(word, place_words(), word.size() >= 5 ? 2 : 1)) {
    return fmt::format("did you mean \"{}\"?", *near);
  }
  return "write a provider's region (eu-west-1), a country (DE) or a group (eu, eea, us, uk, apac)";
}

std::optional<std::vector<std::string>> read_rule_words(const Yaml& value,
                                                        const std::string& path,
                                                        Issues& issues) {
  const auto texts = ValueReader(issues).texts(&value, path);
  if (!texts) {
    return std::nullopt;
  }
  std::vector<std::string> words;
  bool good = true;
  for (std::size_t i = 0; i < texts->size(); ++i) {
    const auto& place = value.is_list() && i < value.items.size() ? value.items[i] : value;
    const auto before = words.size();
    add_words((*texts)[i], words);
    good = check_words(std::span(words).subspan(before), place, path, issues) && good;
  }
  if (words.empty() && good) {
    issues.error(value.at,
                 path,
                 "a rule that names no place would refuse every request",
                 "name regions, countries or groups, or delete the line");
    good = false;
  }
  return good ? std::optional(std::move(words)) : std::nullopt;
}

}  // namespace meridian
