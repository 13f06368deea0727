#include "config/parts.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text_distance.h"
#include "config/key_table.h"
#include "config/scalars.h"
#include "regions/fleet.h"

namespace meridian {

namespace {

// Given::rank of a key in a section where it does not belong.
constexpr int kMisplaced = 2;

// False, 0 budgets, null and empty lists switch nothing on: neither a lock nor a feature.
bool says_nothing(const Yaml& value) {
  switch (value.kind) {
    case Yaml::Kind::Null:
      return value.variable.empty();
    case Yaml::Kind::Scalar:
      return value.text.empty() || flag_of(value.text) == false;
    case Yaml::Kind::List:
      return value.items.empty();
    case Yaml::Kind::Map:
      return value.entries.empty();
  }
  return false;
}

// An unknown key that would close something, if anybody kept it. One that opens something
// ("allow_retries: true") leaves it closed without effect; "allow_guests: false" is a lock.
bool promises_restriction(std::string_view key, const Yaml& value) {
  if (!sounds_restricting(key)) {
    return false;
  }
  const auto flag = value.is_scalar() ? flag_of(value.text) : std::nullopt;
  if (key.starts_with("allow_") && flag) {
    return !*flag;
  }
  return !says_nothing(value);
}

bool is_off(const Yaml* flag) {
  return flag == nullptr || says_nothing(*flag);
}

constexpr std::string_view kGuardrailsOnDemand =
    "none of them is default_on, so LiteLLM runs them only for requests that name them in "
    "`guardrails`; such requests are refused here";

// The first guardrail of the list that has to run for requests that do not ask for it. One whose
// default_on is in a variable that is not set might have to.
const Yaml* first_default_on(const Yaml& guardrails) {
  const auto found = std::ranges::find_if(guardrails.items, [](const Yaml& guardrail) {
    const auto* const params = guardrail.find("litellm_params");
    return !guardrail.is_map() || !is_off(guardrail.find("default_on")) ||
           (params != nullptr && !is_off(params->find("default_on")));
  });
  return found == guardrails.items.end() ? nullptr : &*found;
}

bool is_zero(const Yaml& value) {
  return value.is_scalar() && number_of(value.text) == 0.0;
}

// A name of four letters is two edits away from half the dictionary.
std::size_t distance_max(std::string_view name) {
  return name.size() >= 5 ? 2 : 1;
}

// Words that a catalogue of models uses, too ("organization: OpenAI", "reasoning: true"): in
// model_info they say something about the model, and must not reach its provider.
bool is_catalogue_word(const KeyRow& row) {
  constexpr std::array<std::string_view, 3> kWords{"organization", "project", "tags"};
  return row.request || std::ranges::find(kWords, row.name) != kWords.end();
}

std::optional<std::string_view> nearest_key(Section section, std::string_view name) {
  if (section == Section::Info) {
    // Free keys are welcome here, so only a misspelt lock is worth a stop.
    constexpr std::array<std::string_view, 1> kLocks{"allowed_regions"};
    return nearest(name, kLocks);
  }
  const auto names = key_names(section);
  return nearest(name, names, distance_max(name));
}

// Must not be sent to a provider as a request parameter.
bool looks_private(std::string_view name) {
  constexpr std::array<std::string_view, 8> kWords{
      "key", "secret", "password", "credential", "_url", "endpoint", "access_token", "auth"};
  return std::ranges::any_of(kWords, [name](std::string_view word) { return name.contains(word); });
}

bool is_other_price(std::string_view name) {
  return name.contains("_cost_per_") || name.contains("_token_cost");
}

std::string join_path(std::string_view path, std::string_view key) {
  return path.empty() ? std::string(key) : fmt::format("{}.{}", path, key);
}

// "model_list[3].weight" -> "model_list[].weight": one line for `check`, however many deployments.
std::string general_path(std::string_view path) {
  std::string general;
  bool inside = false;
  for (const char c : path) {
    inside = inside && c != ']';
    if (!inside) {
      general += c;
    }
    inside = inside || c == '[';
  }
  return general;
}

bool is_known(Section section, std::string_view name) {
  return find_key(section, name) != nullptr || find_elsewhere(section, name).row != nullptr;
}

bool same_value(const Yaml& a, const Yaml& b) {
  return a.kind == b.kind && a.text == b.text && a.items.empty() && b.items.empty() &&
         a.entries.empty() && b.entries.empty();
}

// Two places disagree about a lock, and one of them is the wrong place. Of two keys the one in its
// own section counts, as in LiteLLM; of two limits nobody knows.
bool is_a_riddle(const Given& one, const Given& other) {
  return one.row->protects && one.row->type != KeyType::Secret &&
         std::max(one.rank, other.rank) == kMisplaced && !same_value(*one.value, *other.value);
}

}  // namespace

void Part::add(Given given, Issues& issues) {
  if (given.row->protects && given.value->is_unset()) {
    issues.stop_start(given.value->at,
                      given.path,
                      fmt::format("a lock whose variable {} is not set", given.value->variable),
                      "set the variable, or delete the line");
  }
  const auto same = std::ranges::find(given_, given.row, &Given::row);
  if (same == given_.end()) {
    given_.push_back(std::move(given));
    return;
  }
  auto& old = *same;
  if (is_a_riddle(given, old)) {
    const auto& wrong = given.rank == kMisplaced ? given : old;
    const auto& right = given.rank == kMisplaced ? old : given;
    issues.error(wrong.at,
                 wrong.path,
                 fmt::format("a lock that stands in two places, and {} says otherwise", right.path),
                 "delete this one, so that nobody has to guess which counts");
    return;
  }
  const bool newer_wins = given.rank < old.rank;
  const auto& loser = newer_wins ? old : given;
  const auto& winner = newer_wins ? given : old;
  if (!same_value(*old.value, *given.value)) {
    issues.warn(loser.at,
                loser.path,
                fmt::format("not used, because {} says otherwise", winner.path),
                "delete one of them");
  }
  if (newer_wins) {
    old = std::move(given);
  }
}

const Given* Part::find(Section section, std::string_view name) const {
  const auto* row = find_key(section, name);
  const auto found = std::ranges::find(given_, row, &Given::row);
  return row == nullptr || found == given_.end() ? nullptr : &*found;
}

struct KeyCheck::Place {
  Section section{};
  const YamlEntry& entry;
  std::string path;
};

void KeyCheck::read(Section section, const Yaml& map, const std::string& path, Part& part) {
  ByName<bool> met;
  for (const auto& entry : map.entries) {
    if (!met.emplace(entry.key, true).second) {
      continue;  // Reported by check_repeats.
    }
    const Place place{section, entry, join_path(path, entry.key)};
    if (entry.value.is_null() && entry.value.variable.empty() && is_known(section, entry.key)) {
      saw(place, KeyFate::NoEffect, "null: not set", "takes it as not set");
      continue;
    }
    if (const auto* row = find_key(section, entry.key)) {
      known(place, *row, row->section == section ? 0 : 1, part);
    } else if (const auto other = find_elsewhere(section, entry.key); other.row != nullptr) {
      misplaced(place, other, part);
    } else {
      unknown(place);
    }
  }
}

void KeyCheck::known(const Place& place, const KeyRow& row, int rank, Part& part) {
  switch (row.fate) {
    case KeyFate::Free:
      saw(place, KeyFate::Free, row.meaning, row.litellm);
      return;
    case KeyFate::Used:
      saw(place, KeyFate::Used, row.meaning, row.litellm);
      part.add({&row, &place.entry.value, place.entry.at, place.path, rank}, issues_);
      return;
    case KeyFate::NoEffect:
      without_effect(place, row);
      return;
    case KeyFate::Refused:
      refuse(place, row);
      return;
  }
}

void KeyCheck::without_effect(const Place& place, const KeyRow& row) {
  saw(place, KeyFate::NoEffect, row.meaning, row.litellm);
  if (!says_nothing(place.entry.value)) {
    issues_.warn(place.entry.at, place.path, fmt::format("no effect here: {}", row.meaning));
  }
}

void KeyCheck::refuse(const Place& place, const KeyRow& row) {
  const auto& value = place.entry.value;
  if (place.section == Section::Top && row.name == "guardrails" && value.is_list() &&
      !value.items.empty()) {
    guardrails(place, row);
    return;
  }
  if (says_nothing(value) || (row.name.contains("budget") && is_zero(value))) {
    saw(place, KeyFate::NoEffect, "switched off, so it restricts nothing", row.litellm);
    return;
  }
  if (row.way_in && locked_) {
    other_way_in(place, row);
    return;
  }
  saw(place, KeyFate::Refused, row.meaning, row.litellm);
  issues_.error(
      place.entry.at, place.path, "this restriction is not kept here", std::string(row.meaning));
}

void KeyCheck::other_way_in(const Place& place, const KeyRow& row) {
  constexpr std::string_view kWhy =
      "the master_key is the only way in; whoever comes with anything else gets 401";
  saw(place, KeyFate::NoEffect, kWhy, row.litellm);
  issues_.warn(place.entry.at, place.path, fmt::format("no effect here: {}", kWhy));
}

void KeyCheck::guardrails(const Place& place, const KeyRow& row) {
  const auto* const running = first_default_on(place.entry.value);
  if (running == nullptr) {
    saw(place, KeyFate::NoEffect, kGuardrailsOnDemand, row.litellm);
    issues_.warn(
        place.entry.at, place.path, fmt::format("no effect here: {}", kGuardrailsOnDemand));
    return;
  }
  saw(place, KeyFate::Refused, row.meaning, row.litellm);
  const auto* const name = running->find("guardrail_name");
  issues_.error(running->at,
                place.path,
                name == nullptr
                    ? std::string("a guardrail that is default_on would not run")
                    : fmt::format("{} is default_on, and would not run", shown(*name, name->text)),
                std::string(row.meaning));
}

void KeyCheck::misplaced(const Place& place, const Elsewhere& other, Part& part) {
  const auto& row = *other.row;
  if (place.section == Section::Info && is_catalogue_word(row)) {
    saw(place, KeyFate::Free, "free text; nothing depends on it", "keeps it");
    return;
  }
  if (row.fate == KeyFate::NoEffect) {
    without_effect(place, row);
    return;
  }
  if (says_nothing(place.entry.value) && (row.protects || row.fate == KeyFate::Refused)) {
    saw(place, KeyFate::NoEffect, "switched off, so it restricts nothing", row.litellm);
    return;
  }
  if (row.fate == KeyFate::Refused) {
    refuse(place, row);
    return;
  }
  if (row.strict_place) {
    saw(place, KeyFate::Refused, "a lock in the wrong place", row.litellm);
    issues_.error(place.entry.at,
                  place.path,
                  fmt::format("a lock in the wrong place: it belongs in {}", name_of(other.home)),
                  "move it there; LiteLLM does not read it here either");
    return;
  }
  issues_.warn(
      place.entry.at,
      place.path,
      fmt::format("belongs in {}, and is applied as if it stood there", name_of(other.home)),
      row.protects ? "move it; in this place LiteLLM may never have enforced it"
                   : "move it; LiteLLM may ignore it here");
  saw(place, KeyFate::Used, row.meaning, "may ignore it in this section");
  part.add({&row, &place.entry.value, place.entry.at, place.path, kMisplaced}, issues_);
}

void KeyCheck::unknown(const Place& place) {
  const auto& key = place.entry.key;
  if (const auto near = nearest_key(place.section, key)) {
    saw(place, KeyFate::Refused, "misspelt", "ignores it");
    issues_.error(place.entry.at,
                  place.path,
                  fmt::format("unknown key {}", shown(key)),
                  fmt::format("did you mean \"{}\"?", *near));
    return;
  }
  if (place.section == Section::Info || place.section == Section::Metadata) {
    saw(place, KeyFate::Free, "free text; nothing depends on it", "keeps it");
    return;
  }
  if (promises_restriction(key, place.entry.value)) {
    saw(place, KeyFate::Refused, "an unknown key that promises a restriction", kUnknownToLiteLlm);
    issues_.error(place.entry.at,
                  place.path,
                  "an unknown key whose name promises a restriction that nobody would keep",
                  "delete it; docs/config.md has every key that is kept");
    return;
  }
  if (place.section == Section::Params) {
    unknown_param(place);
    return;
  }
  saw(place, KeyFate::NoEffect, "an unknown key", kUnknownToLiteLlm);
  issues_.warn(place.entry.at,
               place.path,
               "an unknown key, which has no effect",
               "LiteLLM's reference (1.103) does not list it either; delete it");
}

void KeyCheck::unknown_param(const Place& place) {
  const auto& key = place.entry.key;
  if (is_other_price(key)) {
    saw(place, KeyFate::NoEffect, "a price that does not count here", "reads it");
    issues_.warn(
        place.entry.at,
        place.path,
        "no effect here: only prices per input, output, cached and cache-writing token count here");
  } else if (looks_private(key)) {
    saw(place,
        KeyFate::NoEffect,
        "unknown; its name is private, so it is not forwarded",
        "forwards it");
    issues_.warn(place.entry.at,
                 place.path,
                 "an unknown key, which has no effect",
                 "it looks like a secret or an address, so it is not forwarded to the provider");
  } else {
    saw(place, KeyFate::Used, "unknown: forwarded where the request has none", "forwards it");
    issues_.warn(place.entry.at,
                 place.path,
                 "an unknown key, forwarded to the provider where the request has none",
                 "put it into extra_body to say that this is meant");
    forwarded_.emplace_back(key, &place.entry.value);
  }
}

void KeyCheck::saw(const Place& place,
                   KeyFate fate,
                   std::string_view why,
                   std::string_view litellm) {
  auto path = general_path(place.path);
  if (seen_paths_.contains(path)) {
    return;
  }
  seen_paths_.emplace(path, true);
  seen_.push_back(
      {std::move(path), place.entry.at.line, fate, std::string(why), std::string(litellm)});
}

}  // namespace meridian
