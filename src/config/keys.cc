#include "config/keys.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

#include "config/key_table.h"
#include "regions/fleet.h"

namespace meridian {

namespace {

constexpr std::uint16_t bit(Section section) {
  return static_cast<std::uint16_t>(section);
}

constexpr std::uint16_t kSettings =
    bit(Section::Router) | bit(Section::Litellm) | bit(Section::General);
constexpr std::uint16_t kDeployment =
    bit(Section::Entry) | bit(Section::Params) | bit(Section::Info);

std::vector<KeyRow> all_rows() {
  std::vector<KeyRow> rows;
  for (const auto part :
       {top_keys(), deployment_keys(), router_keys(), litellm_keys(), general_keys()}) {
    rows.insert(rows.end(), part.begin(), part.end());
  }
  return rows;
}

using Index = ByName<std::vector<const KeyRow*>>;

Index make_index() {
  Index index;
  for (const auto& row : key_rows()) {
    index[std::string(row.name)].push_back(&row);
    if (!row.alias.empty()) {
      index[std::string(row.alias)].push_back(&row);
    }
  }
  return index;
}

std::span<const KeyRow* const> rows_named(std::string_view name) {
  static const Index kIndex = make_index();
  const auto found = kIndex.find(name);
  return found == kIndex.end() ? std::span<const KeyRow* const>{} : found->second;
}

}  // namespace

std::string_view name_of(Section section) {
  switch (section) {
    case Section::Top:
      return "the top level";
    case Section::Entry:
      return "model_list[]";
    case Section::Params:
      return "litellm_params";
    case Section::Info:
      return "model_info";
    case Section::Router:
      return "router_settings";
    case Section::Litellm:
      return "litellm_settings";
    case Section::General:
      return "general_settings";
    case Section::UserLocation:
      return "general_settings.user_location";
    case Section::StrategyArgs:
      return "router_settings.routing_strategy_args";
    case Section::Retries:
      return "router_settings.retry_policy";
    case Section::Fails:
      return "router_settings.allowed_fails_policy";
    case Section::Metadata:
      return "litellm_params.metadata";
  }
  return "";
}

std::span<const KeyRow> key_rows() {
  static const std::vector<KeyRow> kRows = all_rows();
  return kRows;
}

const KeyRow* find_key(Section section, std::string_view name) {
  const KeyRow* visitor = nullptr;
  for (const auto* row : rows_named(name)) {
    if (row->section == section) {
      return row;
    }
    if ((row->also & bit(section)) != 0) {
      visitor = row;
    }
  }
  return visitor;
}

Elsewhere find_elsewhere(Section section, std::string_view name) {
  std::uint16_t kin = 0;
  if ((bit(section) & kSettings) != 0 || section == Section::Top) {
    kin = kSettings;
  } else if ((bit(section) & kDeployment) != 0) {
    kin = kDeployment;
  }
  for (const auto* row : rows_named(name)) {
    const auto homes = static_cast<std::uint16_t>((bit(row->section) | row->also) & kin);
    if (homes == 0 || (homes & bit(section)) != 0) {
      continue;
    }
    const auto first = static_cast<std::uint16_t>(homes & (~homes + 1));
    return {row, (bit(row->section) & kin) != 0 ? row->section : static_cast<Section>(first)};
  }
  return {};
}

std::vector<std::string_view> key_names(Section section) {
  std::vector<std::string_view> names;
  for (const auto& row : key_rows()) {
    if (row.section == section || (row.also & bit(section)) != 0) {
      names.push_back(row.name);
      if (!row.alias.empty()) {
        names.push_back(row.alias);
      }
    }
  }
  return names;
}

namespace {

// "disable_auth", "skip_budget_checks": without effect they leave a check on that the file wants
// off.
bool switches_off(std::string_view name) {
  constexpr std::array<std::string_view, 4> kOff{"disable_", "skip_", "bypass_", "ignore_"};
  constexpr std::array<std::string_view, 7> kChecks{
      "auth", "limit", "budget", "guard", "moderation", "redact", "enforce"};
  const auto holds = [name](std::string_view word) { return name.contains(word); };
  return std::ranges::any_of(kOff,
                             [name](std::string_view off) { return name.starts_with(off); }) &&
         std::ranges::any_of(kChecks, holds) && !name.contains("unauth");
}

}  // namespace

bool sounds_restricting(std::string_view name) {
  constexpr std::array<std::string_view, 21> kWords{
      "auth",       "allow",  "deny",   "denied",   "disable_routes", "limit",     "budget",
      "moderation", "guard",  "redact", "banned",   "require",        "jwt",       "team",
      "security",   "forbid", "block",  "restrict", "residency",      "sovereign", "enforce"};
  constexpr std::array<std::string_view, 12> kHarmless{"cors",
                                                       "allowed_origins",
                                                       "allowed_headers",
                                                       "allowed_methods",
                                                       "allow_credentials",
                                                       "allow_requests_on",
                                                       "allow_requests_from_all",
                                                       "author",
                                                       "delimiter",
                                                       "thinking_budget",
                                                       "reasoning_budget",
                                                       "budget_tokens"};
  const auto holds = [name](std::string_view word) { return name.contains(word); };
  return std::ranges::any_of(kWords, holds) && std::ranges::none_of(kHarmless, holds) &&
         !switches_off(name);
}

}  // namespace meridian
