#include <algorithm>

#include "routing/expected.h"
#include "routing/order.h"

namespace meridian {

namespace {

constexpr double kWeightMin = 1e-6;

// With no limit of its own a deployment is measured by what the largest of its siblings may take.
struct Limits {
  double rpm = 1'000;
  double tpm = 1'000'000;
};

Limits largest_limits(std::span<const Candidate> tier, const Fleet& fleet) {
  Limits limits;
  for (const auto& candidate : tier) {
    const auto& deployment = fleet[candidate.to.id()];
    limits.rpm = std::max(limits.rpm, static_cast<double>(deployment.rpm.value_or(0)));
    limits.tpm = std::max(limits.tpm, static_cast<double>(deployment.tpm.value_or(0)));
  }
  return limits;
}

double used_share(const Deployment& deployment, const HealthView& view, const Limits& usual) {
  const double rpm = deployment.rpm ? static_cast<double>(*deployment.rpm) : usual.rpm;
  const double tpm = deployment.tpm ? static_cast<double>(*deployment.tpm) : usual.tpm;
  const auto requests = static_cast<double>(view.requests_this_minute + view.waiting);
  const auto tokens = static_cast<double>(view.tokens_this_minute);
  return std::max(requests / std::max(rpm, 1.0), tokens / std::max(tpm, 1.0));
}

}  // namespace

void order_by_waiting(std::span<Candidate> tier, const OrderContext& context) {
  shuffle(tier, context.rng);
  for (auto& candidate : tier) {
    const auto view = context.world.board.view(candidate.to.id(), context.now);
    // +1 for this request: with nobody waiting anywhere, the larger weight is still the better
    // place.
    candidate.key = (view.waiting + 1.0) / std::max(candidate.weight, kWeightMin);
  }
  hold_back_ramping(tier, context.rng);
  lowest_first(tier, context.need);
}

void order_by_usage(std::span<Candidate> tier, const OrderContext& context) {
  shuffle(tier, context.rng);
  const auto usual = largest_limits(tier, context.world.fleet);
  for (auto& candidate : tier) {
    const auto id = candidate.to.id();
    candidate.key =
        used_share(context.world.fleet[id], context.world.board.view(id, context.now), usual);
  }
  hold_back_ramping(tier, context.rng);
  lowest_first(tier, context.need);
}

}  // namespace meridian
