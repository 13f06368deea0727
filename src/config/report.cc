#include <algorithm>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "config/expert.h"
#include "config/load.h"

namespace meridian {

namespace {

using Row = std::vector<std::string>;

std::string aligned(std::span<const Row> rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = " ";
    for (std::size_t i = 0; i < row.size(); ++i) {
      // The last column is not padded, so that lines end where their words do.
      line += i + 1 < row.size() ? fmt::format(" {:<{}} ", row[i], widths[i]) : " " + row[i];
    }
    while (line.ends_with(' ')) {
      line.pop_back();
    }
    text += line + "\n";
  }
  return text;
}

std::string heading(std::string_view title) {
  return fmt::format("{}\n", title);
}

std::string or_dash(std::string_view text) {
  return text.empty() ? "-" : std::string(text);
}

std::string seconds(Duration duration) {
  return fmt::format("{:g} s", to_ms(duration) / 1000);
}

std::string fleet_text(const Settings& settings) {
  std::vector<Row> rows{
      {"group", "tier", "weight", "id", "provider", "region", "country", "where it may process"}};
  std::vector<Row> skipped;
  const auto& fleet = settings.fleet;
  for (const auto& group : fleet.groups) {
    auto members = group.members;
    std::ranges::stable_sort(members, {}, [&](DeploymentId id) { return fleet[id].tier; });
    for (const auto id : members) {
      const auto& each = fleet[id];
      rows.push_back({group.name,
                      fmt::format("{}", each.tier),
                      each.weight ? fmt::format("{:g}", *each.weight) : "-",
                      each.name,
                      std::string(name_of(each.provider)),
                      each.location.region,
                      or_dash(each.location.country),
                      each.location.reason});
      if (!each.configured) {
        skipped.push_back({each.name, each.not_configured_why});
      }
    }
  }
  auto text = heading("Fleet") + aligned(rows);
  if (!skipped.empty()) {
    text += "\n" + heading("Not configured: skipped until this is mended") + aligned(skipped);
  }
  return text;
}

std::string_view words_for(Strategy strategy) {
  switch (strategy) {
    case Strategy::SimpleShuffle:
      return "simple-shuffle: at random, by weight";
    case Strategy::Priority:
      return "priority-routing: tier by tier, at random by weight inside one";
    case Strategy::Latency:
      return "latency-based-routing: the soonest first token for this request";
    case Strategy::LeastBusy:
      return "least-busy: the fewest requests waiting for a first token";
    case Strategy::Usage:
      return "usage-based-routing-v2: the smallest used share of tpm and rpm";
    case Strategy::Cost:
      return "cost-based-routing: the lowest price of this request";
    case Strategy::Adaptive:
      return "adaptive: the soonest first token, a price on money, prompt-cache affinity";
  }
  return "";
}

std::string fallback_words(const FallbackMap& map) {
  std::vector<std::string> lines;
  for (const auto& [from, to] : map) {
    std::string line = from + " ->";
    for (const auto& name : to) {
      line += " " + name;
    }
    lines.push_back(std::move(line));
  }
  std::ranges::sort(lines);
  std::string text;
  for (const auto& line : lines) {
    text += (text.empty() ? "" : "; ") + line;
  }
  return text;
}

// What most deployments have; those with rules of their own are told apart.
std::string health_words(const Settings& settings) {
  if (settings.health.empty()) {
    return "-";
  }
  const auto& rules = settings.health.front();
  const auto same = [&](const HealthRules& other) {
    return other.allowed_fails == rules.allowed_fails && other.cooldown == rules.cooldown &&
           other.disabled == rules.disabled;
  };
  if (!std::ranges::all_of(settings.health, same)) {
    return "differs by deployment";
  }
  if (rules.disabled || rules.cooldown == Duration::zero()) {
    return "never";
  }
  return fmt::format("at {} fault{} in a row, for {}, then one trial",
                     std::max(rules.allowed_fails, 1),
                     rules.allowed_fails > 1 ? "s" : "",
                     seconds(rules.cooldown));
}

std::string budget_words(const Budget& budget) {
  return to_dollars(budget.limit) +
         (budget.period ? " every " + to_text(*budget.period) : std::string(", ever"));
}

std::string rules_text(const Settings& settings) {
  const auto& router = settings.router;
  std::vector<Row> rows;
  rows.push_back({"order", std::string(words_for(router.strategy))});
  rows.push_back({"attempts", fmt::format("1 + {}", router.num_retries)});
  rows.push_back({"time limits",
                  fmt::format("{} to the first content, {} between events, {} for a whole stream",
                              seconds(router.timeout),
                              seconds(router.stream_timeout),
                              seconds(router.max_stream))});
  rows.push_back({"rest", health_words(settings)});
  rows.push_back(
      {"probes",
       settings.probes.interval
           ? fmt::format("every {} by {}, at most {}",
                         seconds(*settings.probes.interval),
                         settings.probes.by_completion ? "a one-token completion" : "a connect",
                         seconds(settings.probes.timeout))
           : "none"});
  rows.push_back({"residency", settings.residency.text()});
  for (const auto& [where, policy] : settings.residency_by_location) {
    rows.push_back({"  from " + where, policy.text()});
  }
  for (const auto& [name, map] : {std::pair("fallbacks", &router.fallbacks),
                                  std::pair("prompt too long", &router.context_window_fallbacks),
                                  std::pair("content refused", &router.content_policy_fallbacks)}) {
    if (!map->empty()) {
      rows.push_back({name, fallback_words(*map)});
    }
  }
  std::string defaults;
  for (const auto& name : router.default_fallbacks) {
    defaults += (defaults.empty() ? "" : ", ") + name;
  }
  if (!defaults.empty()) {
    rows.push_back({"for every group", defaults});
  }
  rows.push_back(
      {"gateway", settings.general.region.empty() ? "region not said" : settings.general.region});
  rows.push_back({"key", settings.general.master_key.empty() ? "none: open" : "master_key"});
  if (settings.budget) {
    rows.push_back({"budget", budget_words(*settings.budget)});
  }
  rows.push_back({"hash", settings.hash});
  return heading("Rules in force") + aligned(rows);
}

std::string_view word_for(KeyFate fate) {
  switch (fate) {
    case KeyFate::Used:
      return "used";
    case KeyFate::NoEffect:
      return "no effect";
    case KeyFate::Refused:
      return "refused";
    case KeyFate::Free:
      return "free";
  }
  return "";
}

// Two lines a key where LiteLLM does something else with it; one where it does the same.
std::string keys_text(const Settings& settings) {
  auto keys = settings.keys;
  std::ranges::stable_sort(keys, {}, &KeySeen::line);
  std::vector<Row> rows;
  for (const auto& key : keys) {
    rows.push_back(
        {fmt::format("{}", key.line), std::string(word_for(key.fate)), key.path, key.why});
    if (key.litellm != "the same") {
      rows.push_back({"", "", "", "LiteLLM: " + key.litellm});
    }
  }
  return heading("Keys of the file") + aligned(rows);
}

std::string list_text(std::string_view title, std::span<const std::string> lines) {
  if (lines.empty()) {
    return {};
  }
  auto text = "\n" + heading(title);
  for (const auto& line : lines) {
    text += "  " + line + "\n";
  }
  return text;
}

std::vector<std::string> texts_of(std::span<const ConfigIssue> issues) {
  std::vector<std::string> texts;
  texts.reserve(issues.size());
  std::ranges::transform(
      issues, std::back_inserter(texts), [](const ConfigIssue& issue) { return to_text(issue); });
  return texts;
}

}  // namespace

std::string check_report(const Settings& settings) {
  return fleet_text(settings) + "\n" + rules_text(settings) + "\n" + keys_text(settings) +
         list_text("Warnings", texts_of(settings.warnings)) +
         list_text("What an expert would say", expert_warnings(settings)) +
         list_text("Variables that are not set", settings.unset_variables) +
         list_text("Stops the start", texts_of(settings.start_issues));
}

}  // namespace meridian
