#include "routing/order.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace meridian {

namespace {

std::size_t index_below(std::size_t count, Rng& rng) {
  return static_cast<std::size_t>(rng.unit() * static_cast<double>(count));
}

void order_ready(std::span<Candidate> tier, const OrderContext& context) {
  if (context.request.workload == Workload::Batch) {
    order_by_cost(tier, context);
    return;
  }
  switch (context.world.rules.strategy) {
    case Strategy::SimpleShuffle:
    case Strategy::Priority:
      order_by_weight(tier, context);
      return;
    case Strategy::Latency:
      order_by_latency(tier, context);
      return;
    case Strategy::LeastBusy:
      order_by_waiting(tier, context);
      return;
    case Strategy::Usage:
      order_by_usage(tier, context);
      return;
    case Strategy::Cost:
      order_by_cost(tier, context);
      return;
    case Strategy::Adaptive:
      order_adaptively(tier, context);
      return;
  }
  MERIDIAN_CHECK(false);
}

}  // namespace

void order_tier(std::span<Candidate> tier, const OrderContext& context) {
  std::size_t trials = 0;
  for (auto& candidate : tier) {
    if (candidate.trial) {
      std::swap(candidate, tier[trials++]);
    }
  }
  if (trials > 1) {
    shuffle(tier.first(trials), context.rng);
  }
  order_ready(tier.subspan(trials), context);
}

void shuffle(std::span<Candidate> tier, Rng& rng) {
  for (std::size_t last = tier.size(); last > 1; --last) {
    std::swap(tier[last - 1], tier[index_below(last, rng)]);
  }
}

void lowest_first(std::span<Candidate> tier, std::size_t need) {
  for (std::size_t place = 0; place < std::min(need, tier.size()); ++place) {
    const auto lowest = std::ranges::min_element(tier.subspan(place), {}, &Candidate::key);
    std::swap(tier[place], *lowest);
  }
}

void hold_back_ramping(std::span<Candidate> tier, Rng& rng) {
  constexpr double kBehindEverybody = 1e12;
  for (auto& candidate : tier) {
    if (candidate.share < 1 && !rng.chance(candidate.share)) {
      candidate.key += kBehindEverybody;
    }
  }
}

}  // namespace meridian
