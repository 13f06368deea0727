#include "sim/witness.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace meridian {

namespace {

using std::chrono::seconds;

// Longer than any rest or block with its jitter, so that whoever had no fault for as long must be
// in use: 300 s + 5 s, 5 min + 10 %; and an account's 15 min + 10 %.
constexpr Duration kSettled = seconds(420);
constexpr Duration kAccountSettled = seconds(1'100);
constexpr auto kPromisedAmplification = 1.2;

bool is_fault(FailureKind kind) {
  return kind == FailureKind::ConnectFailed || kind == FailureKind::TimedOut ||
         kind == FailureKind::ServerError;
}

}  // namespace

std::vector<GroupId> groups_promised(const Fleet& fleet,
                                     const RouterRules& rules,
                                     std::string_view model) {
  std::vector<std::string_view> names{model};
  std::vector<GroupId> groups;
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (const auto& group : fleet.groups) {
      if (group.name == names[i]) {
        groups.push_back(group.id);
      }
    }
    const auto next = rules.fallbacks.find(names[i]);
    if (next == rules.fallbacks.end()) {
      continue;
    }
    for (const auto& name : next->second) {
      if (std::ranges::find(names, name) == names.end()) {
        names.emplace_back(name);
      }
    }
  }
  return groups;
}

Witness::Witness(const Fleet& fleet,
                 std::vector<HealthRules> rules_by_deployment,
                 std::span<const Fault> faults)
    : fleet_(fleet),
      rules_(std::move(rules_by_deployment)),
      faults_(faults),
      books_(fleet.deployments.size()) {}

void Witness::object(const Ask& ask, TimePoint now, std::string_view what) {
  if (!violation_) {
    violation_ = fmt::format("request {} at {:.3f} s: {}",
                             ask.number,
                             std::chrono::duration<double>(now.time_since_epoch()).count(),
                             what);
  }
}

bool Witness::allowed(const Ask& ask, const Deployment& deployment) const {
  const auto& possible = deployment.location.possible;
  const auto inside = [&](const PlaceSet& rule) {
    return possible.any() && (possible & ~rule).none();
  };
  return (!ask.allowed || inside(*ask.allowed)) &&
         (!deployment.allowed || inside(*deployment.allowed));
}

// Nothing is or was wrong with it, or with its account, in that time.
bool Witness::untroubled(const Deployment& deployment, TimePoint from, TimePoint until) const {
  return std::ranges::none_of(faults_, [&](const Fault& fault) {
    if (fault.kind == Fault::Kind::NoMoney) {
      const bool pays_there = std::ranges::any_of(fleet_.deployments, [&](const Deployment& other) {
        return other.account == deployment.account && other.endpoint == fault.endpoint;
      });
      return pays_there && touches(fault, from - (kAccountSettled - kSettled), until);
    }
    return fault.endpoint == deployment.endpoint && touches(fault, from, until);
  });
}

const Deployment* Witness::healthy_for(const Ask& ask,
                                       TimePoint now,
                                       std::optional<DeploymentId> but) const {
  for (const auto& deployment : fleet_.deployments) {
    if (std::ranges::find(ask.groups, deployment.group) != ask.groups.end() &&
        deployment.id != but && allowed(ask, deployment) &&
        untroubled(deployment, ask.arrived - kSettled, now)) {
      return &deployment;
    }
  }
  return nullptr;
}

Witness::TenSeconds& Witness::count_at(TimePoint now) {
  const auto index = static_cast<std::size_t>(now.time_since_epoch() / seconds(10));
  if (counts_.size() <= index) {
    counts_.resize(index + 1);
  }
  return counts_[index];
}

void Witness::arrived(const Ask& /*ask*/, TimePoint now) {
  ++count_at(now).requests;
}

void Witness::planned(const Ask& ask, const Plan& plan, TimePoint now) {
  std::vector<int> seen(fleet_.deployments.size(), 0);
  for (const auto& attempt : plan.attempts) {
    ++seen[index_of(attempt.to.id())];
    if (!allowed(ask, fleet_[attempt.to.id()])) {
      object(ask, now, "a plan leaves the jurisdiction");
    }
  }
  for (const auto& skip : plan.skipped) {
    ++seen[index_of(skip.deployment)];
    check_skip(ask, skip, now);
  }
  for (const auto& deployment : fleet_.deployments) {
    const bool serves = std::ranges::find(ask.groups, deployment.group) != ask.groups.end();
    if (seen[index_of(deployment.id)] != (serves ? 1 : 0)) {
      object(ask,
             now,
             fmt::format(
                 "{} is {} times in the plan", deployment.name, seen[index_of(deployment.id)]));
    }
  }
}

void Witness::check_skip(const Ask& ask, const Skip& skip, TimePoint now) {
  const auto& deployment = fleet_[skip.deployment];
  if ((skip.why == SkipReason::Residency) == allowed(ask, deployment)) {
    object(ask,
           now,
           fmt::format("{} is skipped for the wrong reason about residency", deployment.name));
  }
  const bool for_health =
      skip.why == SkipReason::Resting || skip.why == SkipReason::Misconfigured ||
      skip.why == SkipReason::AccountBlocked || skip.why == SkipReason::QuotaBlocked;
  if (for_health && !books_[index_of(skip.deployment)].troubled_at) {
    object(ask,
           now,
           fmt::format("{} is skipped for its health, and was never in trouble", deployment.name));
  }
}

void Witness::sent(Ask& ask, DeploymentId to, bool trial, bool panic, TimePoint now) {
  const auto& deployment = fleet_[to];
  auto& book = books_[index_of(to)];
  const auto& rules = rules_[index_of(to)];
  count_at(now).attempts += trial ? 0 : 1;
  ++ask.attempts;
  if (!allowed(ask, deployment)) {
    object(ask, now, fmt::format("an attempt at {} leaves the jurisdiction", deployment.name));
  }
  if (ask.ended || ask.content) {
    object(ask, now, "an attempt after the end, or after content went to the client");
  }
  if (now >= ask.deadline) {
    object(ask, now, "an attempt after the deadline");
  }
  const bool known_down = book.faults_in_a_row >= std::max(1, rules.allowed_fails);
  if (known_down && !trial && !panic && rules.cooldown > Duration::zero()) {
    object(ask, now, fmt::format("an ordinary attempt at {}, which is resting", deployment.name));
  }
  if (trial && book.trials_open > 0) {
    object(ask, now, fmt::format("a second trial of {} at the same time", deployment.name));
  }
  if (trial && book.trial_failed_at && now < *book.trial_failed_at + rules.cooldown) {
    object(
        ask, now, fmt::format("a trial of {} too soon after the last one failed", deployment.name));
  }
  if (panic) {
    while (!book.contents.empty() && book.contents.front() < now - seconds(11)) {
      book.contents.pop_front();
    }
    if (book.open >= std::max(1, 2 * static_cast<int>(book.contents.size()))) {
      object(ask, now, fmt::format("too many panic attempts at {}", deployment.name));
    }
    if (const auto* better = healthy_for(ask, now, to); better != nullptr) {
      object(ask, now, fmt::format("panic, though {} is healthy", better->name));
    }
  }
  ++book.open;
  book.trials_open += trial ? 1 : 0;
}

void Witness::first_content(Ask& ask, DeploymentId from, bool trial, TimePoint now) {
  auto& book = books_[index_of(from)];
  if (ask.content || ask.ended) {
    object(ask, now, "content twice, or after the end");
  }
  if (now > ask.deadline) {
    object(ask, now, "first content after the deadline");
  }
  ask.content = true;
  book.contents.push_back(now);
  book.faults_in_a_row = 0;
  book.trial_failed_at.reset();
  if (trial) {
    --book.trials_open;
    // Its endpoint answers: others that rested for the endpoint's sake may come back with it.
    for (const auto& other : fleet_.deployments) {
      if (other.endpoint == fleet_[from].endpoint) {
        books_[index_of(other.id)].faults_in_a_row = 0;
      }
    }
  }
}

void Witness::attempt_ended(DeploymentId to,
                            bool trial,
                            std::optional<FailureKind> failure,
                            TimePoint now) {
  auto& book = books_[index_of(to)];
  --book.open;
  book.trials_open -= trial ? 1 : 0;
  if (!failure || *failure == FailureKind::ClientLeft || *failure == FailureKind::BadRequest) {
    return;
  }
  if (is_fault(*failure)) {
    ++book.faults_in_a_row;
    if (trial) {
      book.trial_failed_at = now;
    }
  }
  for (const auto& other : fleet_.deployments) {
    const bool same_endpoint = other.endpoint == fleet_[to].endpoint;
    const bool same_account =
        *failure == FailureKind::AccountBlocked && other.account == fleet_[to].account;
    if (same_endpoint || same_account) {
      books_[index_of(other.id)].troubled_at = now;
    }
  }
}

void Witness::ended(Ask& ask, Ending how, TimePoint now) {
  if (ask.ended) {
    object(ask, now, "a request ended twice");
  }
  ask.ended = true;
  switch (how) {
    case Ending::Served:
    case Ending::CutShort:
      if (!ask.content) {
        object(ask, now, "served without content");
      }
      break;
    case Ending::Failed:
    case Ending::Unavailable:
      if (const auto* healthy = healthy_for(ask, now);
          healthy != nullptr && ask.attempts < 1 + ask.retries && now < ask.deadline) {
        object(ask,
               now,
               fmt::format(
                   "lost after {} attempts, though {} is healthy", ask.attempts, healthy->name));
      }
      break;
    case Ending::Residency:
      for (const auto& deployment : fleet_.deployments) {
        if (std::ranges::find(ask.groups, deployment.group) != ask.groups.end() &&
            allowed(ask, deployment)) {
          object(ask,
                 now,
                 fmt::format("refused for residency, though {} is allowed", deployment.name));
        }
      }
      break;
    case Ending::Refused:
    case Ending::ClientLeft:
      break;
  }
}

// Every endpoint refuses or errs in these ten seconds, and has for 30 s: every breaker has had its
// faults.
bool Witness::all_dark(std::size_t ten_seconds) const {
  const TimePoint begin{seconds(10 * static_cast<std::int64_t>(ten_seconds))};
  for (std::size_t endpoint = 0; endpoint < fleet_.endpoints.size(); ++endpoint) {
    const bool dark = std::ranges::any_of(faults_, [&](const Fault& fault) {
      return index_of(fault.endpoint) == endpoint &&
             (fault.kind == Fault::Kind::Down || fault.kind == Fault::Kind::Erroring) &&
             fault.from <= begin - seconds(30) && fault.until >= begin + seconds(10);
    });
    if (!dark) {
      return false;
    }
  }
  return true;
}

void Witness::finish(TimePoint /*now*/) {
  std::size_t dark_since = 0;
  bool dark = false;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    const bool now_dark = all_dark(i);
    if (now_dark && !dark) {
      dark_since = i;
    }
    if (!now_dark && dark) {
      judge_outage(dark_since, i);
    }
    dark = now_dark;
  }
}

void Witness::judge_outage(std::size_t from, std::size_t until) {
  std::int64_t requests = 0;
  std::int64_t attempts = 0;
  for (std::size_t i = from; i < until; ++i) {
    requests += counts_[i].requests;
    attempts += counts_[i].attempts;
  }
  // The budget looks back ten seconds: those before the first bucket may still be paid for in it.
  const auto before = from > 0 ? counts_[from - 1].requests : 0;
  const double floor = 3.0 * static_cast<double>(fleet_.groups.size() * (until - from + 1));
  const double most = static_cast<double>(requests) +
                      ((kPromisedAmplification - 1) * static_cast<double>(requests + before)) +
                      floor;
  if (static_cast<double>(attempts) > most) {
    object({},
           TimePoint{seconds(10 * static_cast<std::int64_t>(until))},
           fmt::format("{} attempts for {} requests from {} s on, in a total outage",
                       attempts,
                       requests,
                       10 * from));
  }
}

}  // namespace meridian
