#include "sim/world.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/check.h"
#include "base/rng.h"
#include "health/board.h"
#include "health/book.h"
#include "routing/budget.h"
#include "routing/plan.h"
#include "routing/pursuit.h"
#include "sim/event_queue.h"
#include "sim/first_content_times.h"

namespace meridian {

namespace {

using std::chrono::seconds;

constexpr Duration kTick = std::chrono::milliseconds(100);
constexpr Duration kWaitingSweep = seconds(1);
constexpr std::uint32_t kNobody = 0xFFFFFFFF;

struct What {
  enum class Kind : std::uint8_t {
    Arrival,
    Tick,
    PauseOver,
    FirstContent,
    AttemptEnd,
    StillWaiting,
    ClientLeaves
  };

  Kind kind = Kind::Tick;
  std::uint32_t slot = kNobody;
  std::uint32_t attempt = 0;  // Of the request in the slot; an event of an earlier one is stale.
  std::uint64_t request = 0;
};

// A request under way.
struct Live {
  Ask ask;
  RouteRequest route;
  Plan plan;
  Plan refusal_plan;
  std::unique_ptr<Pursuit> pursuit;
  Board::Lease lease;
  Step step;
  Fate fate;
  TimePoint sent_at;
  std::optional<FailureKind> fails_by;  // What the present attempt will come to.
  std::uint32_t attempt = 0;
  bool on_the_way = false;  // An attempt is under way.
  bool streamed = false;
  bool bad = false;
};

}  // namespace

struct World::Inside {
  Inside(const WorldSetup& its_setup, std::uint64_t seed);

  void arrive();
  std::uint32_t free_slot();
  void ask(std::uint32_t slot);
  void follow(std::uint32_t slot, Step step);
  void send(std::uint32_t slot);
  void first_content(std::uint32_t slot);
  void attempt_end(std::uint32_t slot);
  void still_waiting(std::uint32_t slot);
  void client_leaves(std::uint32_t slot);
  void end(std::uint32_t slot, Ending how);
  void end_without_plan(std::uint32_t slot, NoPlan none);
  void handle(const What& what);
  void tell(const Fact& fact);
  void note(std::uint64_t value);
  void schedule(TimePoint at, What::Kind kind, std::uint32_t slot);

  Fact fact_of(const Live& live, Fact::Kind kind) const;

  DeploymentId target(const Live& live) const { return live.step.attempt->to.id(); }

  const WorldSetup& setup;
  RoutingWorld routing;
  Board board;
  HealthBook book;
  ProviderModel providers;
  Witness witness;
  std::vector<RetryBudget> budgets;  // By group.
  // Each actor has dice of its own, so that adding one does not change what the others throw.
  Rng arrivals;
  Rng provider_dice;
  Rng planner_dice;
  Rng health_dice;

  TimePoint now;
  TimePoint last_arrival;
  EventQueue<What> events;
  std::vector<std::unique_ptr<Live>>
      slots;  // Their addresses must not change: pursuits point at them.
  std::vector<std::uint32_t> free;
  std::size_t open = 0;
  double rule_shares = 0;
  FirstContentTimes times;
  WorldReport report;
};

World::Inside::Inside(const WorldSetup& its_setup, std::uint64_t seed)
    : setup(its_setup),
      routing{.fleet = setup.fleet, .rules = setup.rules, .prices = setup.prices, .board = board},
      board(setup.fleet.deployments.size()),
      book(setup.fleet, setup.health, board, TimePoint{}),
      providers(setup.fleet, setup.paces, setup.faults),
      witness(setup.fleet, setup.health, providers.faults()),
      budgets(setup.fleet.groups.size()),
      arrivals(seed),
      provider_dice(seed ^ 0x70726F7669646572U),
      planner_dice(seed ^ 0x706C616E6E6572U),
      health_dice(seed ^ 0x6865616C7468U) {
  report.served_by.resize(setup.fleet.deployments.size());
  report.last_served_at.resize(setup.fleet.deployments.size());
  for (const auto& rule : setup.traffic.rules) {
    rule_shares += rule.share;
  }
}

void World::Inside::note(std::uint64_t value) {
  report.trace = (report.trace ^ value) * 0x100000001B3U;
  report.trace ^= report.trace >> 29U;
}

void World::Inside::schedule(TimePoint at, What::Kind kind, std::uint32_t slot) {
  const auto& live = *slots[slot];
  events.add(at, {.kind = kind, .slot = slot, .attempt = live.attempt, .request = live.ask.number});
}

void World::Inside::tell(const Fact& fact) {
  for (const auto& event : book.apply(fact, now, health_dice)) {
    note((static_cast<std::uint64_t>(event.to) << 32U) | index_of(event.deployment));
  }
}

std::uint32_t World::Inside::free_slot() {
  if (free.empty()) {
    slots.push_back(std::make_unique<Live>());
    return static_cast<std::uint32_t>(slots.size() - 1);
  }
  const auto slot = free.back();
  free.pop_back();
  return slot;
}

void World::Inside::arrive() {
  const auto& traffic = setup.traffic;
  const double gap_s = -std::log(1 - arrivals.unit()) / traffic.requests_per_second;
  const auto next = now + Duration{1 + static_cast<std::int64_t>(gap_s * 1e6)};
  if (next < last_arrival) {
    events.add(next, {.kind = What::Kind::Arrival});
  }
  ask(free_slot());
}

void World::Inside::ask(std::uint32_t slot) {
  const auto& traffic = setup.traffic;
  auto& live = *slots[slot];
  ++open;
  ++report.requests;
  double drawn = arrivals.unit() * rule_shares;
  std::size_t rule = 0;
  while (rule + 1 < traffic.rules.size() && drawn >= traffic.rules[rule].share) {
    drawn -= traffic.rules[rule++].share;
  }
  const auto& policy = traffic.rules[rule].policy;
  const double spread = std::exp(1.0 * ((2 * arrivals.unit()) - 1));
  live.route = {.model = traffic.models[arrivals.below(traffic.models.size())],
                .residency = &policy,
                .input_tokens = static_cast<std::int64_t>(traffic.input_tokens_median * spread),
                .output_tokens = static_cast<std::int64_t>(
                    1 - (traffic.output_tokens_mean * std::log(1 - arrivals.unit())))};
  live.streamed = arrivals.chance(traffic.streamed);
  live.bad = arrivals.chance(traffic.bad);
  const bool leaves = arrivals.chance(traffic.leaves);
  const int client_retries = arrivals.chance(traffic.client_retries) ? 1 : 0;

  const auto number = static_cast<std::uint64_t>(report.requests);
  live.ask.number = number;
  live.ask.allowed = policy.unrestricted() ? std::nullopt : std::optional(policy.allowed());
  live.ask.arrived = now;
  live.ask.deadline = now + traffic.timeout;
  live.ask.retries = setup.rules.num_retries;
  live.ask.attempts = 0;
  live.ask.content = false;
  live.ask.ended = false;
  live.attempt = 0;
  live.on_the_way = false;
  make_plan(live.route, routing, now, planner_dice, live.plan);
  live.ask.groups = groups_promised(setup.fleet, setup.rules, live.route.model);
  if (leaves) {
    events.add(now + Duration{static_cast<std::int64_t>(arrivals.below(2'000'000))},
               {.kind = What::Kind::ClientLeaves, .slot = slot, .attempt = 0, .request = number});
  }
  witness.arrived(live.ask, now);
  witness.planned(live.ask, live.plan, now);
  const auto budget = live.ask.groups.empty() ? 0 : index_of(live.ask.groups.front());
  const Pursuit::Limits limits{.deadline = live.ask.deadline, .client_retries = client_retries};
  live.pursuit = std::make_unique<Pursuit>(live.route, routing, board, budgets[budget], limits);
  follow(slot, live.pursuit->begin(live.plan, now, planner_dice));
}

void World::Inside::follow(std::uint32_t slot, Step step) {
  auto& live = *slots[slot];
  if (step.kind == Step::Kind::RefusalFallback) {
    make_refusal_plan(live.route, step.refusal, routing, now, planner_dice, live.refusal_plan);
    step = live.pursuit->go_on(live.refusal_plan, now, planner_dice);
  }
  live.step = step;
  switch (step.kind) {
    case Step::Kind::Attempt:
      ++live.attempt;
      if (step.pause > Duration::zero()) {
        schedule(now + step.pause, What::Kind::PauseOver, slot);
      } else {
        send(slot);
      }
      return;
    case Step::Kind::ReturnFailure:
      end(slot, live.bad ? Ending::Refused : Ending::Failed);
      return;
    case Step::Kind::Unavailable:
      end(slot, Ending::Unavailable);
      return;
    case Step::Kind::NoPlan:
      end_without_plan(slot, live.plan.none);
      return;
    case Step::Kind::RefusalFallback:
      break;
  }
  MERIDIAN_CHECK(false);
}

void World::Inside::end_without_plan(std::uint32_t slot, NoPlan none) {
  end(slot, none == NoPlan::Residency ? Ending::Residency : Ending::Unavailable);
}

void World::Inside::send(std::uint32_t slot) {
  auto& live = *slots[slot];
  const auto to = target(live);
  const auto& deployment = setup.fleet[to];
  ++report.attempts;
  report.trials += live.step.trial ? 1 : 0;
  report.panics += live.step.attempt->panic ? 1 : 0;
  note((static_cast<std::uint64_t>(now.time_since_epoch().count()) << 8U) ^ index_of(to));
  witness.sent(live.ask, to, live.step.trial, live.step.attempt->panic, now);
  live.lease = Board::Lease(board, to);
  live.on_the_way = true;
  live.sent_at = now;
  live.fate = providers.send(
      deployment, live.route.input_tokens, live.route.output_tokens, now, provider_dice);
  if (live.bad && !live.fate.failure) {
    live.fate = {.failure = FailureKind::BadRequest, .end = std::chrono::milliseconds(30)};
  }
  if (!live.streamed && live.fate.failure == FailureKind::CutShort) {
    live.fate.failure = FailureKind::ConnectFailed;  // Nothing went out yet: reset before a reply.
    live.fate.first_token.reset();
  }
  auto gives_up_at = live.ask.deadline;
  if (live.streamed && live.step.first_token_limit) {
    gives_up_at = std::min(gives_up_at, now + *live.step.first_token_limit);
  }
  const bool content = live.fate.first_token.has_value();
  const auto shows_at =
      now + (live.streamed ? live.fate.first_token.value_or(live.fate.end) : live.fate.end);
  live.fails_by = live.fate.failure;
  if (shows_at > gives_up_at) {
    live.fails_by = FailureKind::TimedOut;
    schedule(gives_up_at, What::Kind::AttemptEnd, slot);
  } else {
    schedule(shows_at, content ? What::Kind::FirstContent : What::Kind::AttemptEnd, slot);
  }
  if (std::min(shows_at, gives_up_at) > now + kWaitingSweep) {
    schedule(now + kWaitingSweep, What::Kind::StillWaiting, slot);
  }
}

Fact World::Inside::fact_of(const Live& live, Fact::Kind kind) const {
  return {.kind = kind,
          .deployment = target(live),
          .trial = live.step.trial,
          .streamed = live.streamed,
          .failure = live.fails_by.value_or(FailureKind::ServerError),
          .retry_after = live.fate.retry_after,
          .elapsed = now - live.sent_at,
          .input_tokens = live.route.input_tokens,
          .output_tokens = live.route.output_tokens};
}

void World::Inside::first_content(std::uint32_t slot) {
  auto& live = *slots[slot];
  live.lease.first_token();
  witness.first_content(live.ask, target(live), live.step.trial, now);
  tell(fact_of(live, Fact::Kind::Succeeded));
  live.step.trial = false;  // Decided.
  times.add(now - live.ask.arrived);
  schedule(
      live.sent_at + std::max(live.fate.end, now - live.sent_at), What::Kind::AttemptEnd, slot);
}

void World::Inside::attempt_end(std::uint32_t slot) {
  auto& live = *slots[slot];
  const auto to = target(live);
  live.on_the_way = false;
  live.lease = Board::Lease();
  witness.attempt_ended(to, live.step.trial, live.fails_by, now);
  note(static_cast<std::uint64_t>(live.fails_by ? static_cast<int>(*live.fails_by) + 1 : 0));
  if (!live.fails_by) {
    tell(fact_of(live, Fact::Kind::Finished));
    ++report.served_by[index_of(to)];
    report.last_served_at[index_of(to)] = now;
    end(slot, Ending::Served);
    return;
  }
  tell(fact_of(live, Fact::Kind::Failed));
  if (live.ask.content) {
    end(slot, Ending::CutShort);
    return;
  }
  Failure failure;
  failure.kind = *live.fails_by;
  failure.retry_after = live.fate.retry_after;
  follow(slot, live.pursuit->failed(failure, now, planner_dice));
}

void World::Inside::still_waiting(std::uint32_t slot) {
  const auto& live = *slots[slot];
  if (!live.ask.content && live.on_the_way) {
    tell(fact_of(live, Fact::Kind::Waiting));
    schedule(now + kWaitingSweep, What::Kind::StillWaiting, slot);
  }
}

void World::Inside::client_leaves(std::uint32_t slot) {
  auto& live = *slots[slot];
  if (live.ask.content) {
    return;
  }
  if (live.on_the_way) {
    live.on_the_way = false;
    live.lease = Board::Lease();
    witness.attempt_ended(target(live), live.step.trial, FailureKind::ClientLeft, now);
    if (live.step.trial) {
      tell(fact_of(live, Fact::Kind::TrialGivenUp));
    }
  } else if (live.step.kind == Step::Kind::Attempt && live.step.trial) {
    tell(fact_of(live, Fact::Kind::TrialGivenUp));
  }
  end(slot, Ending::ClientLeft);
}

void World::Inside::end(std::uint32_t slot, Ending how) {
  auto& live = *slots[slot];
  witness.ended(live.ask, how, now);
  ++report.endings[static_cast<std::size_t>(how)];
  note(static_cast<std::uint64_t>(how) + 100);
  ++live.attempt;  // What is still scheduled for it is stale.
  live.ask.number = 0;
  --open;
  free.push_back(slot);
}

void World::Inside::handle(const What& what) {
  if (what.kind == What::Kind::Tick) {
    for (const auto& event : book.tick(now)) {
      note((static_cast<std::uint64_t>(event.to) << 40U) | index_of(event.deployment));
    }
    if (now < last_arrival || open > 0) {
      events.add(now + kTick, {.kind = What::Kind::Tick});
    }
    return;
  }
  if (what.kind == What::Kind::Arrival) {
    arrive();
    return;
  }
  const auto& live = *slots[what.slot];
  const bool same_attempt = what.kind == What::Kind::ClientLeaves || live.attempt == what.attempt;
  if (live.ask.number != what.request || !same_attempt) {
    return;
  }
  switch (what.kind) {
    case What::Kind::PauseOver:
      follow(what.slot, slots[what.slot]->pursuit->after_pause(now));
      return;
    case What::Kind::FirstContent:
      first_content(what.slot);
      return;
    case What::Kind::AttemptEnd:
      attempt_end(what.slot);
      return;
    case What::Kind::StillWaiting:
      still_waiting(what.slot);
      return;
    case What::Kind::ClientLeaves:
      client_leaves(what.slot);
      return;
    case What::Kind::Arrival:
    case What::Kind::Tick:
      break;
  }
  MERIDIAN_CHECK(false);
}

World::World(const WorldSetup& setup, std::uint64_t seed)
    : inside_(std::make_unique<Inside>(setup, seed)) {}

World::~World() = default;

WorldReport World::run(Duration length) {
  auto& world = *inside_;
  world.last_arrival = TimePoint{length};
  world.events.add(TimePoint{}, {.kind = What::Kind::Tick});
  world.events.add(TimePoint{Duration{1}}, {.kind = What::Kind::Arrival});
  while (!world.events.empty()) {
    const auto event = world.events.take();
    world.now = event.at;
    world.handle(event.what);
  }
  world.witness.finish(world.now);
  world.report.first_content_ms_p50 = world.times.quantile_ms(0.5);
  world.report.first_content_ms_p99 = world.times.quantile_ms(0.99);
  world.report.violation = world.witness.violation();
  if (!world.report.violation && world.open > 0) {
    world.report.violation = "requests are open after the end of the world";
  }
  return world.report;
}

}  // namespace meridian
