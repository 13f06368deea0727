#include "admin/explain.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "gateway/local.h"
#include "gateway/user_place.h"
#include "health/book.h"
#include "routing/explain.h"
#include "routing/plan.h"

namespace meridian {

namespace {

// Far more than any threshold: whatever the rules, this many faults make a deployment rest.
constexpr int kFaultsEnough = 1000;

Failure bad(std::string message) {
  return {.kind = FailureKind::BadRequest, .message = std::move(message), .code = "invalid_value"};
}

std::vector<std::string> words_of(std::string_view list) {
  std::vector<std::string> words;
  while (!list.empty()) {
    const auto comma = list.find(',');
    if (const auto word = list.substr(0, comma); !word.empty()) {
      words.emplace_back(word);
    }
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return words;
}

template <class Number>
Result<Number> number_of(std::string_view name, const std::string& text, Number otherwise) {
  if (text.empty()) {
    return otherwise;
  }
  Number number{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size() || number < Number{}) {
    return std::unexpected(bad(fmt::format("{} must be a whole number", name)));
  }
  return number;
}

bool is_down(const Deployment& deployment, const std::vector<std::string>& down) {
  return std::ranges::any_of(down, [&](const auto& word) {
    return word == deployment.location.region || word == deployment.label ||
           word == deployment.name;
  });
}

// A board on which the regions of `down` rest and nothing else is known.
Result<std::unique_ptr<Board>> imagined(const Settings& settings,
                                        const std::vector<std::string>& down,
                                        TimePoint now) {
  const auto& fleet = settings.fleet;
  for (const auto& word : down) {
    const std::vector<std::string> only{word};
    if (std::ranges::none_of(fleet.deployments,
                             [&](const auto& one) { return is_down(one, only); })) {
      return std::unexpected(bad(fmt::format("down: no deployment is in \"{}\"", word)));
    }
  }
  auto board = std::make_unique<Board>(fleet.deployments.size());
  HealthBook book(fleet, settings.health, *board, now);
  Rng rng(1);
  for (const auto& deployment : fleet.deployments) {
    for (int i = 0; i < kFaultsEnough && is_down(deployment, down); ++i) {
      if (board->view(deployment.id, now).standing != Standing::Ready) {
        break;
      }
      book.apply({.kind = Fact::Kind::Failed,
                  .deployment = deployment.id,
                  .failure = FailureKind::ServerError,
                  .retry_after = std::nullopt},
                 now,
                 rng);
    }
  }
  return board;
}

}  // namespace

Result<ExplainQuestion> read_question(std::string_view query) {
  ExplainQuestion question;
  question.model = query_value(query, "model");
  if (question.model.empty()) {
    return std::unexpected(
        bad("say which model: /explain?model=NAME[&allowed=eu][&from=DE][&down=us-west-2]"));
  }
  question.allowed = words_of(query_value(query, "allowed"));
  question.from = query_value(query, "from");
  question.down = words_of(query_value(query, "down"));
  question.batch = query_value(query, "workload") == "batch";
  question.json = query_value(query, "format") != "text";
  const auto tokens = number_of<std::int64_t>("tokens", query_value(query, "tokens"), 0);
  if (!tokens) {
    return std::unexpected(tokens.error());
  }
  const auto seed = number_of<std::uint64_t>("seed", query_value(query, "seed"), 1);
  if (!seed) {
    return std::unexpected(seed.error());
  }
  question.input_tokens = *tokens;
  question.seed = *seed;
  return question;
}

Result<std::string> explain(const ExplainQuestion& question,
                            const Settings& settings,
                            const Board& board,
                            TimePoint now) {
  auto rule = settings.residency;
  for (const auto& word : question.allowed) {
    if (!places_named(word)) {
      return std::unexpected(
          bad(fmt::format("allowed: \"{}\" is no region, country or group of them", word)));
    }
  }
  if (!question.allowed.empty()) {
    rule = rule.and_also(Policy::of(question.allowed));
  }
  RouteRequest request;
  if (!question.from.empty()) {
    request.user = middle_of(question.from);
    if (!request.user) {
      return std::unexpected(bad(
          fmt::format(R"(from: "{}" is no country's ISO code ("DE", "US", ...))", question.from)));
    }
  }
  if (!settings.residency_by_location.empty()) {
    if (const auto* by_place = rule_for(settings.residency_by_location, question.from)) {
      rule = rule.and_also(*by_place);
    }
  }
  std::unique_ptr<Board> other;
  if (!question.down.empty()) {
    auto made = imagined(settings, question.down, now);
    if (!made) {
      return std::unexpected(made.error());
    }
    other = std::move(*made);
  }
  request.model = question.model;
  request.residency = &rule;
  request.input_tokens = question.input_tokens;
  request.workload = question.batch ? Workload::Batch : Workload::Interactive;
  const RoutingWorld world{.fleet = settings.fleet,
                           .rules = settings.router,
                           .prices = settings.prices,
                           .board = other ? *other : board};
  Plan plan;
  Rng rng(question.seed);
  make_plan(request, world, now, rng, plan);
  return question.json ? explain_json(plan, request, world, now)
                       : explain_text(plan, request, world, now);
}

}  // namespace meridian
