#pragma once

#include <cstddef>
#include <span>

#include "base/rng.h"
#include "base/time.h"
#include "routing/candidate.h"
#include "routing/plan.h"

namespace meridian {

// What a strategy may look at while it orders one tier of a group.
struct OrderContext {
  const RouteRequest& request;
  const RoutingWorld& world;
  TimePoint now;
  Rng& rng;
  std::size_t need = 0;  // So many places at the front will be used; behind them any order will do.
};

// Puts one tier into the order of the strategy. Trials that are due come first, so that a real
// request makes them; a batch workload is ordered by cost whatever the strategy.
void order_tier(std::span<Candidate> tier, const OrderContext& context);

// The strategies. Each orders its span, `need` places from the front.

// Weighted random without replacement; exact: each next place is drawn by weight from those left.
void order_by_weight(std::span<Candidate> tier, const OrderContext& context);

// Expected milliseconds to the first token. All are compared up to 8; above, each place goes to the
// better of two drawn at random, because many gateways that compare all would all move together.
void order_by_latency(std::span<Candidate> tier, const OrderContext& context);

// The same, with money as milliseconds and prompt-cache affinity.
void order_adaptively(std::span<Candidate> tier, const OrderContext& context);

// Requests still waiting for a first token, per weight.
void order_by_waiting(std::span<Candidate> tier, const OrderContext& context);

// Share of its tpm or rpm used, the larger of the two.
void order_by_usage(std::span<Candidate> tier, const OrderContext& context);

// Price of this request; expected latency breaks ties. Unknown prices come last.
void order_by_cost(std::span<Candidate> tier, const OrderContext& context);

// Pieces that they share.

void shuffle(std::span<Candidate> tier, Rng& rng);

// The lowest `need` keys to the front, in order. Shuffle before: then equal keys are in random
// order.
void lowest_first(std::span<Candidate> tier, std::size_t need);

// Slow start for orders that do not draw by weight: as often as its share says, a deployment that
// has just come back keeps its place; else it goes last.
void hold_back_ramping(std::span<Candidate> tier, Rng& rng);

}  // namespace meridian
