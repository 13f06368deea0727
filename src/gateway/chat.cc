#include "gateway/chat.h"

#include <algorithm>
#include <utility>

#include "gateway/ask.h"
#include "gateway/attempt.h"
#include "gateway/open_request.h"
#include "gateway/outcome.h"
#include "gateway/reply_head.h"
#include "gateway/spending.h"
#include "gateway/user_place.h"
#include "wire/codec.h"

namespace meridian {

namespace {

// A plan lent by the worker for as long as the request needs it.
class LentPlan {
 public:
  explicit LentPlan(Worker& worker) : worker_(worker), plan_(worker.take_plan()) {}

  LentPlan(const LentPlan&) = delete;
  LentPlan& operator=(const LentPlan&) = delete;

  ~LentPlan() { worker_.give_plan(std::move(plan_)); }

  Plan& operator*() const { return *plan_; }

  Plan* operator->() const { return plan_.get(); }

 private:
  Worker& worker_;
  std::unique_ptr<Plan> plan_;
};

// The user's country, as a trusted proxy says it, else by the address; empty: not known.
std::string where_the_user_is(const Head& head, const Peer& client, const Snapshot& snapshot) {
  const auto& rules = snapshot.settings.general.user_location;
  std::string country;
  if (rules.header.empty() && !snapshot.geo) {
    return country;
  }
  const auto& peer = client.address();
  if (!rules.header.empty()) {
    country = country_of_user(rules, find_field(head.raw, rules.header), peer);
  }
  if (country.empty() && snapshot.geo) {
    const auto forwarded_for = find_last_field(head.raw, "x-forwarded-for");
    country = snapshot.geo->country_of(address_of_user(rules, forwarded_for, peer));
  }
  return country;
}

// What is checked before anybody is asked. Failure: the client's answer.
Result<BodyFacts> admit(Worker& worker,
                        const Peer& client,
                        const Request& request,
                        Exchange& exchange) {
  const auto& general = exchange.snapshot().settings.general;
  if (const auto known = authenticate(request.head, general); !known) {
    exchange.seen.outcome = RequestOutcome::RefusedKey;
    return std::unexpected(known.error());
  }
  exchange.master = !general.master_key.empty();
  exchange.seen.outcome = RequestOutcome::RefusedRequest;
  const auto peek = worker.peeker.peek(request.body(), request.room());
  if (!peek) {
    return std::unexpected(peek.error());
  }
  auto facts = read_ask(request.head, **peek, request.body(), exchange);
  if (!facts) {
    return facts;
  }
  const auto country = where_the_user_is(request.head, client, exchange.snapshot());
  exchange.route.user = middle_of(country);
  if (const auto bound = bind_residency(request.head, country, exchange); !bound) {
    return std::unexpected(bound.error());
  }
  if (auto misplaced = wrong_gateway(exchange)) {
    exchange.seen.outcome = RequestOutcome::RefusedResidency;
    worker.metrics.residency_denied(ResidencyDenial::WrongGateway);
    return std::unexpected(std::move(*misplaced));
  }
  exchange.route.model = exchange.model;
  exchange.route.tags = exchange.tags;
  exchange.route.fallbacks = exchange.fallbacks;
  return facts;
}

// The failure that stands for a plan without attempts, and what telemetry calls it.
Failure no_plan(Worker& worker, const Plan& plan, TimePoint now, Exchange& exchange) {
  exchange.seen.outcome = outcome_of(plan.none);
  if (plan.none == NoPlan::Residency) {
    worker.metrics.residency_denied(ResidencyDenial::NoDeployment);
  }
  return failure_of(plan, exchange, now);
}

// Follows the plan until somebody has answered. The failure to tell the client, if nobody has.
Awaitable<std::optional<Failure>> pursue(Journey& journey) {
  auto& worker = journey.worker;
  auto& exchange = journey.exchange;
  const auto world = exchange.snapshot().world();
  const LentPlan plan(worker);
  std::optional<LentPlan> second;  // For a refusal; there are few.
  make_plan(exchange.route, world, worker.deadlines.now(), worker.rng, *plan);
  if (plan->none != NoPlan::None) {
    co_return no_plan(worker, *plan, worker.deadlines.now(), exchange);
  }
  const auto limits = limits_of(exchange);
  auto& budget = exchange.pin->budgets[index_of(plan->attempts.front().group)];
  Pursuit pursuit(exchange.route, world, *exchange.snapshot().board, budget, limits);
  Failure last;
  bool panicked = false;  // The last attempt was at somebody known to be down.
  Step step = pursuit.begin(*plan, worker.deadlines.now(), worker.rng);
  for (;;) {
    switch (step.kind) {
      case Step::Kind::Attempt: {
        if (step.pause > Duration::zero() && !co_await pause(worker, journey.client, step.pause)) {
          exchange.seen.outcome = RequestOutcome::ClientLeft;
          co_return std::nullopt;
        }
        exchange.attempts = step.number;
        exchange.fallback_depth = step.attempt->fallback_depth;
        panicked = step.attempt->panic;
        auto end = co_await attempt(journey, step);
        if (end.kind != AttemptEnd::Kind::Failed) {
          note_end(exchange, end);
          co_return std::nullopt;
        }
        last = std::move(*end.failure);
        if (last.kind == FailureKind::ConnectFailed) {
          exchange.unreachable = last.message;
        }
        step = pursuit.failed(last, worker.deadlines.now(), worker.rng);
        break;
      }
      case Step::Kind::RefusalFallback:
        make_refusal_plan(exchange.route,
                          step.refusal,
                          world,
                          worker.deadlines.now(),
                          worker.rng,
                          *second.emplace(worker));
        step = pursuit.go_on(**second, worker.deadlines.now(), worker.rng);
        break;
      case Step::Kind::Unavailable:
        exchange.seen.outcome = RequestOutcome::RefusedUnavailable;
        co_return unavailable(exchange, step.retry_at, worker.deadlines.now());
      case Step::Kind::NoPlan:
        co_return no_plan(worker, *plan, worker.deadlines.now(), exchange);
      case Step::Kind::ReturnFailure:
        if (panicked && outcome_of(last.kind) == RequestOutcome::Failed) {
          exchange.seen.outcome = RequestOutcome::RefusedUnavailable;
          co_return unavailable(exchange, plan->retry_at, worker.deadlines.now());
        }
        exchange.seen.outcome = outcome_of(last.kind);
        co_return for_client(std::move(last));
    }
  }
}

}  // namespace

Awaitable<bool> answer_model(Worker& worker, Peer& client, Request& request, Exchange& exchange) {
  worker.metrics.request_began();
  auto facts = admit(worker, client, request, exchange);
  ClientStream out(worker, client, exchange);
  std::optional<Failure> failure;
  if (facts) {
    const OpenRequest open(worker.shared.open_requests, exchange.snapshot().settings.general);
    if (auto over = over_budget(exchange)) {
      exchange.seen.outcome = RequestOutcome::RefusedLimit;
      failure = std::move(over);
    } else if (open.is_one_too_many()) {
      exchange.seen.outcome = RequestOutcome::RefusedLimit;
      failure = OpenRequest::refusal();
    } else {
      Journey journey{.worker = worker,
                      .client = client,
                      .exchange = exchange,
                      .out = out,
                      .request = request,
                      .facts = *facts,
                      .parsed = nullptr,
                      .embedding = nullptr};
      failure = co_await pursue(journey);
    }
  } else {
    failure = std::move(facts).error();
  }
  bool whole = !failure && exchange.seen.outcome == RequestOutcome::Answered;
  if (failure) {
    exchange.error = failure->code;
    if (out.begun()) {
      // Only signs of life have gone out; a stream can still say what went wrong.
      const auto event = write_error_event(exchange.dialect, *failure, exchange.id);
      co_await out.send(nullptr, event);
    } else {
      exchange.status = status_of(*failure);
      const auto reply = failure_reply(exchange, *failure);
      Gather message;
      message.add(reply);
      whole = co_await send_patiently(worker, client, nullptr, message, kClientGapMax);
    }
  }
  conclude(worker, client, exchange);
  co_return whole&& exchange.keep_alive;
}

}  // namespace meridian
