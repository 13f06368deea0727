#include "routing/pursuit.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "routing/expected.h"

namespace meridian {

namespace {

constexpr Duration kFirstPause = std::chrono::milliseconds(500);

bool may_pass(FailureKind kind) {
  switch (kind) {
    case FailureKind::ConnectFailed:
    case FailureKind::TimedOut:
    case FailureKind::ServerError:
    case FailureKind::RateLimited:
      return true;
    case FailureKind::AccountBlocked:
    case FailureKind::Misconfigured:
    case FailureKind::BadRequest:
    case FailureKind::ContextWindow:
    case FailureKind::ContentPolicy:
    case FailureKind::CutShort:
    case FailureKind::ClientLeft:
      return false;
  }
  MERIDIAN_CHECK(false);
}

bool is_fault(FailureKind kind) {
  return kind == FailureKind::ConnectFailed || kind == FailureKind::TimedOut ||
         kind == FailureKind::ServerError;
}

}  // namespace

Pursuit::Pursuit(const RouteRequest& request,
                 const RoutingWorld& world,
                 Board& board,
                 RetryBudget& budget,
                 Limits limits)
    : request_(request), world_(world), board_(board), budget_(budget), limits_(limits) {}

Step Pursuit::begin(const Plan& plan, TimePoint now, Rng& rng) {
  if (limits_.client_retries == 0) {
    budget_.count_request(now);
  }
  plan_ = &plan;
  if (!plan.attempts.empty()) {
    return choose(now, rng);
  }
  // Too long for everybody here is a refusal like the model's own, found out sooner.
  if (plan.none == NoPlan::ContextWindow) {
    return {.kind = Step::Kind::RefusalFallback, .refusal = FailureKind::ContextWindow};
  }
  return {.kind = Step::Kind::NoPlan, .retry_at = plan.retry_at};
}

Step Pursuit::go_on(const Plan& plan, TimePoint now, Rng& rng) {
  refused_ = true;
  plan_ = &plan;
  spent_.reset();
  last_was_trial_ = false;
  failed_by_.reset();
  in_group_ = 0;
  trials_in_group_ = 0;
  if (plan.attempts.empty()) {
    return {.kind = attempts_ > 0 ? Step::Kind::ReturnFailure : Step::Kind::NoPlan};
  }
  fallback_depth_ = plan.attempts.front().fallback_depth;
  return choose(now, rng);
}

Step Pursuit::failed(const Failure& failure, TimePoint now, Rng& rng) {
  MERIDIAN_CHECK(plan_ != nullptr && attempts_ > 0);
  remember(failure);
  switch (after(failure.kind)) {
    case NextStep::OtherEndpoint:
    case NextStep::OtherDeployment:
    case NextStep::OtherAccount:
      return choose(now, rng);
    case NextStep::ReturnIt:
      return policy_asks_for_more(failure.kind) ? choose(now, rng)
                                                : Step{.kind = Step::Kind::ReturnFailure};
    case NextStep::RefusalFallback:
      if (policy_asks_for_more(failure.kind)) {
        if (auto step = choose(now, rng); step.kind == Step::Kind::Attempt) {
          return step;
        }
      }
      return {.kind = refused_ ? Step::Kind::ReturnFailure : Step::Kind::RefusalFallback,
              .refusal = failure.kind};
    case NextStep::Stop:
      return {.kind = Step::Kind::ReturnFailure};
  }
  MERIDIAN_CHECK(false);
}

void Pursuit::remember(const Failure& failure) {
  failed_by_ = failure.kind;
  retry_after_ = failure.retry_after;
  const auto& tried = deployment(*last_);
  if (failure.kind == FailureKind::AccountBlocked) {
    blocked_accounts_.push_back(tried.account);
  }
  if (is_fault(failure.kind)) {
    const bool dark = after(failure.kind) == NextStep::OtherEndpoint;
    faulty_.push_back({.endpoint = tried.endpoint, .dark = dark});
  }
}

Step Pursuit::choose(TimePoint now, Rng& rng) {
  if (now >= limits_.deadline) {
    return nothing_left(now);
  }
  for (const auto round : {Round::Elsewhere, Round::DarkEndpoints, Round::MoreTrials}) {
    if (auto step = choose_in(round, now)) {
      return *step;
    }
    if (round == Round::Elsewhere) {
      if (auto step = choose_spare(now)) {
        return *step;
      }
    }
  }
  if (auto step = repeat(now, rng)) {
    return *step;
  }
  return nothing_left(now);
}

std::optional<Step> Pursuit::choose_in(Round round, TimePoint now) {
  const auto count = std::min(plan_->attempts.size(), kAttemptsMax);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& attempt = plan_->attempts[i];
    if (spent_[i] || !allowed_in(round, attempt, now)) {
      continue;
    }
    const auto standing = board_.brief(attempt.to.id(), now).standing;
    const bool healthy = standing == Standing::Ready && !attempt.panic;
    if (!attempts_left(attempt, healthy)) {
      continue;
    }
    if (take(attempt, standing, now)) {
      spent_.set(i);
      return send(attempt, standing == Standing::TrialDue, now);
    }
    spent_.set(i);
  }
  return std::nullopt;
}

// Some of the plan were passed over, so that attempts are left and healthy deployments were cut off
// as beyond the retries: their turn has come after all.
std::optional<Step> Pursuit::choose_spare(TimePoint now) {
  for (const auto& skip : plan_->skipped) {
    const auto& to = world_.fleet[skip.deployment];
    if (skip.why != SkipReason::BeyondRetries || faulty(to.endpoint) != nullptr ||
        std::ranges::find(spares_sent_, skip.deployment) != spares_sent_.end() ||
        board_.brief(skip.deployment, now).standing != Standing::Ready) {
      continue;
    }
    const auto sibling = std::ranges::find(plan_->attempts, to.group, &PlannedAttempt::group);
    const auto admitted = request_.residency->admit(to);
    if (sibling == plan_->attempts.end() || !admitted) {
      continue;
    }
    const PlannedAttempt spare{.to = *admitted,
                               .group = sibling->group,
                               .wildcard = sibling->wildcard,
                               .fallback_depth = sibling->fallback_depth};
    if (allowed_in(Round::Elsewhere, spare, now) && attempts_left(spare, true) &&
        take(spare, Standing::Ready, now)) {
      spares_sent_.push_back(skip.deployment);
      spare_ = spare;
      return send(*spare_, false, now);
    }
  }
  return std::nullopt;
}

bool Pursuit::allowed_in(Round round, const PlannedAttempt& attempt, TimePoint now) const {
  const auto& to = deployment(attempt);
  if (attempt.fallback_depth < fallback_depth_ ||
      std::ranges::find(blocked_accounts_, to.account) != blocked_accounts_.end()) {
    return false;
  }
  const auto* fault = faulty(to.endpoint);
  const bool dark = fault != nullptr && fault->dark;
  const bool second_trial =
      trials_ > 0 && board_.brief(attempt.to.id(), now).standing == Standing::TrialDue;
  switch (round) {
    case Round::Elsewhere:
      return !dark && !second_trial;
    case Round::DarkEndpoints:
      return !second_trial;
    case Round::MoreTrials:
      return true;
  }
  MERIDIAN_CHECK(false);
}

// A failed trial costs no attempt when a healthy deployment follows: it was known to be down.
bool Pursuit::attempts_left(const PlannedAttempt& attempt, bool healthy) const {
  if (attempt.fallback_depth > fallback_depth_ || !failed_by_) {
    return true;
  }
  return in_group_ - (healthy ? trials_in_group_ : 0) < 1 + retries_now(*failed_by_);
}

// Whether the attempt may be made now, after reading the board again; takes what it needs for it.
bool Pursuit::take(const PlannedAttempt& attempt, Standing standing, TimePoint now) {
  const auto id = attempt.to.id();
  switch (standing) {
    case Standing::Ready:
      return pay(attempt, !attempt.panic, now);
    case Standing::TrialDue:
      return pay(attempt, false, now) && board_.take_trial(id, now, kTrialMax);
    case Standing::Resting:
      return attempt.panic && panic_room(board_.view(id, now)) && pay(attempt, false, now);
    case Standing::QuotaBlocked:
    case Standing::AccountBlocked:
    case Standing::Misconfigured:
    case Standing::Draining:
      return false;
  }
  MERIDIAN_CHECK(false);
}

bool Pursuit::pay(const PlannedAttempt& attempt, bool healthy, TimePoint now) {
  if (attempts_ == 0 || (healthy && faulty(deployment(attempt).endpoint) == nullptr)) {
    return true;
  }
  return limits_.client_retries == 0 && budget_.withdraw(now);
}

Step Pursuit::send(const PlannedAttempt& attempt, bool trial, TimePoint now) {
  if (attempt.fallback_depth != fallback_depth_ || attempts_ == 0) {
    fallback_depth_ = attempt.fallback_depth;
    in_group_ = 0;
    trials_in_group_ = 0;
    failed_by_.reset();
  }
  last_ = &attempt;
  last_was_trial_ = trial;
  ++attempts_;
  ++in_group_;
  trials_in_group_ += trial ? 1 : 0;
  trials_ += trial ? 1 : 0;
  Step step{.kind = Step::Kind::Attempt, .attempt = &attempt, .number = attempts_, .trial = trial};
  if (others_left(now)) {
    step.first_token_limit = first_token_limit(request_, board_.view(attempt.to.id(), now));
  }
  return step;
}

// Whether giving the present attempt up would leave somebody healthy elsewhere to go to.
bool Pursuit::others_left(TimePoint now) const {
  const auto& sent = deployment(*last_);
  const auto count = std::min(plan_->attempts.size(), kAttemptsMax);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& other = plan_->attempts[i];
    const auto& to = deployment(other);
    const bool in_reach = other.fallback_depth > fallback_depth_ ||
                          in_group_ - trials_in_group_ < 1 + retries_now(FailureKind::TimedOut);
    if (!spent_[i] && in_reach && other.fallback_depth >= fallback_depth_ &&
        to.endpoint != sent.endpoint && faulty(to.endpoint) == nullptr &&
        board_.brief(other.to.id(), now).standing == Standing::Ready) {
      return true;
    }
  }
  return false;
}

// Nobody else is left: the last one again, when its kind of failure may pass and it is not resting
// by then. Costs from the budget, so that a group of one does not multiply its own outage.
std::optional<Step> Pursuit::repeat(TimePoint now, Rng& rng) {
  if (attempts_ == 0 || !failed_by_ || !may_pass(*failed_by_) || last_was_trial_) {
    return std::nullopt;
  }
  const auto& attempt = *last_;
  if (attempt.panic || !attempts_left(attempt, false)) {
    return std::nullopt;
  }
  const auto pause = pause_before_repeat(attempt, now, rng);
  if (!pause || limits_.deadline - now <= *pause ||
      board_.brief(attempt.to.id(), now + *pause).standing != Standing::Ready ||
      limits_.client_retries > 0 || !budget_.withdraw(now)) {
    return std::nullopt;
  }
  ++repeats_;
  auto step = send(*last_, false, now);
  step.pause = *pause;
  return step;
}

Step Pursuit::after_pause(TimePoint now) {
  MERIDIAN_CHECK(last_ != nullptr);
  if (board_.brief(last_->to.id(), now).standing != Standing::Ready || now >= limits_.deadline) {
    --attempts_;  // It was not made after all.
    --in_group_;
    return {.kind = Step::Kind::ReturnFailure};
  }
  return {.kind = Step::Kind::Attempt, .attempt = last_, .number = attempts_};
}

std::optional<Duration> Pursuit::pause_before_repeat(const PlannedAttempt& attempt,
                                                     TimePoint now,
                                                     Rng& rng) const {
  const auto brief = board_.brief(attempt.to.id(), now);
  const auto asked =
      std::max(world_.rules.retry_after_min, retry_after_.value_or(Duration::zero()));
  const auto blocked =
      brief.standing == Standing::QuotaBlocked ? brief.until - now : Duration::zero();
  if (std::max(asked, blocked) > kPauseMax) {
    return std::nullopt;  // Too long to keep a client waiting; the answer says when to come back.
  }
  const auto doubled = kFirstPause * (1 << std::min(repeats_, 4));
  const auto pause = std::max({asked, blocked, std::min<Duration>(doubled, kPauseMax)});
  const auto jitter = static_cast<double>(pause.count()) * 0.25 * rng.unit();
  return pause + Duration{static_cast<std::int64_t>(jitter)};
}

Step Pursuit::nothing_left(TimePoint now) const {
  if (attempts_ > 0) {
    return {.kind = Step::Kind::ReturnFailure};
  }
  Step step{.kind = Step::Kind::Unavailable};
  for (const auto& attempt : plan_->attempts) {
    const auto until = board_.brief(attempt.to.id(), now).until;
    if (until > now && (step.retry_at == TimePoint{} || until < step.retry_at)) {
      step.retry_at = until;
    }
  }
  return step;
}

int Pursuit::retries_now(FailureKind kind) const {
  if (request_.retries) {
    return plan_->retries;
  }
  const auto& rules = world_.rules;
  const auto& group = world_.fleet[last_->group];
  const auto found = rules.group_retry_policy.find(group.name);
  const auto* own = found == rules.group_retry_policy.end() ? nullptr : &found->second;
  return retries_for(kind, own, rules.retry_policy, plan_->retries);
}

bool Pursuit::policy_asks_for_more(FailureKind kind) const {
  if (kind == FailureKind::CutShort) {
    return false;
  }
  const auto& rules = world_.rules;
  const auto& group = world_.fleet[last_->group];
  const auto found = rules.group_retry_policy.find(group.name);
  const auto* own = found == rules.group_retry_policy.end() ? nullptr : &found->second;
  return policy_retries(kind, own, rules.retry_policy).value_or(0) > 0;
}

const Pursuit::Faulty* Pursuit::faulty(EndpointId endpoint) const {
  const auto found = std::ranges::find(faulty_, endpoint, &Faulty::endpoint);
  return found == faulty_.end() ? nullptr : &*found;
}

const Deployment& Pursuit::deployment(const PlannedAttempt& attempt) const {
  return world_.fleet[attempt.to.id()];
}

}  // namespace meridian
