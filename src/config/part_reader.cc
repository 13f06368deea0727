#include "config/part_reader.h"

#include <cstdint>

#include "config/substitute.h"

namespace meridian {

std::optional<std::string> PartReader::text(Section section, std::string_view name) {
  const auto* found = given(section, name);
  if (found == nullptr) {
    return std::nullopt;
  }
  auto text = values_.text(found->value, found->path, found->row->type == KeyType::Secret);
  if (!text || text->empty()) {
    return std::nullopt;
  }
  if (found->value->variable.empty() && looks_unexpanded(*text)) {
    // The text itself is not shown: it may hold more than the name.
    issues_.error(found->value->at,
                  found->path,
                  "a variable in a form that nobody expands here, nor in LiteLLM",
                  "write os.environ/NAME, or render the file first");
    return std::nullopt;
  }
  return text;
}

Secret PartReader::secret(Section section, std::string_view name) {
  auto value = text(section, name);
  return value ? Secret(std::move(*value)) : Secret();
}

std::optional<bool> PartReader::flag(Section section, std::string_view name) {
  const auto* found = given(section, name);
  return found == nullptr ? std::nullopt : values_.flag(found->value, found->path);
}

std::optional<int> PartReader::count(Section section, std::string_view name, int least, int most) {
  const auto* found = given(section, name);
  if (found == nullptr) {
    return std::nullopt;
  }
  const auto whole = values_.whole(found->value, found->path, least, most);
  return whole ? std::optional(static_cast<int>(*whole)) : std::nullopt;
}

std::optional<std::int64_t> PartReader::whole(Section section,
                                              std::string_view name,
                                              std::int64_t most) {
  const auto* found = given(section, name);
  return found == nullptr ? std::nullopt : values_.whole(found->value, found->path, 1, most);
}

std::optional<double> PartReader::number(Section section,
                                         std::string_view name,
                                         double least,
                                         double most) {
  const auto* found = given(section, name);
  return found == nullptr ? std::nullopt : values_.number(found->value, found->path, least, most);
}

std::optional<Duration> PartReader::seconds(Section section, std::string_view name) {
  const auto* found = given(section, name);
  return found == nullptr ? std::nullopt : values_.seconds(found->value, found->path);
}

std::optional<std::vector<std::string>> PartReader::texts(Section section, std::string_view name) {
  const auto* found = given(section, name);
  return found == nullptr ? std::nullopt : values_.texts(found->value, found->path);
}

std::vector<std::pair<std::string, std::string>> PartReader::request_defaults() {
  std::vector<std::pair<std::string, std::string>> defaults;
  for (const auto& given : part_.all()) {
    if (!given.row->request || given.value->is_null()) {
      continue;
    }
    Yaml value = *given.value;
    const auto type = given.row->type;
    bool good = true;
    if (type == KeyType::Whole) {
      good = values_.whole(&value, given.path, INT64_MIN, INT64_MAX).has_value();
    } else if (type == KeyType::Number) {
      good = values_.number(&value, given.path, -1e18, 1e18).has_value();
    } else if (type == KeyType::Flag) {
      good = values_.flag(&value, given.path).has_value();
    }
    if (good) {
      // A quoted number is a number where a number is meant, and a text is a text.
      value.quoted = type == KeyType::Text || (value.quoted && type == KeyType::Any);
      defaults.emplace_back(given.row->name, json_of(value));
    }
  }
  return defaults;
}

std::vector<std::pair<std::string, std::string>> PartReader::json_map(Section section,
                                                                      std::string_view name) {
  std::vector<std::pair<std::string, std::string>> pairs;
  const auto* found = given(section, name);
  if (found == nullptr || found->value->is_null()) {
    return pairs;
  }
  if (!found->value->is_map()) {
    issues_.error(found->value->at, found->path, "not a map", "write its keys below it, indented");
    return pairs;
  }
  for (const auto& entry : found->value->entries) {
    pairs.emplace_back(entry.key, json_of(entry.value));
  }
  return pairs;
}

std::string_view PartReader::unset(Section section, std::string_view name) const {
  const auto* found = given(section, name);
  return found != nullptr && found->value->is_unset() ? std::string_view(found->value->variable)
                                                      : std::string_view();
}

}  // namespace meridian
