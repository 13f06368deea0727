#include "regions/fleet.h"

#include <algorithm>

namespace meridian {

namespace {

struct Pattern {
  std::string_view before;
  std::string_view after;
};

std::optional<Pattern> pattern_of(std::string_view name) {
  const auto star = name.find('*');
  if (star == std::string_view::npos) {
    return std::nullopt;
  }
  return Pattern{name.substr(0, star), name.substr(star + 1)};
}

std::optional<std::string_view> match(const Pattern& pattern, std::string_view model) {
  if (model.size() < pattern.before.size() + pattern.after.size() ||
      !model.starts_with(pattern.before) || !model.ends_with(pattern.after)) {
    return std::nullopt;
  }
  model.remove_prefix(pattern.before.size());
  model.remove_suffix(pattern.after.size());
  return model;
}

}  // namespace

void Fleet::index() {
  by_name_.clear();
  wildcards_.clear();
  for (const auto& group : groups) {
    if (pattern_of(group.name)) {
      wildcards_.push_back(group.id);
    } else {
      by_name_.emplace(group.name, group.id);
    }
  }
  std::ranges::stable_sort(
      wildcards_, std::greater{}, [this](GroupId id) { return (*this)[id].name.size(); });
}

std::optional<Fleet::Found> Fleet::find(std::string_view model) const {
  if (const auto alias = aliases.find(model); alias != aliases.end()) {
    model = alias->second;
  }
  if (const auto exact = by_name_.find(model); exact != by_name_.end()) {
    return Found{exact->second, {}};
  }
  for (const auto id : wildcards_) {
    const auto pattern = pattern_of((*this)[id].name);
    if (const auto part = pattern ? match(*pattern, model) : std::nullopt) {
      return Found{id, *part};
    }
  }
  return std::nullopt;
}

}  // namespace meridian
