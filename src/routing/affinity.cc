#include "routing/affinity.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace meridian {

namespace {

constexpr double kFairShareMax = 1.25;
constexpr double kPenaltyMaxMs = 1'000;
constexpr double kWeightMin = 1e-6;
constexpr std::size_t kByNameMax = 64;  // Above, hashing names would cost more than it is worth.

std::uint64_t mixed(std::uint64_t z) {
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

// FNV-1a: the same on every machine and in every build, unlike std::hash.
std::uint64_t hashed(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char each : text) {
    hash = (hash ^ static_cast<unsigned char>(each)) * 0x100000001B3U;
  }
  return hash;
}

double in_unit(std::uint64_t hash) {
  return (static_cast<double>(hash >> 11U) + 0.5) * 0x1.0p-53;
}

}  // namespace

std::optional<std::size_t> cache_home(std::span<const Candidate> tier,
                                      const OrderContext& context) {
  if (!context.request.prefix || tier.empty()) {
    return std::nullopt;
  }
  const auto& fleet = context.world.fleet;
  double weights = 0;
  double open = 1;  // This request.
  for (const auto& candidate : tier) {
    weights += std::max(candidate.weight, kWeightMin);
    open += context.world.board.view(candidate.to.id(), context.now).in_flight;
  }
  std::optional<std::size_t> best;
  double best_score = 0;
  for (std::size_t i = 0; i < tier.size(); ++i) {
    const auto id = tier[i].to.id();
    const auto view = context.world.board.view(id, context.now);
    const double weight = std::max(tier[i].weight, kWeightMin);
    const double fair = std::ceil(kFairShareMax * open * weight / weights);
    if (view.in_flight + 1.0 > fair || view.penalty_ms > kPenaltyMaxMs || tier[i].share < 1) {
      continue;
    }
    const std::uint64_t who = tier.size() <= kByNameMax ? hashed(fleet[id].name) : index_of(id);
    const double score = -weight / std::log(in_unit(mixed(mixed(who) ^ *context.request.prefix)));
    if (!best || score > best_score) {
      best = i;
      best_score = score;
    }
  }
  return best;
}

}  // namespace meridian
