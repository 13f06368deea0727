#include "routing/plan.h"

#include <algorithm>
#include <span>
#include <utility>

#include "routing/fallbacks.h"
#include "routing/filter.h"
#include "routing/order.h"
#include "routing/outlook.h"
#include "routing/retry.h"

namespace meridian {

namespace {

// One make_plan at work.
class Planner {
 public:
  Planner(const RouteRequest& request,
          const RoutingWorld& world,
          TimePoint now,
          Rng& rng,
          Plan& plan)
      : request_(request), world_(world), now_(now), rng_(rng), plan_(plan) {}

  void run() {
    for (const auto& each : plan_.scratch.groups) {
      consider(each);
    }
    if (plan_.attempts.empty()) {
      panic();
    }
    if (plan_.attempts.empty()) {
      const auto outlook = outlook_of(plan_.skipped);
      plan_.none = outlook.none;
      plan_.retry_at = outlook.retry_at;
    }
  }

 private:
  using GroupToPlan = PlanScratch::GroupToPlan;

  void skip(DeploymentId id, SkipReason why, TimePoint until = {}) {
    plan_.skipped.push_back({.deployment = id, .why = why, .until = until});
  }

  void consider(const GroupToPlan& each);
  void gather(const Group& group);
  std::optional<SkipReason> unfit(const Deployment& deployment, TagChoice tags) const;
  std::optional<Skip> refused_by_health(const Member& member, const Board::Brief& brief) const;
  void drop_zero_weights(std::vector<Candidate>& candidates);
  void order(const Group& group, std::vector<Candidate>& candidates);
  void settle_retries(const GroupToPlan& each);
  void append(const std::vector<Candidate>& candidates, const GroupToPlan& each, bool panic);
  bool reachable(const Candidate& candidate);
  void panic();

  const RouteRequest& request_;
  const RoutingWorld& world_;
  TimePoint now_;
  Rng& rng_;
  Plan& plan_;
};

void Planner::consider(const GroupToPlan& each) {
  auto& ready = plan_.scratch.ready;
  ready.clear();
  plan_.scratch.resting.clear();
  gather(world_.fleet[each.group]);
  for (const auto& candidate : plan_.scratch.resting) {
    const auto brief = world_.board.brief(candidate.to.id(), now_);
    skip(candidate.to.id(), SkipReason::Resting, brief.until);
  }
  if (ready.empty()) {
    return;
  }
  settle_retries(each);
  drop_zero_weights(ready);
  order(world_.fleet[each.group], ready);
  append(ready, each, false);
}

// Sorts the members of a group into those that may be used, those that only rest, and the skipped.
void Planner::gather(const Group& group) {
  const auto tags = choose_tags(request_, world_, group);
  for (const auto& member : group.lineup) {
    const auto admitted = request_.residency->admit(member);
    if (!admitted) {
      skip(member.id, SkipReason::Residency);
      continue;
    }
    if (!member.plain || tags != TagChoice::Everyone) {
      if (const auto why = unfit(world_.fleet[member.id], tags)) {
        skip(member.id, *why);
        continue;
      }
    }
    const auto brief = world_.board.brief(member.id, now_);
    if (const auto refused = refused_by_health(member, brief)) {
      plan_.skipped.push_back(*refused);
      continue;
    }
    auto& list = brief.standing == Standing::Resting ? plan_.scratch.resting : plan_.scratch.ready;
    list.push_back({.to = *admitted,
                    .endpoint = member.endpoint,
                    .account = member.account,
                    .tier = member.tier,
                    .trial = brief.standing == Standing::TrialDue,
                    .share = static_cast<float>(brief.share),
                    .weight = member.weight});
  }
}

std::optional<SkipReason> Planner::unfit(const Deployment& deployment, TagChoice tags) const {
  if (const auto why = unable(request_, deployment)) {
    return why;
  }
  return selected(tags, request_, world_.rules, deployment) ? std::nullopt
                                                            : std::optional(SkipReason::Tags);
}

// Blocks and quotas, which nothing relaxes. A rest is not among them: panic may.
std::optional<Skip> Planner::refused_by_health(const Member& member,
                                               const Board::Brief& brief) const {
  const auto id = member.id;
  switch (brief.standing) {
    case Standing::QuotaBlocked:
      return Skip{id, SkipReason::QuotaBlocked, brief.until};
    case Standing::AccountBlocked:
      return Skip{id, SkipReason::AccountBlocked, brief.until};
    case Standing::Misconfigured:
      return Skip{id, SkipReason::Misconfigured, brief.until};
    case Standing::Draining:
      return Skip{id, SkipReason::Draining, {}};
    case Standing::Ready:
    case Standing::TrialDue:
    case Standing::Resting:
      break;
  }
  if (member.plain) {
    return std::nullopt;
  }
  const auto& deployment = world_.fleet[id];
  if (deployment.rpm || deployment.tpm || deployment.max_parallel_requests) {
    if (const auto why = over_quota(request_, deployment, world_.board.view(id, now_))) {
      return Skip{id, *why, {}};
    }
  }
  return std::nullopt;
}

void Planner::drop_zero_weights(std::vector<Candidate>& candidates) {
  const auto counts = [](const Candidate& each) { return each.weight > 0 && !each.trial; };
  if (!std::ranges::any_of(candidates, counts)) {
    for (auto& candidate : candidates) {
      candidate.weight = candidate.weight > 0 ? candidate.weight : 1;
    }
    return;
  }
  std::erase_if(candidates, [this](const Candidate& each) {
    const bool drop = each.weight <= 0;
    if (drop) {
      skip(each.to.id(), SkipReason::ZeroWeight);
    }
    return drop;
  });
}

// Brings those of the lowest tier to the front; how many they are.
std::size_t gather_lowest_tier(std::span<Candidate> candidates) {
  const int tier = std::ranges::min(candidates, {}, &Candidate::tier).tier;
  std::size_t count = 0;
  for (auto& candidate : candidates) {
    if (candidate.tier == tier) {
      std::swap(candidate, candidates[count++]);
    }
  }
  return count;
}

// Tier after tier, each ordered by the strategy. A handful of tiers: a pass for each costs less
// than sorting, and none where everybody is in the same one.
void Planner::order(const Group& group, std::vector<Candidate>& candidates) {
  const std::span<Candidate> all(candidates);
  // Two more than the attempts: for those that are passed over because their endpoint failed.
  const auto places = static_cast<std::size_t>(plan_.attempts_max) + 2;
  std::size_t begin = 0;
  while (begin < all.size()) {
    const auto rest = all.subspan(begin);
    const auto count = group.one_tier ? rest.size() : gather_lowest_tier(rest);
    const std::size_t need = places > begin ? places - begin : 0;
    order_tier(rest.first(count), {request_, world_, now_, rng_, need});
    begin += count;
  }
}

// The first group with somebody ready decides how many attempts there are.
void Planner::settle_retries(const GroupToPlan& each) {
  if (plan_.attempts_max > 0) {
    return;
  }
  const auto& rules = world_.rules;
  if (request_.retries) {
    plan_.retries = std::clamp(*request_.retries, 0, kRetriesMax);
    plan_.attempts_max = 1 + plan_.retries;
    return;
  }
  const auto& group = world_.fleet[each.group];
  plan_.retries = std::clamp(group.num_retries.value_or(rules.num_retries), 0, kRetriesMax);
  const auto policy = rules.group_retry_policy.find(group.name);
  const auto* group_policy = policy == rules.group_retry_policy.end() ? nullptr : &policy->second;
  plan_.attempts_max = 1 + retries_at_most(group_policy, rules.retry_policy, plan_.retries);
}

// Whether an attempt behind the first 1 + retries can come to its turn: the first at its endpoint
// or account can, when all before it fall with their endpoints or accounts.
bool Planner::reachable(const Candidate& candidate) {
  const auto most = static_cast<std::size_t>(plan_.attempts_max);
  auto& endpoints = plan_.scratch.endpoints;
  auto& accounts = plan_.scratch.accounts;
  const bool new_endpoint = endpoints.size() < most &&
                            std::ranges::find(endpoints, candidate.endpoint) == endpoints.end();
  const bool new_account =
      accounts.size() < most && std::ranges::find(accounts, candidate.account) == accounts.end();
  if (new_endpoint) {
    endpoints.push_back(candidate.endpoint);
  }
  if (new_account) {
    accounts.push_back(candidate.account);
  }
  return new_endpoint || new_account;
}

void Planner::append(const std::vector<Candidate>& candidates,
                     const GroupToPlan& each,
                     bool panic) {
  plan_.scratch.endpoints.clear();
  plan_.scratch.accounts.clear();
  const auto most = static_cast<std::size_t>(plan_.attempts_max);
  // Of a large group nearly all are beyond the attempts, so room for all is made once.
  const auto before = plan_.skipped.size();
  plan_.skipped.resize(before + candidates.size());
  auto beyond = std::span(plan_.skipped).subspan(before).begin();
  std::size_t kept = 0;
  for (const auto& candidate : candidates) {
    const bool extra = reachable(candidate);
    if (!candidate.trial && kept >= most && !extra) {
      *beyond++ = {.deployment = candidate.to.id(), .why = SkipReason::BeyondRetries, .until = {}};
      continue;
    }
    kept += candidate.trial ? 0 : 1;
    plan_.attempts.push_back({.to = candidate.to,
                              .group = each.group,
                              .wildcard = each.wildcard,
                              .trial = candidate.trial,
                              .panic = panic,
                              .explored = candidate.explored,
                              .fallback_depth = each.depth,
                              .score_ms = candidate.score_ms});
  }
  plan_.skipped.resize(static_cast<std::size_t>(beyond - std::span(plan_.skipped).begin()));
}

// Nobody is left anywhere. Those that only rest are tried after all, each by so few at a time that
// a dead one costs little and one that has come back is found out: max(1, 2 x recent successes).
void Planner::panic() {
  auto& resting = plan_.scratch.resting;
  for (const auto& each : plan_.scratch.groups) {
    // The others have been judged and noted already; only the rests are looked at again.
    std::swap(plan_.skipped, plan_.scratch.skipped);
    plan_.scratch.ready.clear();
    resting.clear();
    gather(world_.fleet[each.group]);
    std::erase_if(resting, [this](const Candidate& candidate) {
      return !panic_room(world_.board.view(candidate.to.id(), now_));
    });
    std::swap(plan_.skipped, plan_.scratch.skipped);
    plan_.scratch.skipped.clear();
    if (resting.empty()) {
      continue;
    }
    settle_retries(each);
    order(world_.fleet[each.group], resting);
    std::erase_if(plan_.skipped, [&](const Skip& skipped) {
      return skipped.why == SkipReason::Resting &&
             std::ranges::any_of(resting, [&](const Candidate& candidate) {
               return candidate.to.id() == skipped.deployment;
             });
    });
    append(resting, each, true);
  }
}

}  // namespace

void Plan::clear() {
  attempts.clear();
  skipped.clear();
  none = NoPlan::None;
  retry_at = {};
  attempts_max = 0;
  retries = 0;
  scratch.groups.clear();
}

bool panic_room(const HealthView& view) {
  return view.in_flight < std::max(1U, 2 * view.recent_successes);
}

void make_plan(const RouteRequest& request,
               const RoutingWorld& world,
               TimePoint now,
               Rng& rng,
               Plan& plan) {
  plan.clear();
  if (!resolve(request, world, plan.scratch.groups)) {
    plan.none = NoPlan::UnknownModel;
    return;
  }
  Planner(request, world, now, rng, plan).run();
}

void make_refusal_plan(const RouteRequest& request,
                       FailureKind refusal,
                       const RoutingWorld& world,
                       TimePoint now,
                       Rng& rng,
                       Plan& plan) {
  plan.clear();
  resolve_refusal(request, refusal, world, plan.scratch.groups);
  if (!plan.scratch.groups.empty()) {
    Planner(request, world, now, rng, plan).run();
  }
}

}  // namespace meridian
