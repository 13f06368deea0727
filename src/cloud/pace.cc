#include "cloud/pace.h"

#include <cmath>

#include "base/rng.h"
#include "cloud/hash.h"

namespace meridian {
namespace {

constexpr double kPerTokenIn = 0.05;

// Providers without a named region answer from wherever is near.
constexpr Duration kNear = std::chrono::milliseconds(20);

Duration round_trip_to(std::string_view region, GeoPoint origin) {
  // Multi-regions are entered where their largest site is.
  const auto name = region == "eu" ? "europe-west4" : region == "us" ? "us-central1" : region;
  const auto* const place = find_region(name);
  return place == nullptr ? kNear : round_trip_prior(origin, place->where);
}

Duration ms(double value) {
  return Duration(std::llround(value * 1000));
}

}  // namespace

CloudPace pace_of(std::string_view region,
                  std::int64_t tokens_in,
                  std::uint64_t request_hash,
                  const CloudPaceRules& rules) {
  if (rules.time_scale <= 0) {
    return {};
  }
  Rng character(hash_of(region));
  const double start = 150 + 200 * character.unit();
  const double token = 15 + 10 * character.unit();
  Rng today(request_hash);
  const double strewn = 0.9 + 0.2 * today.unit();
  const double trip = to_ms(round_trip_to(region, rules.origin));
  const double first = trip + (start + kPerTokenIn * static_cast<double>(tokens_in)) * strewn;
  return {.round_trip = ms(trip * rules.time_scale),
          .first_token = ms(first * rules.time_scale),
          .per_token = ms(token * (0.9 + 0.2 * today.unit()) * rules.time_scale)};
}

}  // namespace meridian
