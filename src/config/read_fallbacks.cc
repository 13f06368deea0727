#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text_distance.h"
#include "config/read_settings.h"
#include "config/retry_policies.h"

namespace meridian {

namespace {

using enum Section;

constexpr std::string_view kShape = "write - group: [other-group]";

// Checks names of groups, once the fleet and its aliases are known.
class GroupNames {
 public:
  GroupNames(const Settings& settings, Issues& issues) : settings_(settings), issues_(issues) {}

  bool known(const std::string& name) const { return settings_.fleet.find(name).has_value(); }

  // Reports a name that nobody serves.
  bool check(const Yaml& value, const std::string& path, const std::string& name) {
    if (known(name)) {
      return true;
    }
    issues_.error(
        value.at, path, fmt::format("no group is named {}", shown(value, name)), hint(name));
    return false;
  }

  // The group that is meant: of this name, or the only one with deployments of this model. Nothing:
  // reported.
  std::optional<std::string> resolve(const Yaml& value,
                                     const std::string& path,
                                     const std::string& name) {
    if (known(name)) {
      return name;
    }
    const auto groups = groups_of_model(name);
    if (groups.size() != 1) {
      check(value, path, name);
      return std::nullopt;
    }
    const auto& group = settings_.fleet[groups.front()].name;
    issues_.warn(
        value.at,
        path,
        fmt::format("{} is a model; it is read as its group, {}", shown(value, name), shown(group)),
        "write the model_name");
    return group;
  }

 private:
  // Those with a deployment whose model is written so, with its prefix or without.
  std::vector<GroupId> groups_of_model(const std::string& model) const {
    std::vector<GroupId> groups;
    for (const auto& group : settings_.fleet.groups) {
      if (std::ranges::any_of(group.members, [&](DeploymentId id) {
            return settings_.params[index_of(id)].model == model ||
                   settings_.fleet[id].model == model;
          })) {
        groups.push_back(group.id);
      }
    }
    return groups;
  }

  std::string hint(const std::string& name) const {
    if (const auto groups = groups_of_model(name); !groups.empty()) {
      std::string named;
      for (const auto id : groups) {
        named += (named.empty() ? "" : " and ") + shown(settings_.fleet[id].name);
      }
      return fmt::format("that is the model of {}; write {}",
                         named,
                         groups.size() == 1 ? "its model_name" : "the model_name that is meant");
    }
    std::vector<std::string_view> names;
    names.reserve(settings_.fleet.groups.size());
    for (const auto& group : settings_.fleet.groups) {
      names.push_back(group.name);
    }
    if (const auto near = nearest(name, names)) {
      return fmt::format("did you mean \"{}\"?", *near);
    }
    return "write a model_name of model_list";
  }

  const Settings& settings_;
  Issues& issues_;
};

std::vector<std::string> read_targets(const Yaml& value,
                                      const std::string& path,
                                      GroupNames& names,
                                      Issues& issues) {
  std::vector<std::string> targets;
  if (value.is_map()) {
    issues.error(value.at, path, "a map where a list of groups belongs", std::string(kShape));
    return targets;
  }
  if (value.is_null() || (value.is_list() && value.items.empty())) {
    issues.warn(value.at,
                path,
                "an empty list: there is nothing to fall back to",
                "name a group, or delete the line");
    return targets;
  }
  const auto texts = ValueReader(issues).texts(&value, path).value_or(std::vector<std::string>{});
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto& at = value.is_list() && i < value.items.size() ? value.items[i] : value;
    if (auto group = names.resolve(at, path, texts[i])) {
      targets.push_back(std::move(*group));
    }
  }
  return targets;
}

// A model of the group itself, named among the places to go when the group has failed.
void drop_own_name(const YamlEntry& entry,
                   const std::string& path,
                   const std::string& from,
                   std::vector<std::string>& targets,
                   Issues& issues) {
  if (std::erase(targets, from) > 0) {
    issues.warn(entry.at,
                path,
                fmt::format("{} falls back to itself, which has no effect", shown(from)),
                "all deployments of a group are tried before its fallbacks");
  }
}

void add_fallbacks(const Yaml& map,
                   const std::string& path,
                   GroupNames& names,
                   Issues& issues,
                   FallbackMap& into) {
  for (const auto& entry : map.entries) {
    const auto at = fmt::format("{}.{}", path, entry.key);
    if (entry.key == "fallback_model" || (entry.key == "model" && !names.known("model"))) {
      issues.error(entry.at, at, "not the shape of a fallback", std::string(kShape));
      return;
    }
    Yaml place;
    place.at = entry.at;
    const auto from =
        entry.key == "*" ? std::optional(entry.key) : names.resolve(place, at, entry.key);
    auto targets = read_targets(entry.value, at, names, issues);  // They may be wrong, too.
    if (!from) {
      continue;
    }
    drop_own_name(entry, at, *from, targets, issues);
    auto& list = into[*from];
    list.insert(list.end(),
                std::make_move_iterator(targets.begin()),
                std::make_move_iterator(targets.end()));
  }
}

void read_fallback_list(PartReader& reader,
                        std::string_view key,
                        GroupNames& names,
                        FallbackMap& into) {
  const auto* given = reader.given(Router, key);
  if (given == nullptr || given->value->is_null()) {
    return;
  }
  auto& issues = reader.issues();
  const auto& value = *given->value;
  if (value.is_scalar()) {
    issues.error(value.at, given->path, "not a list of fallbacks", std::string(kShape));
    return;
  }
  if (value.is_map()) {  // LiteLLM wants a list; a map says the same.
    add_fallbacks(value, given->path, names, issues, into);
    return;
  }
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    const auto path = fmt::format("{}[{}]", given->path, i);
    if (value.items[i].is_map()) {
      add_fallbacks(value.items[i], path, names, issues, into);
    } else {
      issues.error(value.items[i].at, path, "not the shape of a fallback", std::string(kShape));
    }
  }
}

// "alias: group", or LiteLLM's {model: group, hidden: true}. Empty: reported.
std::string alias_target(const YamlEntry& entry, const std::string& path, Issues& issues) {
  const auto* const model = entry.value.is_map() ? entry.value.find("model") : &entry.value;
  if (model == nullptr || !model->is_scalar()) {
    issues.error(
        entry.value.at,
        path,
        entry.value.is_list() ? "an alias for a list" : "an alias without a group",
        "write alias: group; for several, give deployments one model_name, or use fallbacks");
    return {};
  }
  return model->text;
}

void read_aliases(PartReader& reader, Settings& settings) {
  auto& fleet = settings.fleet;
  fleet.index();
  const auto* given = reader.given(Router, "model_group_alias");
  if (given == nullptr || given->value->is_null()) {
    return;
  }
  auto& issues = reader.issues();
  if (!given->value->is_map()) {
    issues.error(given->value->at, given->path, "not a map", "write alias: group below it");
    return;
  }
  GroupNames names(settings, issues);
  ByName<std::string> aliases;
  for (const auto& entry : given->value->entries) {
    const auto path = fmt::format("{}.{}", given->path, entry.key);
    const auto target = alias_target(entry, path, issues);
    if (target.empty() || !names.check(entry.value, path, target)) {
      continue;
    }
    const auto exact = std::ranges::find(fleet.groups, entry.key, &Group::name);
    if (exact != fleet.groups.end()) {
      issues.warn(
          entry.at, path, "a group has this name, too", "the alias wins; rename one of them");
    }
    aliases.emplace(entry.key, target);
  }
  fleet.aliases = std::move(aliases);
}

void read_group_policies(PartReader& reader,
                         KeyCheck& keys,
                         GroupNames& names,
                         RouterRules& rules) {
  auto& issues = reader.issues();
  if (const auto* given = reader.given(Router, "retry_policy")) {
    rules.retry_policy = read_retry_policy(*given->value, given->path, keys, issues);
  }
  const auto* given = reader.given(Router, "model_group_retry_policy");
  if (given == nullptr || given->value->is_null()) {
    return;
  }
  if (!given->value->is_map()) {
    issues.error(
        given->value->at, given->path, "not a map", "write group: {TimeoutErrorRetries: 2}");
    return;
  }
  for (const auto& entry : given->value->entries) {
    const auto path = fmt::format("{}.{}", given->path, entry.key);
    Yaml place;
    place.at = entry.at;
    if (names.check(place, path, entry.key)) {
      rules.group_retry_policy[entry.key] = read_retry_policy(entry.value, path, keys, issues);
    }
  }
}

}  // namespace

void read_fallbacks(PartReader& reader, KeyCheck& keys, Settings& settings) {
  read_aliases(reader, settings);
  GroupNames names(settings, reader.issues());
  auto& rules = settings.router;
  read_fallback_list(reader, "fallbacks", names, rules.fallbacks);
  read_fallback_list(reader, "context_window_fallbacks", names, rules.context_window_fallbacks);
  read_fallback_list(reader, "content_policy_fallbacks", names, rules.content_policy_fallbacks);
  if (const auto* given = reader.given(Router, "default_fallbacks");
      given != nullptr && !given->value->is_null()) {
    rules.default_fallbacks = read_targets(*given->value, given->path, names, reader.issues());
  }
  read_group_policies(reader, keys, names, rules);
}

}  // namespace meridian
