#include "sim/scenario.h"

#include <charconv>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/check.h"
#include "base/rng.h"
#include "health/board.h"
#include "health/book.h"
#include "regions/fleet.h"
#include "routing/budget.h"
#include "routing/plan.h"
#include "routing/pursuit.h"

namespace meridian {

namespace {

using std::chrono::seconds;
using Words = std::vector<std::string_view>;

// Something that cannot be read; ends the run.
struct Unreadable {
  std::string why;
};

Words words_of(std::string_view text) {
  Words words;
  while (!text.empty()) {
    const auto begin = text.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) {
      break;
    }
    text.remove_prefix(begin);
    const auto end = std::min(text.find_first_of(" \t\r"), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(end + 1);
  }
}

std::string joined(const Words& words, std::size_t from = 0) {
  return fmt::format(
      "{}",
      fmt::join(words.begin() + static_cast<std::ptrdiff_t>(std::min(from, words.size())),
                words.end(),
                " "));
}

// "60s", "70%", "3": the number before a suffix.
int number(std::string_view word, std::string_view suffix = "") {
  if (!word.ends_with(suffix)) {
    throw Unreadable{fmt::format("`{}` does not end in `{}`", word, suffix)};
  }
  word.remove_suffix(suffix.size());
  int value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) {
    throw Unreadable{fmt::format("`{}` is not a number", word)};
  }
  return value;
}

std::string_view at(const Words& words, std::size_t index) {
  if (index >= words.size()) {
    throw Unreadable{"the line ends too early"};
  }
  return words[index];
}

Strategy strategy_of(std::string_view name) {
  static const std::map<std::string_view, Strategy> kNames{
      {"simple-shuffle", Strategy::SimpleShuffle},
      {"priority-routing", Strategy::Priority},
      {"latency-based-routing", Strategy::Latency},
      {"least-busy", Strategy::LeastBusy},
      {"usage-based-routing-v2", Strategy::Usage},
      {"cost-based-routing", Strategy::Cost},
      {"adaptive", Strategy::Adaptive}};
  const auto found = kNames.find(name);
  if (found == kNames.end()) {
    throw Unreadable{fmt::format("`{}` is not a strategy", name)};
  }
  return found->second;
}

std::string_view words_for_failure(FailureKind kind) {
  switch (kind) {
    case FailureKind::ConnectFailed:
      return "refused connection";
    case FailureKind::TimedOut:
      return "timed out";
    case FailureKind::ServerError:
      return "server error";
    case FailureKind::RateLimited:
      return "rate limited";
    case FailureKind::AccountBlocked:
      return "no money";
    case FailureKind::Misconfigured:
      return "not available there";
    case FailureKind::BadRequest:
    case FailureKind::ContextWindow:
    case FailureKind::ContentPolicy:
    case FailureKind::CutShort:
    case FailureKind::ClientLeft:
      break;
  }
  return "failed";
}

std::string_view words_for_standing(Standing standing) {
  switch (standing) {
    case Standing::Ready:
      return "ready";
    case Standing::TrialDue:
      return "trial due";
    case Standing::Resting:
      return "resting";
    case Standing::QuotaBlocked:
      return "rate limited";
    case Standing::AccountBlocked:
      return "out of money";
    case Standing::Misconfigured:
      return "misconfigured";
    case Standing::Draining:
      return "draining";
  }
  MERIDIAN_CHECK(false);
}

std::string_view words_for_none(NoPlan none) {
  switch (none) {
    case NoPlan::Residency:
      return "residency";
    case NoPlan::UnknownModel:
      return "unknown model";
    case NoPlan::Quota:
      return "rate limited";
    case NoPlan::Capability:
    case NoPlan::ContextWindow:
      return "refused";
    case NoPlan::None:
    case NoPlan::Health:
    case NoPlan::NotConfigured:
      return "unavailable";
  }
  MERIDIAN_CHECK(false);
}

// How an endpoint answers at present.
struct Answer {
  std::optional<FailureKind> failure;
  std::optional<Duration> retry_after;
};

class Scenario {
 public:
  void line(std::string_view text);

  std::vector<std::string> differences;

 private:
  void fleet(std::string_view text);
  void member(GroupId group, const Words& words);
  void rule(const Words& words);
  void start();
  void event(const Words& words, std::string_view expected);
  void change(std::string_view region, const Words& state);
  void ask(const Words& words, std::string_view expected);
  std::string one(const RouteRequest& request);
  void check_shares(const RouteRequest& request, int times, std::string_view expected);
  std::string end(const Step& step, const Plan& plan, std::string told) const;
  Failure attempt(const Step& step);
  void compare(std::string_view expected, std::string_view got);
  std::uint16_t endpoint(std::string_view region);
  DeploymentId first_in(std::string_view region) const;

  int line_number_ = 0;
  Fleet fleet_;
  RouterRules rules_;
  HealthRules health_{.slow_start = seconds(30)};
  std::vector<Price> prices_;
  std::unique_ptr<Board> board_;
  std::unique_ptr<HealthBook> book_;
  std::vector<Answer> answers_;  // By endpoint.
  std::vector<Board::Lease> open_;
  std::map<GroupId, RetryBudget> budgets_;
  TimePoint now_;
  Rng rng_{1};
};

void Scenario::compare(std::string_view expected, std::string_view got) {
  if (expected != got) {
    differences.push_back(
        fmt::format("line {}: expected `{}`, got `{}`", line_number_, expected, got));
  }
}

void Scenario::line(std::string_view text) {
  ++line_number_;
  text = text.substr(0, text.find('#'));
  const auto arrow = text.find("->");
  const auto words = words_of(text);
  if (words.empty()) {
    return;
  }
  if (words[0] == "fleet") {
    fleet(text.substr(text.find("fleet") + 5));
  } else if (words[0] == "rules") {
    for (const auto part : split(text.substr(text.find("rules") + 5), ',')) {
      rule(words_of(part));
    }
  } else if (words[0] == "at") {
    const bool asks = at(words, 2) == "ask";
    const auto expected = asks && arrow != std::string_view::npos
                              ? joined(words_of(text.substr(arrow + 2)))
                              : std::string();
    event(asks ? words_of(text.substr(0, arrow)) : words, expected);
  } else {
    throw Unreadable{fmt::format("`{}` begins no line", words[0])};
  }
}

std::uint16_t Scenario::endpoint(std::string_view region) {
  for (std::size_t i = 0; i < fleet_.endpoints.size(); ++i) {
    if (fleet_.endpoints[i] == region) {
      return static_cast<std::uint16_t>(i);
    }
  }
  fleet_.endpoints.emplace_back(region);
  answers_.emplace_back();
  return static_cast<std::uint16_t>(fleet_.endpoints.size() - 1);
}

void Scenario::fleet(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) {
    throw Unreadable{"a fleet line needs `group: region, region`"};
  }
  const GroupId id{static_cast<std::uint16_t>(fleet_.groups.size())};
  fleet_.groups.push_back({id, joined(words_of(text.substr(0, colon))), {}});
  for (const auto part : split(text.substr(colon + 1), ',')) {
    member(id, words_of(part));
  }
}

void Scenario::member(GroupId group, const Words& words) {
  const auto region = at(words, 0);
  const auto* place = find_region(region);
  if (place == nullptr) {
    throw Unreadable{fmt::format("`{}` is not a region", region)};
  }
  Deployment deployment;
  deployment.id = DeploymentId{static_cast<std::uint16_t>(fleet_.deployments.size())};
  deployment.group = group;
  deployment.endpoint = EndpointId{endpoint(region)};
  deployment.name = region;
  deployment.model = fleet_[group].name;
  deployment.location.region = region;
  deployment.location.possible = place_set(place->id);
  std::string account = "team";
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "account") {
      account = at(words, ++i);
    } else if (words[i].starts_with('p')) {
      deployment.tier = number(words[i].substr(1));
    } else if (words[i].starts_with('w')) {
      deployment.weight = number(words[i].substr(1));
    } else {
      throw Unreadable{
          fmt::format("`{}` is neither a priority, a weight nor an account", words[i])};
    }
  }
  std::size_t index = 0;
  while (index < fleet_.accounts.size() && fleet_.accounts[index] != account) {
    ++index;
  }
  if (index == fleet_.accounts.size()) {
    fleet_.accounts.push_back(account);
  }
  deployment.account = AccountId{static_cast<std::uint16_t>(index)};
  fleet_.groups[index_of(group)].members.push_back(deployment.id);
  fleet_.deployments.push_back(std::move(deployment));
}

void Scenario::rule(const Words& words) {
  const auto name = at(words, 0);
  const auto second = at(words, 1);
  if (name == "retries") {
    rules_.num_retries = number(second);
  } else if (name == "rest") {
    health_.cooldown = seconds(number(second, "s"));
  } else if (name == "strategy") {
    rules_.strategy = strategy_of(second);
  } else if (name == "allowed" && second == "fails") {
    health_.allowed_fails = number(at(words, 2));
  } else if (name == "slow" && second == "start") {
    health_.slow_start = seconds(number(at(words, 2), "s"));
  } else if (name == "fallback" && at(words, 2) == "->") {
    rules_.fallbacks[std::string(second)].emplace_back(at(words, 3));
  } else {
    throw Unreadable{fmt::format("`{}` is not a rule", joined(words))};
  }
}

void Scenario::start() {
  fleet_.index();
  prices_.resize(fleet_.deployments.size());
  board_ = std::make_unique<Board>(fleet_.deployments.size());
  book_ = std::make_unique<HealthBook>(
      fleet_, std::vector<HealthRules>(fleet_.deployments.size(), health_), *board_, now_);
}

DeploymentId Scenario::first_in(std::string_view region) const {
  for (const auto& deployment : fleet_.deployments) {
    if (deployment.name == region) {
      return deployment.id;
    }
  }
  throw Unreadable{fmt::format("`{}` is not in the fleet", region)};
}

void Scenario::event(const Words& words, std::string_view expected) {
  // Virtual time begins a while after the epoch, where "no time" would be.
  const TimePoint when{seconds(1'000 + number(at(words, 1), "s"))};
  if (when < now_) {
    throw Unreadable{"times do not go back"};
  }
  now_ = when;
  if (!book_) {
    start();
  }
  book_->tick(now_);
  const auto subject = at(words, 2);
  if (subject == "ask") {
    ask({words.begin() + 3, words.end()}, expected);
    return;
  }
  if (subject == "open") {
    for (int i = 0; i < number(at(words, 3)); ++i) {
      open_.emplace_back(*board_, first_in(at(words, 5)));
    }
    return;
  }
  const auto id = first_in(subject);
  const auto verb = at(words, 3);
  if (verb == "is") {
    compare(joined(words, 4), words_for_standing(board_->view(id, now_).standing));
  } else if (verb == "share") {
    compare(at(words, 4), fmt::format("{:.0f}%", 100 * board_->view(id, now_).share));
  } else {
    change(subject, {words.begin() + 3, words.end()});
  }
}

void Scenario::change(std::string_view region, const Words& state) {
  const auto text = joined(state);
  auto& answer = answers_[endpoint(region)];
  answer = {};
  if (text == "up") {
    return;
  }
  if (text == "down") {
    answer.failure = FailureKind::ConnectFailed;
  } else if (text == "erroring") {
    answer.failure = FailureKind::ServerError;
  } else if (text == "black hole") {
    answer.failure = FailureKind::TimedOut;
  } else if (text == "no money") {
    answer.failure = FailureKind::AccountBlocked;
  } else if (text == "retired") {
    answer.failure = FailureKind::Misconfigured;
  } else if (text.starts_with("rate limited")) {
    answer.failure = FailureKind::RateLimited;
    if (state.size() > 2) {
      answer.retry_after = seconds(number(state[2], "s"));
    }
  } else {
    throw Unreadable{fmt::format("`{}` is not a state", text)};
  }
}

void Scenario::ask(const Words& words, std::string_view expected) {
  Policy policy;
  int times = 1;
  RouteRequest request{
      .model = at(words, 0), .residency = &policy, .input_tokens = 1'000, .output_tokens = 100};
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "allowed") {
      const std::vector<std::string> rule{std::string(at(words, ++i))};
      policy = policy.and_also(Policy::of(rule));
    } else if (words[i] == "retries") {
      request.retries = number(at(words, ++i));
    } else if (at(words, i + 1) == "times") {
      times = number(words[i++]);
    } else {
      throw Unreadable{fmt::format("`{}` is not known of a request", words[i])};
    }
  }
  if (times == 1) {
    compare(expected, one(request));
  } else {
    check_shares(request, times, expected);
  }
}

Failure Scenario::attempt(const Step& step) {
  const auto id = step.attempt->to.id();
  const auto& answer = answers_[index_of(fleet_[id].endpoint)];
  Fact fact{.kind = answer.failure ? Fact::Kind::Failed : Fact::Kind::Succeeded,
            .deployment = id,
            .trial = step.trial,
            .streamed = true,
            .failure = answer.failure.value_or(FailureKind::ServerError),
            .retry_after = answer.retry_after,
            .elapsed = std::chrono::milliseconds(400),
            .input_tokens = 1'000};
  if (answer.failure == FailureKind::TimedOut) {
    fact.elapsed = step.first_token_limit.value_or(seconds(10));
  }
  book_->apply(fact, now_, rng_);
  Failure failure;
  failure.kind = fact.failure;
  failure.retry_after = answer.retry_after;
  return failure;
}

std::string Scenario::one(const RouteRequest& request) {
  const RoutingWorld world{fleet_, rules_, prices_, *board_};
  Plan plan;
  make_plan(request, world, now_, rng_, plan);
  const auto group = fleet_.find(request.model);
  Pursuit pursuit(request, world, *board_, budgets_[group ? group->group : GroupId{}], {});
  std::string told;
  auto step = pursuit.begin(plan, now_, rng_);
  while (step.kind == Step::Kind::Attempt) {
    const auto& to = fleet_[step.attempt->to.id()];
    told += fmt::format("{}{}{}{} ",
                        told.empty() ? "" : ", ",
                        step.attempt->fallback_depth > 0 ? fleet_[to.group].name + "/" : "",
                        to.name,
                        step.trial            ? " trial"
                        : step.attempt->panic ? " panic"
                                              : "");
    const bool fails = answers_[index_of(to.endpoint)].failure.has_value();
    const auto failure = attempt(step);
    if (!fails) {
      return told + "ok";
    }
    told += fmt::format("({})", words_for_failure(failure.kind));
    step = pursuit.failed(failure, now_, rng_);
  }
  return end(step, plan, std::move(told));
}

std::string Scenario::end(const Step& step, const Plan& plan, std::string told) const {
  if (!told.empty()) {
    told += ", ";
  }
  switch (step.kind) {
    case Step::Kind::ReturnFailure:
    case Step::Kind::RefusalFallback:
      return told + "failed";
    case Step::Kind::NoPlan:
      return told + std::string(words_for_none(plan.none));
    case Step::Kind::Unavailable:
    case Step::Kind::Attempt:
      return told + "unavailable";
  }
  MERIDIAN_CHECK(false);
}

void Scenario::check_shares(const RouteRequest& request, int times, std::string_view expected) {
  std::map<std::string, int> served;
  for (int i = 0; i < times; ++i) {
    ++served[one(request)];
  }
  for (const auto part : split(expected, ',')) {
    const auto words = words_of(part);
    const double wanted = number(at(words, 1), "%") / 100.0;
    const double got = static_cast<double>(served[std::string(words[0]) + " ok"]) / times;
    const double sigma = std::sqrt(wanted * (1 - wanted) / times);
    if (std::abs(got - wanted) > 4 * sigma) {
      compare(joined(words), fmt::format("{} {:.1f}%", words[0], 100 * got));
    }
  }
}

}  // namespace

std::vector<std::string> run_scenario(std::string_view text) {
  Scenario scenario;
  int line_number = 0;
  for (const auto line : split(text, '\n')) {
    ++line_number;
    try {
      scenario.line(line);
    } catch (const Unreadable& unreadable) {
      scenario.differences.push_back(fmt::format("line {}: {}", line_number, unreadable.why));
      return scenario.differences;
    }
  }
  return scenario.differences;
}

}  // namespace meridian
