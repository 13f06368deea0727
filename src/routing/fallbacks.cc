#include "routing/fallbacks.h"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>

namespace meridian {

namespace {

using Groups = std::vector<PlanScratch::GroupToPlan>;

std::span<const std::string> listed(const FallbackMap& map,
                                    std::string_view asked,
                                    std::string_view group) {
  if (map.empty()) {
    return {};
  }
  for (const auto name : {asked, group, std::string_view("*")}) {
    if (const auto found = map.find(name); found != map.end()) {
      return found->second;
    }
  }
  return {};
}

// Adds the group that a name stands for, if it is new and there is room.
bool add(std::string_view name, const RoutingWorld& world, Groups& groups, std::size_t groups_max) {
  const auto found = world.fleet.find(name);
  if (!found || groups.size() >= groups_max ||
      std::ranges::any_of(groups, [&](const auto& each) { return each.group == found->group; })) {
    return false;
  }
  groups.push_back({.group = found->group,
                    .wildcard = found->wildcard,
                    .depth = static_cast<int>(groups.size())});
  return true;
}

// Depth first, as a fallback's own fallbacks come before its siblings. Each call adds a group, so
// `groups_max` bounds the depth too.
// NOLINTNEXTLINE(misc-no-recursion)
void add_fallbacks_of(std::string_view asked,
                      const RoutingWorld& world,
                      Groups& groups,
                      std::size_t groups_max) {
  const auto& rules = world.rules;
  const auto& group = world.fleet[groups.back().group];
  auto names = listed(rules.fallbacks, asked, group.name);
  if (names.empty()) {
    names = rules.default_fallbacks;
  }
  for (const auto& name : names) {
    if (add(name, world, groups, groups_max)) {
      add_fallbacks_of(name, world, groups, groups_max);
    }
  }
}

}  // namespace

bool resolve(const RouteRequest& request, const RoutingWorld& world, Groups& groups) {
  const auto& rules = world.rules;
  const auto groups_max = static_cast<std::size_t>(1 + std::max(rules.max_fallbacks, 0));
  if (!add(request.model, world, groups, groups_max)) {
    for (const auto& name : rules.default_fallbacks) {
      if (add(name, world, groups, groups_max)) {
        break;
      }
    }
  }
  if (groups.empty()) {
    return false;
  }
  if (request.fallbacks_disabled) {
    return true;
  }
  if (request.fallbacks.empty()) {
    add_fallbacks_of(request.model, world, groups, groups_max);
    return true;
  }
  for (const auto& name : request.fallbacks) {
    add(name, world, groups, groups_max);
  }
  return true;
}

void resolve_refusal(const RouteRequest& request,
                     FailureKind refusal,
                     const RoutingWorld& world,
                     Groups& groups) {
  const auto primary = world.fleet.find(request.model);
  if (!primary || request.fallbacks_disabled) {
    return;
  }
  const auto& map = refusal == FailureKind::ContentPolicy ? world.rules.content_policy_fallbacks
                                                          : world.rules.context_window_fallbacks;
  const auto groups_max = static_cast<std::size_t>(1 + std::max(world.rules.max_fallbacks, 0));
  // The group that refused holds the first place while the list is made: it is not asked again, and
  // the others count from 1.
  groups.push_back({.group = primary->group, .wildcard = primary->wildcard});
  for (const auto& name : listed(map, request.model, world.fleet[primary->group].name)) {
    add(name, world, groups, groups_max);
  }
  groups.erase(groups.begin());
}

}  // namespace meridian
