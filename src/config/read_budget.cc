#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "config/read_settings.h"

namespace meridian {

namespace {

using enum Section;

constexpr double kDollarsMax = 1e9;

std::optional<MicroDollars> read_limit(PartReader& reader) {
  const auto dollars = reader.number(Litellm, "max_budget", 0, kDollarsMax);
  if (!dollars || *dollars == 0) {
    return std::nullopt;
  }
  return MicroDollars{std::max(std::llround(*dollars * 1e6), 1LL)};
}

std::optional<BudgetPeriod> read_period(PartReader& reader) {
  const auto text = reader.text(Litellm, "budget_duration");
  if (!text) {
    return std::nullopt;
  }
  auto period = read_budget_period(*text);
  if (!period) {
    const auto* given = reader.given(Litellm, "budget_duration");
    reader.issues().error(
        given->value->at,
        given->path,
        fmt::format("{} is no time that a budget can last", shown(*given->value, *text)),
        "write 30s, 10m, 24h, 7d, 2w or 1mo");
  }
  return period;
}

}  // namespace

std::string unpriced(const Settings& settings) {
  constexpr std::size_t kNamed = 5;
  std::string names;
  std::size_t count = 0;
  for (const auto& deployment : settings.fleet.deployments) {
    if (settings.prices[index_of(deployment.id)].known) {
      continue;
    }
    if (++count <= kNamed) {
      names += (names.empty() ? "" : ", ") + deployment.name;
    }
  }
  return count > kNamed ? fmt::format("{} and {} more", names, count - kNamed) : names;
}

void read_budget(PartReader& reader, Settings& settings) {
  const auto limit = read_limit(reader);
  const auto period = read_period(reader);
  if (!limit) {
    if (const auto* given = reader.given(Litellm, "budget_duration"); given != nullptr && period) {
      reader.issues().warn(given->at,
                           given->path,
                           "limits nothing without a max_budget",
                           "write litellm_settings.max_budget, or delete the line");
    }
    return;
  }
  const bool anew = !reader.flag(General, "disable_reset_budget").value_or(false);
  settings.budget = Budget{.limit = *limit, .period = anew ? period : std::nullopt};
  if (const auto names = unpriced(settings); !names.empty()) {
    const auto* given = reader.given(Litellm, "max_budget");
    reader.issues().warn(
        given->at,
        given->path,
        fmt::format("no price is known for {}: what they cost counts as $0, and is not limited",
                    names),
        "write input_cost_per_token and output_cost_per_token in their litellm_params; 0 for "
        "models "
        "that cost nothing");
  }
}

}  // namespace meridian
