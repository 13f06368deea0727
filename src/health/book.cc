#include "health/book.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "health/breaker.h"
#include "health/latency.h"
#include "health/penalty.h"
#include "health/slot.h"
#include "health/window.h"

namespace meridian {

namespace {

using std::chrono::seconds;

constexpr Duration kQuotaDefault = seconds(5);
constexpr Duration kQuotaMin = seconds(1);
constexpr Duration kQuotaMax =
    seconds(300);  // Whatever a provider asks: an absurd value blocks nobody for a day.
constexpr Duration kAccountBlock = std::chrono::minutes(15);
constexpr Duration kAccountBlockMax = std::chrono::hours(1);
constexpr Duration kConfigurationBlock = std::chrono::minutes(5);
constexpr Duration kAgreementWindow = seconds(10);

std::int64_t micros(TimePoint time) {
  return time.time_since_epoch().count();
}

Duration jittered(Duration duration, Rng& rng) {
  const auto extra = static_cast<double>(duration.count()) * 0.1 * rng.unit();
  return duration + Duration{static_cast<std::int64_t>(extra)};
}

// "20 s", "1.5 s".
std::string in_seconds(Duration duration) {
  return fmt::format("{:g} s", std::round(to_ms(duration) / 100) / 10);
}

// What is known of one deployment.
struct Chart {
  explicit Chart(const HealthRules& its_rules) : rules(its_rules), breaker(its_rules) {}

  HealthRules rules;
  CircuitBreaker breaker;
  LatencyModel latency;
  Penalty penalty;
  Window<12> requests{seconds(5)};
  Window<12> tokens{seconds(5)};
  Block block;  // Quota, account or configuration; the longest one.
  bool drained = false;
  std::optional<TimePoint> timed_out_at;  // Since its last success.
  Standing announced = Standing::Ready;

  bool blocked(TimePoint now) const {
    return block.kind != Block::Kind::None && micros(now) < block.until_us;
  }

  // Longest wins, so that two overlapping blocks hold for as long as either says.
  void block_until(Block::Kind kind, TimePoint until, TimePoint now) {
    if (!blocked(now) || micros(until) > block.until_us) {
      block = {.kind = kind, .until_us = micros(until)};
    }
  }

  Standing standing(TimePoint now) const;
  TimePoint until(TimePoint now) const;

  // Keeps what was learnt, not how it is judged.
  void adopt(const Chart& before) {
    auto mine = breaker;
    mine.adopt(before.breaker);
    const auto my_rules = rules;
    *this = before;
    rules = my_rules;
    breaker = mine;
  }
};

Standing Chart::standing(TimePoint now) const {
  if (drained) {
    return Standing::Draining;
  }
  if (blocked(now)) {
    return block.kind == Block::Kind::Quota     ? Standing::QuotaBlocked
           : block.kind == Block::Kind::Account ? Standing::AccountBlocked
                                                : Standing::Misconfigured;
  }
  if (breaker.open()) {
    return breaker.due(now) ? Standing::TrialDue : Standing::Resting;
  }
  return Standing::Ready;
}

TimePoint Chart::until(TimePoint now) const {
  if (drained) {
    return {};
  }
  return blocked(now) ? TimePoint{Duration{block.until_us}} : breaker.until();
}

}  // namespace

struct HealthBook::State {
  struct Scope {
    std::vector<DeploymentId> members;
    int faults_in_a_row = 0;  // Of an endpoint: refused connections and time-outs.
  };

  State(const Fleet& fleet, std::vector<HealthRules> rules, Board& to);

  Chart& chart(DeploymentId id) { return charts[index_of(id)]; }

  Scope& endpoint_of(DeploymentId id) { return endpoints[endpoint_index[index_of(id)]]; }

  Scope& account_of(DeploymentId id) { return accounts[account_index[index_of(id)]]; }

  void publish(DeploymentId id, TimePoint now);
  void free_trial(DeploymentId id);
  // Tells of a change since the last time, and publishes.
  void announce(DeploymentId id, std::string_view why, TimePoint now);
  // Changes that time alone made.
  void catch_up(DeploymentId id, TimePoint now);

  void succeeded(const Fact& fact, TimePoint now);
  void probe_passed(const Fact& fact, TimePoint now);
  void well(DeploymentId id, bool decides_trial, TimePoint now);
  void failed(const Fact& fact, bool probe, TimePoint now, Rng& rng);
  void fault(const Fact& fact, bool probe, TimePoint now, Rng& rng);
  void endpoint_fault(const Fact& fact, TimePoint now, Rng& rng);
  bool endpoint_agrees(const Scope& endpoint, TimePoint now);
  void rate_limited(const Fact& fact, TimePoint now, Rng& rng);
  void account_blocked(const Fact& fact, TimePoint now, Rng& rng);
  void misconfigured(const Fact& fact, TimePoint now, Rng& rng);
  void counted_if_asked(const Fact& fact, std::optional<int> limit, TimePoint now, Rng& rng);

  Board& board;
  std::vector<Chart> charts;
  std::vector<std::string> keys;  // What a deployment is known by across reloads.
  std::vector<std::size_t> endpoint_index;
  std::vector<std::size_t> account_index;
  std::vector<Scope> endpoints;
  std::vector<Scope> accounts;
  std::vector<HealthEvent> events;
};

HealthBook::State::State(const Fleet& fleet, std::vector<HealthRules> rules, Board& to)
    : board(to), endpoints(fleet.endpoints.size()), accounts(fleet.accounts.size()) {
  MERIDIAN_CHECK(rules.size() == fleet.deployments.size());
  MERIDIAN_CHECK(board.slots_.size() >= fleet.deployments.size());
  for (const auto& deployment : fleet.deployments) {
    const auto endpoint = index_of(deployment.endpoint);
    const auto account = index_of(deployment.account);
    MERIDIAN_CHECK(endpoint < endpoints.size() && account < accounts.size());
    charts.emplace_back(rules[index_of(deployment.id)]);
    keys.push_back(fmt::format("{}\n{}\n{}\n{}",
                               name_of(deployment.provider),
                               fleet.endpoints[endpoint],
                               fleet.accounts[account],
                               deployment.model));
    endpoint_index.push_back(endpoint);
    account_index.push_back(account);
    endpoints[endpoint].members.push_back(deployment.id);
    accounts[account].members.push_back(deployment.id);
  }
}

void HealthBook::State::publish(DeploymentId id, TimePoint now) {
  auto& from = chart(id);
  auto& slot = board.slots_[index_of(id)];
  const auto relaxed = std::memory_order_relaxed;
  slot.base_ms.store(static_cast<float>(from.latency.base_ms()), relaxed);
  slot.ms_per_token.store(static_cast<float>(from.latency.ms_per_token()), relaxed);
  slot.slowness.store(static_cast<float>(from.latency.slowness(now)), relaxed);
  slot.penalty_ms.store(static_cast<float>(from.penalty.ms(now)), relaxed);
  slot.round_trip_ms.store(static_cast<float>(from.latency.round_trip_ms()), relaxed);
  slot.measured.store(from.latency.measured(), relaxed);
  slot.recent_successes.store(from.breaker.recent_successes(now), relaxed);
  slot.requests_this_minute.store(from.requests.sum(now), relaxed);
  slot.tokens_this_minute.store(from.tokens.sum(now), relaxed);
  const Breaker breaker{.open = from.breaker.open(),
                        .until_us = micros(from.breaker.until()),
                        .share = from.breaker.share(now)};
  slot.breaker.store(breaker.pack(), std::memory_order_release);
  const Block block = from.drained ? Block{.kind = Block::Kind::Drained} : from.block;
  slot.block.store(block.pack(), std::memory_order_release);
}

// After the outcome has been published: a worker that gets the lease now sees what it is for.
void HealthBook::State::free_trial(DeploymentId id) {
  board.slots_[index_of(id)].trial_until_us.store(0, std::memory_order_release);
}

void HealthBook::State::announce(DeploymentId id, std::string_view why, TimePoint now) {
  auto& its = chart(id);
  const auto standing = its.standing(now);
  if (standing != its.announced) {
    events.push_back({.deployment = id,
                      .from = its.announced,
                      .to = standing,
                      .until = standing == Standing::Ready ? TimePoint{} : its.until(now),
                      .why = std::string(why)});
    its.announced = standing;
  }
  publish(id, now);
}

void HealthBook::State::catch_up(DeploymentId id, TimePoint now) {
  const auto standing = chart(id).standing(now);
  if (standing != chart(id).announced) {
    announce(id,
             standing == Standing::TrialDue  ? "the rest is over; one request may try it"
             : standing == Standing::Resting ? "the block is over; the rest is not"
                                             : "the block is over",
             now);
  }
}

void HealthBook::State::succeeded(const Fact& fact, TimePoint now) {
  auto& its = chart(fact.deployment);
  its.requests.add(now, 1);
  its.tokens.add(now, fact.input_tokens);
  if (fact.streamed) {
    its.latency.first_token(fact.elapsed, fact.input_tokens, now);
  } else {
    its.latency.whole_answer(fact.elapsed, fact.input_tokens, fact.output_tokens, now);
  }
  well(fact.deployment, fact.trial, now);
}

void HealthBook::State::probe_passed(const Fact& fact, TimePoint now) {
  auto& its = chart(fact.deployment);
  its.latency.first_token(fact.elapsed, fact.input_tokens, now);
  well(fact.deployment, true, now);
}

void HealthBook::State::well(DeploymentId id, bool decides_trial, TimePoint now) {
  auto& its = chart(id);
  its.penalty.success(now);
  its.timed_out_at.reset();
  auto& endpoint = endpoint_of(id);
  endpoint.faults_in_a_row = 0;
  const bool was_due = its.breaker.due(now);
  if (!decides_trial || !was_due) {
    // Nothing shortens a rest, so a success of an older request does not either; it only counts.
    its.breaker.success(now);
    publish(id, now);
    if (decides_trial) {
      free_trial(id);
    }
    return;
  }
  const auto why = fmt::format("trial passed; slow start for {}", in_seconds(its.rules.slow_start));
  const bool by_endpoint = its.breaker.opened_by_endpoint();
  its.breaker.trial_passed(now);
  announce(id, why, now);
  free_trial(id);
  if (!by_endpoint) {
    return;
  }
  // They rested only because the host did not answer, and it does.
  for (const auto other : endpoint.members) {
    if (auto& breaker = chart(other).breaker; breaker.due(now) && breaker.opened_by_endpoint()) {
      breaker.trial_passed(now);
      announce(other, "its endpoint answers again", now);
      free_trial(other);
    }
  }
}

void HealthBook::State::failed(const Fact& fact, bool probe, TimePoint now, Rng& rng) {
  auto& its = chart(fact.deployment);
  const bool reached = fact.failure != FailureKind::ConnectFailed &&
                       fact.failure != FailureKind::ClientLeft &&
                       fact.failure != FailureKind::CutShort;
  if (reached && !probe) {
    its.requests.add(now, 1);
  }
  switch (fact.failure) {
    case FailureKind::ConnectFailed:
    case FailureKind::TimedOut:
    case FailureKind::ServerError:
      fault(fact, probe, now, rng);
      break;
    case FailureKind::CutShort:
      // Its first token came well; `succeeded` has kept that sample and decided any trial.
      if (auto why = its.breaker.fault({.kind = fact.failure}, now, rng)) {
        announce(fact.deployment, *why, now);
      }
      break;
    case FailureKind::RateLimited:
      rate_limited(fact, now, rng);
      break;
    case FailureKind::AccountBlocked:
      account_blocked(fact, now, rng);
      break;
    case FailureKind::Misconfigured:
      misconfigured(fact, now, rng);
      break;
    case FailureKind::BadRequest:
      counted_if_asked(fact, its.rules.bad_request_fails, now, rng);
      break;
    case FailureKind::ContentPolicy:
      counted_if_asked(fact, its.rules.content_policy_fails, now, rng);
      break;
    case FailureKind::ContextWindow:
    case FailureKind::ClientLeft:
      break;
  }
  publish(fact.deployment, now);
  if (fact.trial) {
    free_trial(fact.deployment);  // Decided, or given back where it taught nothing.
  }
}

void HealthBook::State::fault(const Fact& fact, bool probe, TimePoint now, Rng& rng) {
  const auto id = fact.deployment;
  auto& its = chart(id);
  its.penalty.fault(fact.retry_after, now);
  if (fact.failure == FailureKind::TimedOut) {
    its.latency.nothing_within(fact.elapsed, fact.input_tokens, now);
    its.timed_out_at = now;
  }
  const CircuitBreaker::Fault seen{.kind = fact.failure, .retry_after = fact.retry_after};
  if (!its.breaker.open()) {
    if (auto why = its.breaker.fault(seen, now, rng)) {
      announce(id, *why, now);
    }
  } else if (its.breaker.due(now) && (fact.trial || probe)) {
    its.breaker.trial_failed(seen, now, rng);
    announce(id, fmt::format("trial failed ({})", words_for(fact.failure)), now);
  }
  // Otherwise a straggler from before the rest, or a request in panic: nothing new.
  if (fact.failure != FailureKind::ServerError) {
    endpoint_fault(fact, now, rng);
  }
}

void HealthBook::State::endpoint_fault(const Fact& fact, TimePoint now, Rng& rng) {
  auto& endpoint = endpoint_of(fact.deployment);
  ++endpoint.faults_in_a_row;
  if (endpoint.faults_in_a_row < chart(fact.deployment).breaker.threshold(fact.failure) ||
      (fact.failure == FailureKind::TimedOut && !endpoint_agrees(endpoint, now))) {
    return;
  }
  const auto why = fmt::format(
      "{} faults in a row at its endpoint ({})", endpoint.faults_in_a_row, words_for(fact.failure));
  for (const auto member : endpoint.members) {
    auto& breaker = chart(member).breaker;
    // One whose rest is just over would only repeat the discovery: it rests with the others.
    const bool stale =
        breaker.due(now) && member != fact.deployment && breaker.opened_by_endpoint();
    if ((!breaker.open() || stale) && breaker.rest_with_endpoint(now, rng)) {
      announce(member, why, now);
    }
  }
}

// Two slow models may be slow by themselves; a host is dark when two of its deployments, or all
// that are in use, time out together.
bool HealthBook::State::endpoint_agrees(const Scope& endpoint, TimePoint now) {
  int late = 0;
  bool all = true;
  for (const auto member : endpoint.members) {
    const auto& its = chart(member);
    const bool its_late = its.timed_out_at && now - *its.timed_out_at <= kAgreementWindow;
    late += its_late ? 1 : 0;
    const bool in_use = !its.drained && !its.breaker.open();
    all = all && (its_late || !in_use);
  }
  return late >= 2 || all;
}

void HealthBook::State::rate_limited(const Fact& fact, TimePoint now, Rng& rng) {
  const auto id = fact.deployment;
  auto& its = chart(id);
  if (its.rules.disabled) {
    return;
  }
  // With an own threshold for 429 the operator has said how many to bear; a wait that the provider
  // asks for is kept all the same.
  if (its.rules.rate_limit_fails) {
    if (auto why =
            its.breaker.fault({.kind = fact.failure, .retry_after = fact.retry_after}, now, rng)) {
      announce(id, *why, now);
    }
    if (!fact.retry_after) {
      return;
    }
  }
  const auto wait = std::clamp(fact.retry_after.value_or(kQuotaDefault), kQuotaMin, kQuotaMax);
  its.block_until(Block::Kind::Quota, now + jittered(wait, rng), now);
  announce(id,
           fact.retry_after
               ? fmt::format("rate limited; retry-after {}", in_seconds(*fact.retry_after))
               : fmt::format("rate limited; no retry-after, {} assumed", in_seconds(wait)),
           now);
}

void HealthBook::State::account_blocked(const Fact& fact, TimePoint now, Rng& rng) {
  const auto wait =
      std::clamp(fact.retry_after.value_or(kAccountBlock), kAccountBlock, kAccountBlockMax);
  const auto until = now + jittered(wait, rng);
  for (const auto member : account_of(fact.deployment).members) {
    auto& its = chart(member);
    if (its.rules.disabled) {
      continue;
    }
    its.block_until(Block::Kind::Account, until, now);
    its.breaker.open_until(until);
    announce(member, "the account is out of money or at its spend limit", now);
  }
}

void HealthBook::State::misconfigured(const Fact& fact, TimePoint now, Rng& rng) {
  const auto id = fact.deployment;
  auto& its = chart(id);
  if (its.rules.disabled) {
    return;
  }
  if (its.rules.authentication_fails && !its.breaker.open()) {
    if (const auto why = its.breaker.fault({.kind = fact.failure}, now, rng); !why) {
      return;
    }
  }
  const auto until = now + jittered(kConfigurationBlock, rng);
  its.block_until(Block::Kind::Configuration, until, now);
  its.breaker.open_until(until);
  announce(id, "refused credentials, or a model that is not available there", now);
}

// LiteLLM's allowed_fails_policy can make a request's own mistake count; without it, it does not.
void HealthBook::State::counted_if_asked(const Fact& fact,
                                         std::optional<int> limit,
                                         TimePoint now,
                                         Rng& rng) {
  if (!limit) {
    return;
  }
  if (auto why = chart(fact.deployment).breaker.fault({.kind = fact.failure}, now, rng)) {
    announce(fact.deployment, *why, now);
  }
}

HealthBook::HealthBook(const Fleet& fleet,
                       std::vector<HealthRules> rules_by_deployment,
                       Board& board,
                       TimePoint now)
    : state_(std::make_unique<State>(fleet, std::move(rules_by_deployment), board)) {
  for (const auto& deployment : fleet.deployments) {
    state_->publish(deployment.id, now);
  }
}

HealthBook::~HealthBook() = default;

std::vector<HealthEvent> HealthBook::apply(const Fact& fact, TimePoint now, Rng& rng) {
  auto& state = *state_;
  MERIDIAN_CHECK(index_of(fact.deployment) < state.charts.size());
  state.catch_up(fact.deployment, now);
  switch (fact.kind) {
    case Fact::Kind::Succeeded:
      state.succeeded(fact, now);
      break;
    case Fact::Kind::Finished:
      state.chart(fact.deployment).tokens.add(now, fact.output_tokens);
      state.publish(fact.deployment, now);
      break;
    case Fact::Kind::Failed:
      state.failed(fact, false, now, rng);
      break;
    case Fact::Kind::Connected:
      state.chart(fact.deployment).latency.round_trip(fact.elapsed);
      state.publish(fact.deployment, now);
      break;
    case Fact::Kind::ProbeOk:
      state.probe_passed(fact, now);
      break;
    case Fact::Kind::ProbeFailed:
      state.failed(fact, true, now, rng);
      break;
    case Fact::Kind::Waiting: {
      auto& its = state.chart(fact.deployment);
      const double late_ms = to_ms(fact.elapsed) - its.latency.expected_ms(fact.input_tokens);
      if (late_ms > 0) {
        its.penalty.late_by(Duration{static_cast<std::int64_t>(late_ms * 1000)}, now);
        state.publish(fact.deployment, now);
      }
      break;
    }
    case Fact::Kind::TrialGivenUp:
      state.free_trial(fact.deployment);
      break;
  }
  return std::exchange(state.events, {});
}

std::vector<HealthEvent> HealthBook::tick(TimePoint now) {
  auto& state = *state_;
  for (std::size_t i = 0; i < state.charts.size(); ++i) {
    const DeploymentId id{static_cast<std::uint16_t>(i)};
    state.catch_up(id, now);
    state.publish(id, now);
  }
  return std::exchange(state.events, {});
}

void HealthBook::inherit(const HealthBook& before, TimePoint now) {
  const auto& old = *before.state_;
  auto& state = *state_;
  std::unordered_map<std::string_view, std::size_t> known;
  for (std::size_t i = 0; i < old.keys.size(); ++i) {
    known.emplace(old.keys[i], i);
  }
  for (std::size_t i = 0; i < state.keys.size(); ++i) {
    if (const auto found = known.find(state.keys[i]); found != known.end()) {
      state.charts[i].adopt(old.charts[found->second]);
      state.endpoints[state.endpoint_index[i]].faults_in_a_row =
          old.endpoints[old.endpoint_index[found->second]].faults_in_a_row;
    }
    state.publish(DeploymentId{static_cast<std::uint16_t>(i)}, now);
  }
}

std::vector<HealthEvent> HealthBook::drain(DeploymentId id, bool out, TimePoint now) {
  auto& state = *state_;
  state.catch_up(id, now);
  state.chart(id).drained = out;
  state.announce(id, out ? "drained by an operator" : "taken back by an operator", now);
  return std::exchange(state.events, {});
}

}  // namespace meridian
