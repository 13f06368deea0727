#include "health/latency.h"

#include <algorithm>
#include <cmath>

namespace meridian {

namespace {

constexpr double kSlopeMin = 0.005;
constexpr double kSlopeMax = 1;
constexpr double kNoiseMs = 100;  // Of one sample around the line.
constexpr double kForgetHalfLifeS = 300;
constexpr double kSlownessTauS = 10;
constexpr double kSlownessMin = 0.5;
constexpr double kSlownessMax = 50;
constexpr double kDecodeMsPerToken = 15;
// Where the deployment decodes faster than that, its first token still took part of the time.
constexpr double kFirstTokenShareMin = 0.1;
// One sample may claim at most this many times what was expected: a single hung request must not
// become the normal case. The peak EWMA still sees all of it.
constexpr double kSurpriseMax = 4;

double seconds_between(TimePoint from, TimePoint to) {
  return std::max(0.0, std::chrono::duration<double>(to - from).count());
}

}  // namespace

double LatencyModel::predict(std::int64_t input_tokens) const {
  const auto tokens = static_cast<double>(std::max<std::int64_t>(input_tokens, 0));
  return std::max(1.0, base_ms_ + (ms_per_token_ * tokens));
}

double LatencyModel::slowness(TimePoint now) const {
  const double age = seconds_between(slowness_at_, now);
  return 1 + ((slowness_ - 1) * std::exp(-age / kSlownessTauS));
}

void LatencyModel::compare(double ratio, TimePoint now) {
  const double current = slowness(now);
  const double weight = 1 - std::exp(-seconds_between(slowness_at_, now) / kSlownessTauS);
  const double next = ratio > current ? ratio : current + ((ratio - current) * weight);
  slowness_ = std::clamp(next, kSlownessMin, kSlownessMax);
  slowness_at_ = now;
}

void LatencyModel::learn(double seen_ms, std::int64_t input_tokens, TimePoint now) {
  const double expected = predict(input_tokens);
  const double kilotokens = static_cast<double>(std::max<std::int64_t>(input_tokens, 0)) / 1000;
  const double forgotten = std::exp2(seconds_between(learnt_at_, now) / kForgetHalfLifeS);
  var_base_ = std::min(var_base_ * forgotten, kVarBase);
  var_slope_ = std::min(var_slope_ * forgotten, kVarSlope);
  const double bound = std::sqrt(var_base_ * var_slope_);
  covariance_ = std::clamp(covariance_ * forgotten, -bound, bound);

  // The usual update, written out for two unknowns.
  const double towards_base = var_base_ + (covariance_ * kilotokens);
  const double towards_slope = covariance_ + (var_slope_ * kilotokens);
  const double total = (kNoiseMs * kNoiseMs) + towards_base + (towards_slope * kilotokens);
  const double gain_base = towards_base / total;
  const double gain_slope = towards_slope / total;
  const double surprise = std::min(seen_ms - expected, expected * kSurpriseMax);
  base_ms_ = std::max(1.0, base_ms_ + (gain_base * surprise));
  ms_per_token_ = std::clamp(ms_per_token_ + (gain_slope * surprise / 1000), kSlopeMin, kSlopeMax);
  var_slope_ = std::max(0.01, var_slope_ - (gain_slope * towards_slope));
  covariance_ -= gain_base * towards_slope;
  var_base_ = std::max(1.0, var_base_ - (gain_base * towards_base));
  learnt_at_ = now;
}

void LatencyModel::first_token(Duration elapsed, std::int64_t input_tokens, TimePoint now) {
  const double seen = to_ms(elapsed);
  // The first sample has nothing to be compared with but a guess.
  if (measured_) {
    compare(seen / predict(input_tokens), now);
  }
  learn(seen, input_tokens, now);
  measured_ = true;
}

void LatencyModel::whole_answer(Duration elapsed,
                                std::int64_t input_tokens,
                                std::int64_t output_tokens,
                                TimePoint now) {
  const double seen = to_ms(elapsed);
  const double decoding =
      kDecodeMsPerToken * static_cast<double>(std::max<std::int64_t>(output_tokens, 0));
  const double first = std::max(seen * kFirstTokenShareMin, seen - decoding);
  first_token(
      std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(first)),
      input_tokens,
      now);
}

void LatencyModel::nothing_within(Duration limit, std::int64_t input_tokens, TimePoint now) {
  const double seen = to_ms(limit);
  const double expected = predict(input_tokens);
  if (seen > expected) {
    compare(std::max(seen / expected, slowness(now)), now);
    learn(seen, input_tokens, now);
  }
}

void LatencyModel::round_trip(Duration measured) {
  const double seen = to_ms(measured);
  round_trip_ms_ = round_trip_ms_ == 0 ? seen : (0.7 * round_trip_ms_) + (0.3 * seen);
  if (!measured_) {
    base_ms_ = kPriorServiceMs + round_trip_ms_;
  }
}

}  // namespace meridian
