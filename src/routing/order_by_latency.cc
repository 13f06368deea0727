#include <algorithm>
#include <limits>
#include <utility>

#include "pricing/price.h"
#include "routing/affinity.h"
#include "routing/expected.h"
#include "routing/order.h"

namespace meridian {

namespace {

constexpr std::size_t kFullScanMax = 8;
// So many requests go to somebody for the sake of knowing it (Envoy's load-aware locality keeps 3
// %).
constexpr double kExploreShare = 0.02;
constexpr double kExplorePenaltyMaxMs = 1'000;

// `adaptive` without a cost weight of its own: a dollar is worth 50 s, so a tenth of the price of a
// usual request (3/4 of a cent) is worth 37 ms.
constexpr double kAdaptiveMsPerDollar = 50'000;
// Of a prompt that repeats a prefix, as much is usually cached (routing-science 2.3).
constexpr double kCachedShare = 0.9;

// What a score counts besides time.
struct Terms {
  double ms_per_dollar = 0;
  bool affinity = false;
};

struct Costs {
  double cheapest = 0;
  double dearest = 0;
};

double dollars(const Candidate& candidate, const OrderContext& context) {
  const auto& price = context.world.prices[index_of(candidate.to.id())];
  if (!price.known) {
    return -1;
  }
  const auto cost = cost_of(
      price, {.input = context.request.input_tokens, .output = context.request.output_tokens});
  return static_cast<double>(cost.value) / 1e6;
}

Costs costs_of(std::span<const Candidate> tier, const OrderContext& context) {
  Costs costs{.cheapest = std::numeric_limits<double>::max(), .dearest = 0};
  for (const auto& candidate : tier) {
    if (const double cost = dollars(candidate, context); cost >= 0) {
      costs.cheapest = std::min(costs.cheapest, cost);
      costs.dearest = std::max(costs.dearest, cost);
    }
  }
  return costs;
}

// A cold prompt cache costs its prefill time and, where money counts, the price of writing it anew.
double warm_cache_ms(const Candidate& home, double ms_per_dollar, const OrderContext& context) {
  const auto id = home.to.id();
  const auto view = context.world.board.view(id, context.now);
  const double cached = kCachedShare * static_cast<double>(context.request.input_tokens);
  const auto& price = context.world.prices[index_of(id)];
  const double saved =
      price.known ? cached * static_cast<double>(price.cache_write - price.cache_read) / 1e12 : 0;
  return (cached * view.ms_per_token) + (std::max(saved, 0.0) * ms_per_dollar);
}

void add_money(std::span<Candidate> tier, double ms_per_dollar, const OrderContext& context) {
  const auto costs = costs_of(tier, context);
  for (auto& candidate : tier) {
    const double cost = dollars(candidate, context);
    const double above = (cost >= 0 ? cost : costs.dearest) - costs.cheapest;
    candidate.score_ms += ms_per_dollar * std::max(above, 0.0);
  }
}

void score(Candidate& candidate, const OrderContext& context) {
  const auto id = candidate.to.id();
  candidate.score_ms = expected_ms(
      context.request, context.world.fleet[id], context.world.board.view(id, context.now));
}

// For one request in fifty: somebody to put first for the sake of knowing it. Who was never
// measured before who was, and nobody who is in trouble. The tier has been shuffled, so the first
// is a random one.
Candidate* to_explore(std::span<Candidate> tier, const OrderContext& context) {
  if (!context.rng.chance(kExploreShare)) {
    return nullptr;
  }
  Candidate* found = nullptr;
  for (auto& candidate : tier) {
    const auto view = context.world.board.view(candidate.to.id(), context.now);
    if (!view.measured) {
      return &candidate;
    }
    if (found == nullptr && view.penalty_ms <= kExplorePenaltyMaxMs) {
      found = &candidate;
    }
  }
  return found;
}

// Everybody is scored and compared.
void compare_all(std::span<Candidate> tier, const Terms& terms, const OrderContext& context) {
  shuffle(tier, context.rng);
  for (auto& candidate : tier) {
    score(candidate, context);
  }
  Candidate* explored = to_explore(tier, context);
  if (terms.ms_per_dollar > 0) {
    add_money(tier, terms.ms_per_dollar, context);
  }
  if (terms.affinity) {
    if (const auto home = cache_home(tier, context)) {
      tier[*home].score_ms -= warm_cache_ms(tier[*home], terms.ms_per_dollar, context);
    }
  }
  const double best = std::ranges::min_element(tier, {}, &Candidate::score_ms)->score_ms;
  const double equal_up_to =
      best + (std::max(best, 0.0) * context.world.rules.lowest_latency_buffer);
  for (auto& candidate : tier) {
    candidate.key = candidate.score_ms <= equal_up_to ? best : candidate.score_ms;
  }
  hold_back_ramping(tier, context.rng);
  if (explored != nullptr) {
    explored->key = std::numeric_limits<double>::lowest();
    explored->explored = true;
  }
  lowest_first(tier, context.need);
}

// Brings two of them to the front, every ordered pair equally likely.
void draw_two(std::span<Candidate> rest, Rng& rng) {
  const auto count = static_cast<double>(rest.size());
  const auto first = static_cast<std::size_t>(rng.unit() * count);
  // From the count - 1 others: `first` is a hole to step over. Drawing again on a collision, or
  // taking the neighbour, would favour the neighbour.
  const auto drawn = static_cast<std::size_t>(rng.unit() * (count - 1));
  const auto second = drawn < first ? drawn : drawn + 1;
  std::swap(rest[0], rest[first]);
  std::swap(rest[1], rest[second == 0 ? first : second]);
}

void better_of_two_first(std::span<Candidate> pair,
                         const Terms& terms,
                         const OrderContext& context) {
  for (auto& candidate : pair) {
    score(candidate, context);
  }
  if (terms.ms_per_dollar > 0) {
    add_money(pair, terms.ms_per_dollar, context);
  }
  for (auto& candidate : pair) {
    candidate.key = candidate.score_ms;
  }
  hold_back_ramping(pair, context.rng);
  if (pair[1].key < pair[0].key) {
    std::swap(pair[0], pair[1]);
  }
}

// The home of the prompt's cache takes the first place where what it saves is worth it.
void offer_home(std::span<Candidate> tier, const Terms& terms, const OrderContext& context) {
  const auto home = cache_home(tier, context);
  if (!home || *home == 0) {
    return;
  }
  auto& warm = tier[*home];
  score(warm, context);
  warm.score_ms -= warm_cache_ms(warm, terms.ms_per_dollar, context);
  if (warm.score_ms < tier[0].score_ms) {
    std::swap(tier[0], warm);
  }
}

// Each place at the front goes to the better of two.
void compare_pairs(std::span<Candidate> tier, const Terms& terms, const OrderContext& context) {
  const bool explores = context.rng.chance(kExploreShare);
  const std::size_t places = std::min(context.need, tier.size() - 1);
  for (std::size_t place = 0; place < places; ++place) {
    const auto rest = tier.subspan(place);
    draw_two(rest, context.rng);
    if (place == 0 && explores) {
      rest[0].explored = true;
    } else {
      better_of_two_first(rest.first(2), terms, context);
    }
  }
  if (terms.affinity && !explores) {
    offer_home(tier, terms, context);
  }
}

void order(std::span<Candidate> tier, const Terms& terms, const OrderContext& context) {
  if (tier.size() < 2) {
    for (auto& candidate : tier) {
      score(candidate, context);
    }
  } else if (tier.size() <= kFullScanMax) {
    compare_all(tier, terms, context);
  } else {
    compare_pairs(tier, terms, context);
  }
}

}  // namespace

void order_by_latency(std::span<Candidate> tier, const OrderContext& context) {
  const auto& rules = context.world.rules;
  order(tier,
        {.ms_per_dollar = rules.cost_weight_ms_per_dollar, .affinity = rules.cache_affinity},
        context);
}

void order_adaptively(std::span<Candidate> tier, const OrderContext& context) {
  const double own = context.world.rules.cost_weight_ms_per_dollar;
  order(tier, {.ms_per_dollar = own > 0 ? own : kAdaptiveMsPerDollar, .affinity = true}, context);
}

}  // namespace meridian
