#include "sim/provider_model.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "base/check.h"

namespace meridian {

namespace {

using std::chrono::seconds;

Duration from_ms(double ms) {
  return Duration{static_cast<std::int64_t>(ms * 1'000)};
}

// Standard normal by Box and Muller, cut at 4 so that a healthy region never looks like a faulty
// one.
double normal(Rng& rng) {
  const double radius = std::sqrt(-2 * std::log(1 - rng.unit()));
  return std::clamp(radius * std::cos(2 * std::numbers::pi * rng.unit()), -4.0, 4.0);
}

constexpr Duration kFast = std::chrono::milliseconds(20);

}  // namespace

ProviderModel::ProviderModel(const Fleet& fleet,
                             std::vector<Pace> paces_by_endpoint,
                             std::vector<Fault> faults)
    : fleet_(fleet), paces_(std::move(paces_by_endpoint)), faults_(std::move(faults)) {
  MERIDIAN_CHECK(paces_.size() == fleet_.endpoints.size());
}

bool ProviderModel::account_blocked(const Deployment& to, TimePoint now) const {
  return std::ranges::any_of(faults_, [&](const Fault& fault) {
    return fault.kind == Fault::Kind::NoMoney && active(fault, now) &&
           std::ranges::any_of(fleet_.deployments, [&](const Deployment& paid) {
             return paid.account == to.account && paid.endpoint == fault.endpoint;
           });
  });
}

Fate ProviderModel::healthy(const Deployment& to,
                            std::int64_t input_tokens,
                            std::int64_t output_tokens,
                            double slowdown,
                            Rng& rng) const {
  const auto& pace = paces_[index_of(to.endpoint)];
  const double service = pace.base_ms + (pace.ms_per_token * static_cast<double>(input_tokens));
  const double first =
      pace.round_trip_ms + (service * slowdown * std::exp(pace.sigma * normal(rng)));
  const double rest = pace.ms_per_output_token * slowdown * static_cast<double>(output_tokens);
  return {.failure = std::nullopt,
          .first_token = from_ms(first),
          .end = from_ms(first + rest),
          .retry_after = std::nullopt};
}

Fate ProviderModel::send(const Deployment& to,
                         std::int64_t input_tokens,
                         std::int64_t output_tokens,
                         TimePoint now,
                         Rng& rng) const {
  const auto failing = [](FailureKind kind, Duration after_sending) {
    return Fate{.failure = kind,
                .first_token = std::nullopt,
                .end = after_sending,
                .retry_after = std::nullopt};
  };
  if (account_blocked(to, now)) {
    return failing(FailureKind::AccountBlocked, kFast);
  }
  double slowdown = 1;
  double cut = 0;
  for (const auto& fault : faults_) {
    if (fault.endpoint != to.endpoint || !active(fault, now)) {
      continue;
    }
    switch (fault.kind) {
      case Fault::Kind::Down:
      case Fault::Kind::Flapping:
        return failing(FailureKind::ConnectFailed, kFast);
      case Fault::Kind::BlackHole:
        return failing(FailureKind::TimedOut, kNever);
      case Fault::Kind::Erroring:
        return failing(FailureKind::ServerError, kFast);
      case Fault::Kind::Retired:
        return failing(FailureKind::Misconfigured, kFast);
      case Fault::Kind::Flaky:
        if (rng.chance(fault.amount)) {
          return failing(FailureKind::ServerError, kFast);
        }
        break;
      case Fault::Kind::RateLimited:
        if (rng.chance(fault.amount)) {
          auto fate = failing(FailureKind::RateLimited, kFast);
          fate.retry_after = seconds(10);
          return fate;
        }
        break;
      case Fault::Kind::Slow:
        slowdown = std::max(slowdown, fault.amount);
        break;
      case Fault::Kind::Lying:
        cut = std::max(cut, fault.amount);
        break;
      case Fault::Kind::NoMoney:
        break;  // Another account's.
    }
  }
  auto fate = healthy(to, input_tokens, output_tokens, slowdown, rng);
  if (cut > 0 && rng.chance(cut) && fate.first_token) {
    fate.failure = FailureKind::CutShort;
    fate.end = *fate.first_token + ((fate.end - *fate.first_token) / 2);
  }
  return fate;
}

}  // namespace meridian
