#include "config/repeats.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "regions/fleet.h"

namespace meridian {

namespace {

std::string below(const std::string& path, const std::string& key) {
  return path.empty() ? key : fmt::format("{}.{}", path, key);
}

// Everything in `later` stands in `earlier`, with the same value: which of the two counts makes no
// difference to what the later one says.
bool says_nothing_new(const Yaml& earlier, const Yaml& later) {
  if (later.is_map() && earlier.is_map()) {
    return std::ranges::all_of(later.entries, [&earlier](const YamlEntry& entry) {
      const auto* const same = earlier.find(entry.key);
      return same != nullptr && says_nothing_new(*same, entry.value);
    });
  }
  return earlier.kind == later.kind && earlier.text == later.text &&
         earlier.variable == later.variable &&
         std::ranges::equal(earlier.items, later.items, says_nothing_new);
}

void report_repeat(const YamlEntry& first,
                   const YamlEntry& again,
                   const std::string& path,
                   Issues& issues) {
  const auto where = below(path, again.key);
  if (where == "model_list") {
    issues.error(
        again.at,
        where,
        fmt::format("two gateways in one file: model_list stands at line {}, too", first.at.line),
        fmt::format("split at line {}, and start a gateway for each file", again.at.line));
    return;
  }
  const auto problem = fmt::format("repeated key; it stands at line {}, too", first.at.line);
  if (says_nothing_new(first.value, again.value)) {
    issues.warn(again.at,
                where,
                problem + (again.value.is_map() ? ", and says the same and more there"
                                                : ", with the same value"),
                "delete this one");
  } else {
    issues.error(
        again.at, where, problem, "LiteLLM would take the last and drop the rest; keep one");
  }
}

void check_repeats_in(const Yaml& value, const std::string& path, Issues& issues) {
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    const auto& item = value.items[i];
    if (item.is_map() || item.is_list()) {
      check_repeats_in(item, fmt::format("{}[{}]", path, i), issues);
    }
  }
  ByName<const YamlEntry*> met;
  for (const auto& entry : value.entries) {
    if (const auto [first, fresh] = met.emplace(entry.key, &entry); !fresh) {
      report_repeat(*first->second, entry, path, issues);
    }
    if (entry.value.is_map() || entry.value.is_list()) {
      check_repeats_in(entry.value, below(path, entry.key), issues);
    }
  }
}

}  // namespace

void check_repeats(const Yaml& root, Issues& issues) {
  check_repeats_in(root, "", issues);
}

}  // namespace meridian
