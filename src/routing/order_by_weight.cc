#include <algorithm>
#include <utility>

#include "routing/order.h"

namespace meridian {

void order_by_weight(std::span<Candidate> tier, const OrderContext& context) {
  double total = 0;
  for (auto& candidate : tier) {
    candidate.key = candidate.weight * static_cast<double>(candidate.share);
    total += candidate.key;
  }
  const std::size_t places = std::min(context.need, tier.size());
  for (std::size_t place = 0; place + 1 < tier.size() && place < places; ++place) {
    double left = context.rng.unit() * total;
    std::size_t drawn = place;
    // The last one takes what rounding leaves over.
    while (drawn + 1 < tier.size() && left >= tier[drawn].key) {
      left -= tier[drawn].key;
      ++drawn;
    }
    total -= tier[drawn].key;
    std::swap(tier[place], tier[drawn]);
  }
}

}  // namespace meridian
