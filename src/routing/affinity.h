#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "routing/candidate.h"
#include "routing/order.h"

namespace meridian {

// Where the provider's prompt cache for this prefix is most likely warm: weighted rendezvous
// hashing of the prefix over the tier's deployments, by name, so that every gateway replica chooses
// the same one without sharing anything. Bounded load (consistent hashing with bounded loads, arXiv
// 1608.01350): who holds more than 1.25 x its fair share of the tier's open requests is passed
// over, and so is who has a penalty; the next in the rendezvous order takes over, which keeps the
// spill sticky too. Nothing: no prefix, or nobody suits. An index into `tier`.
std::optional<std::size_t> cache_home(std::span<const Candidate> tier, const OrderContext& context);

}  // namespace meridian
