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
// So many requests go to somebody for the sake of knowing it (Envoy's load-aware locality keeps 3 %).
constexpr double kExploreShare = 0.02;
constexpr double kExplorePenaltyMaxMs = 1'000;

// `adaptive` without a cost weight of its own: a dollar is worth 50 s, so a tenth of the price of a
// usual request (3/4 of a cent) is worth 37 ms.
constexpr double kAdaptiveMsPerDollar = 50'000;
// Of a prompt that repeats a prefix, as much is usually cached (routing-science 2.3).
constexpr double kCachedShare = 0.9;

struct Score {
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
  const auto cost = cost_of(price,
                            {.input = context.request.input_tokens,
                             .output = context.request.output_tokens});
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
  const double saved = price.known
                           ? cached * static_cast<double>(price.cache_write - price.cache_read) / 1e12
                           : 0;
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

// Everybody is scored and compared.
void compare_all(std::span<Candidate> tier, const Score& score, const OrderContext& context) {
  shuffle(tier, context.rng);
  const auto& world = context.world;
  std::size_t unmeasured = 0;
  for (auto& candidate : tier) {
    const auto id = candidate.to.id();
    const auto view = world.board.view(id, context.now);
    candidate.score_ms = expected_ms(context.request, world.fleet[id], view);
    // For exploring, before it is overwritten below: 0 = never measured, 1 = measured, 2 = in trouble.
    candidate.key = view.penalty_ms > kExplorePenaltyMaxMs ? 2 : view.measured ? 1 : 0;
    unmeasured += candidate.key == 0 ? 1 : 0;
  }
  Candidate* explored = nullptr;
  if (context.rng.chance(kExploreShare)) {
    const double wanted = unmeasured > 0 ? 0 : 1;
    const auto found = std::ranges::find(tier, wanted, &Candidate::key);  // Shuffled: a random one.
    explored = found != tier.end() ? &*found : nullptr;
  }
  if (score.ms_per_dollar > 0) {
    add_money(tier, score.ms_per_dollar, context);
  }
  if (score.affinity) {
    if (const auto home = cache_home(tier, context)) {
      tier[*home].score_ms -= warm_cache_ms(tier[*home], score.ms_per_dollar, context);
    }
  }
  const double best = std::ranges::min(tier, {}, &Candidate::score_ms).score_ms;
  const double equal_up_to = best + (std::max(best, 0.0) * world.rules.lowest_latency_buffer);
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

// Each place at the front goes to the better of two.
void compare_pairs(std::span<Candidate> tier, const Score& score, const OrderContext& context) {
  const std::size_t places = std::min(context.need, tier.size());
  for (std::size_t place = 0; place < places && place + 1 < tier.size(); ++place) {
    const auto rest = tier.subspan(place);
    const auto count = static_cast<double>(rest.size());
    const auto first = static_cast<std::size_t>(context.rng.unit() * count);
    // From the count - 1 others: `first` is a hole to step over. Drawing again on a collision, or
    // taking the neighbour, would favour the neighbour.
    const auto drawn = static_cast<std::size_t>(context.rng.unit() * (count - 1));
    const auto second = drawn < first ? drawn : drawn + 1;
    std::swap(rest[0], rest[first]);
    std::swap(rest[1], rest[second == 0 ? first : second]);
    if (place == 0 && context.rng.chance(kExploreShare)) {
      rest[0].explored = true;
      continue;
    }
    const auto pair = rest.first(2);
    for (auto& candidate : pair) {
      const auto id = candidate.to.id();
      candidate.score_ms = expected_ms(
          context.request, context.world.fleet[id], context.world.board.view(id, context.now));
    }
    if (score.ms_per_dollar > 0) {
      add_money(pair, score.ms_per_dollar, context);
    }
    for (auto& candidate : pair) {
      candidate.key = candidate.score_ms;
    }
    hold_back_ramping(pair, context.rng);
    if (rest[1].key < rest[0].key) {
      std::swap(rest[0], rest[1]);
    }
  }
  if (score.affinity && !tier.empty() && !tier[0].explored) {
    const auto home = cache_home(tier, context);
    if (home && *home != 0) {
      auto& warm = tier[*home];
      const auto id = warm.to.id();
      warm.score_ms = expected_ms(
          context.request, context.world.fleet[id], context.world.board.view(id, context.now));
      warm.score_ms -= warm_cache_ms(warm, score.ms_per_dollar, context);
      if (warm.score_ms < tier[0].score_ms) {
        std::swap(tier[0], warm);
      }
    }
  }
}

void order(std::span<Candidate> tier, const Score& score, const OrderContext& context) {
  if (tier.size() < 2) {
    for (auto& candidate : tier) {
      const auto id = candidate.to.id();
      candidate.score_ms = expected_ms(
          context.request, context.world.fleet[id], context.world.board.view(id, context.now));
    }
  } else if (tier.size() <= kFullScanMax) {
    compare_all(tier, score, context);
  } else {
    compare_pairs(tier, score, context);
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
