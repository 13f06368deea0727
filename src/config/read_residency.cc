#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "config/read_settings.h"
#include "config/rule_words.h"
#include "regions/place.h"

namespace meridian {

namespace {

using enum Section;

void read_by_location(PartReader& reader, Settings& settings) {
  const auto* given = reader.given(Router, "residency_by_location");
  if (given == nullptr || given->value->is_null()) {
    return;
  }
  auto& issues = reader.issues();
  if (!given->value->is_map()) {
    issues.error(given->value->at, given->path, "not a map", "write {EU: [eu], default: [us]}");
    return;
  }
  for (const auto& entry : given->value->entries) {
    const auto path = fmt::format("{}.{}", given->path, entry.key);
    if (entry.key != "default" && !places_named(entry.key)) {
      issues.error(entry.at,
                   path,
                   fmt::format("no country or group is named {}", shown(entry.key)),
                   place_hint(entry.key));
      continue;
    }
    if (const auto words = read_rule_words(entry.value, path, issues)) {
      settings.residency_by_location.emplace_back(entry.key, Policy::of(*words));
    }
  }
}

// A rule that leaves a group nobody is loaded all the same: its requests get a 403, which is what
// the rule says; refusing the start would take the other groups down with it.
void warn_of_empty_groups(PartReader& reader, const Settings& settings) {
  const auto* given = reader.given(Router, "allowed_regions");
  if (given == nullptr || given->value->is_unset() || settings.residency.unrestricted()) {
    return;
  }
  for (const auto& group : settings.fleet.groups) {
    const auto verdict = settings.residency.admit(settings.fleet, group.members);
    if (!verdict.admitted.empty() || group.members.empty()) {
      continue;
    }
    const auto& first = settings.fleet[group.members.front()];
    reader.issues().warn(given->at,
                         given->path,
                         fmt::format("the rule admits no deployment of {}, so its requests get 403",
                                     shown(group.name)),
                         fmt::format("{}: {}", first.name, first.location.reason));
  }
}

}  // namespace

void read_residency(PartReader& reader, Settings& settings) {
  if (const auto* given = reader.given(Router, "allowed_regions")) {
    if (given->value->is_unset()) {
      settings.residency = Policy::of({});  // A rule that cannot be read admits nothing.
    } else if (const auto words = read_rule_words(*given->value, given->path, reader.issues())) {
      settings.residency = Policy::of(*words);
    }
  }
  read_by_location(reader, settings);
  warn_of_empty_groups(reader, settings);
}

}  // namespace meridian
