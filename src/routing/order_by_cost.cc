#include <algorithm>
#include <limits>

#include "pricing/price.h"
#include "routing/expected.h"
#include "routing/order.h"

namespace meridian {

void order_by_cost(std::span<Candidate> tier, const OrderContext& context) {
  const auto& request = context.request;
  const auto& world = context.world;
  // Latency only breaks ties: a micro-dollar weighs more than any number of milliseconds.
  constexpr double kMsMax = 1e7;
  constexpr double kUnknownPrice = 1e9;
  shuffle(tier, context.rng);
  for (auto& candidate : tier) {
    const auto id = candidate.to.id();
    const auto& price = world.prices[index_of(id)];
    const auto cost =
        cost_of(price, {.input = request.input_tokens, .output = request.output_tokens});
    candidate.score_ms = expected_ms(request, world.fleet[id], world.board.view(id, context.now));
    const double money = price.known ? static_cast<double>(cost.value) : kUnknownPrice;
    candidate.key = (money * kMsMax) + std::min(candidate.score_ms, kMsMax - 1);
  }
  lowest_first(tier, context.need);
}

}  // namespace meridian
