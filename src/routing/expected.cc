#include "routing/expected.h"

#include <algorithm>

#include "regions/place.h"

namespace meridian {

namespace {

// GORGO learned a weight of 0.5 for queued tokens. How many tokens the others brought is not known
// to the board; they are taken to be like this request, and no smaller than the median chat prompt.
constexpr double kQueueWeight = 0.5;
constexpr double kPromptTokensTypical = 1'000;

constexpr double kLimitFactor = 4;
constexpr double kLimitSlownessMax = 2;  // A black hole must not raise its own limit for ever.
constexpr double kLimitMinMs = 3'000;
constexpr double kLimitUnmeasuredMs = 30'000;

double network_prior_ms(const RouteRequest& request, const Deployment& deployment) {
  if (!request.user || !deployment.location.where) {
    return 0;
  }
  return to_ms(round_trip_prior(*request.user, *deployment.location.where));
}

}  // namespace

double expected_ms(const RouteRequest& request,
                   const Deployment& deployment,
                   const HealthView& view) {
  const auto tokens = static_cast<double>(std::max<std::int64_t>(request.input_tokens, 0));
  double network = view.round_trip_ms;
  double expected = (view.base_ms + (view.ms_per_token * tokens)) * view.slowness;
  if (!view.measured && view.round_trip_ms == 0) {
    network = network_prior_ms(request, deployment);
    expected += network;
  }
  if (deployment.latency_target) {
    expected -= std::min(network, to_ms(*deployment.latency_target));
  }
  const double queued_tokens = view.waiting * std::max(tokens, kPromptTokensTypical);
  return std::max(1.0, expected) + (kQueueWeight * queued_tokens * view.ms_per_token) +
         view.penalty_ms;
}

Duration first_token_limit(const RouteRequest& request, const HealthView& view) {
  double limit_ms = kLimitUnmeasuredMs;
  if (view.measured) {
    const auto tokens = static_cast<double>(std::max<std::int64_t>(request.input_tokens, 0));
    const double slowness = std::clamp(view.slowness, 1.0, kLimitSlownessMax);
    limit_ms = std::max(kLimitMinMs,
                        kLimitFactor * (view.base_ms + (view.ms_per_token * tokens)) * slowness);
  }
  return Duration{static_cast<std::int64_t>(limit_ms * 1'000)};
}

}  // namespace meridian
