#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text_distance.h"
#include "config/read_settings.h"

namespace meridian {

namespace {

using enum Section;

// What a dollar is worth in waiting, under `adaptive`: a request of a cent costs 200 ms, about the
// distance between two continents.
constexpr double kAdaptiveMsPerDollar = 20'000;

constexpr auto kStrategies = std::to_array<std::pair<std::string_view, Strategy>>({
    {"simple-shuffle", Strategy::SimpleShuffle},
    {"priority-routing", Strategy::Priority},
    {"latency-based-routing", Strategy::Latency},
    {"least-busy", Strategy::LeastBusy},
    {"usage-based-routing-v2", Strategy::Usage},
    {"usage-based-routing", Strategy::Usage},
    {"cost-based-routing", Strategy::Cost},
    {"adaptive", Strategy::Adaptive},
});

void refuse_strategy(PartReader& reader, const Given& given, const std::string& name) {
  auto& issues = reader.issues();
  if (name == "provider-budget-routing") {
    issues.error(
        given.value->at,
        given.path,
        "provider-budget-routing keeps budgets of single providers, and those are not kept here",
        "write cost-based-routing to spend less, and set a limit at the provider");
    return;
  }
  std::vector<std::string_view> names;
  names.reserve(kStrategies.size());
  for (const auto& [known, strategy] : kStrategies) {
    names.push_back(known);
  }
  auto near = nearest(name, names);
  for (const auto known : names) {
    // "latency-based" and "usage-based" are cut short, not misspelt.
    if (!near && name.size() >= 5 && known.starts_with(name)) {
      near = known;
    }
  }
  issues.error(
      given.value->at,
      given.path,
      given.value->variable.empty()
          ? fmt::format("unknown strategy {}", shown(name))
          : fmt::format("the variable {} holds no strategy that is known", given.value->variable),
      near ? fmt::format("did you mean \"{}\"?", *near)
           : "write one of simple-shuffle, priority-routing, latency-based-routing, "
             "cost-based-routing, least-busy, usage-based-routing-v2, adaptive");
}

void read_strategy(PartReader& reader, RouterRules& rules) {
  const auto name = reader.text(Router, "routing_strategy");
  if (!name) {
    return;
  }
  const auto found =
      std::ranges::find(kStrategies, *name, &std::pair<std::string_view, Strategy>::first);
  if (found == kStrategies.end()) {
    refuse_strategy(reader, *reader.given(Router, "routing_strategy"), *name);
    return;
  }
  rules.strategy = found->second;
}

void read_strategy_args(PartReader& reader, KeyCheck& keys, RouterRules& rules) {
  if (rules.strategy == Strategy::Adaptive) {
    rules.cost_weight_ms_per_dollar = kAdaptiveMsPerDollar;
    rules.cache_affinity = true;
  }
  const auto* given = reader.given(Router, "routing_strategy_args");
  if (given == nullptr || given->value->is_null()) {
    return;
  }
  if (!given->value->is_map()) {
    reader.issues().error(
        given->value->at, given->path, "not a map", "write its keys below it, indented");
    return;
  }
  Part part;
  keys.read(StrategyArgs, *given->value, given->path, part);
  PartReader args(part, reader.issues());
  rules.lowest_latency_buffer = args.number(StrategyArgs, "lowest_latency_buffer", 0, 10)
                                    .value_or(rules.lowest_latency_buffer);
  rules.cost_weight_ms_per_dollar =
      args.number(StrategyArgs, "cost_weight", 0, 1e9).value_or(rules.cost_weight_ms_per_dollar);
  rules.cache_affinity = args.flag(StrategyArgs, "cache_affinity").value_or(rules.cache_affinity);
}

void positive(PartReader& reader, std::string_view name, Duration value) {
  const auto* given = reader.given(Router, name);
  if (given != nullptr && value == Duration::zero()) {
    reader.issues().error(given->value->at,
                          given->path,
                          "0 leaves no time at all",
                          "write seconds, or delete the line");
  }
}

void read_times(PartReader& reader, RouterRules& rules) {
  const auto timeout = reader.seconds(Router, "timeout");
  const auto request_timeout = reader.seconds(Litellm, "request_timeout");
  rules.timeout = timeout.value_or(request_timeout.value_or(rules.timeout));
  rules.stream_timeout = reader.seconds(Router, "stream_timeout").value_or(rules.stream_timeout);
  rules.max_stream = reader.seconds(Router, "max_stream").value_or(rules.max_stream);
  rules.retry_after_min = reader.seconds(Router, "retry_after").value_or(rules.retry_after_min);
  positive(reader, "timeout", timeout.value_or(rules.timeout));
  positive(reader, "stream_timeout", rules.stream_timeout);
  positive(reader, "max_stream", rules.max_stream);
}

}  // namespace

void read_router(PartReader& reader, KeyCheck& keys, RouterRules& rules) {
  read_strategy(reader, rules);
  read_strategy_args(reader, keys, rules);
  read_times(reader, rules);
  rules.num_retries = reader.count(Router, "num_retries", 0, 100).value_or(rules.num_retries);
  rules.max_fallbacks = reader.count(Router, "max_fallbacks", 0, 100).value_or(rules.max_fallbacks);
  rules.enable_tag_filtering =
      reader.flag(Router, "enable_tag_filtering").value_or(rules.enable_tag_filtering);
  rules.tag_match_any =
      reader.flag(Router, "tag_filtering_match_any").value_or(rules.tag_match_any);
}

}  // namespace meridian
