#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace meridian {

// What a deployment normally needs until its first token, and how it does at the moment.
//
//   TTFT = base + ms_per_token x uncached input tokens
//
// learned by recursive least squares with forgetting (half-life 5 min; GORGO, arXiv 2602.11688, has
// the shape), so that a 100k prompt and a 100 token prompt teach the same thing. The ratio of seen
// to expected feeds a peak EWMA (Finagle; tau 10 s): it jumps up at once, comes down slowly, and
// ages toward 1, not 0, or an idle far region would look free.
class LatencyModel {
 public:
  static constexpr double kPriorServiceMs = 250;
  static constexpr double kPriorMsPerToken = 0.05;

  // A first token came after `elapsed`.
  void first_token(Duration elapsed, std::int64_t input_tokens, TimePoint now);

  // A whole answer, not streamed, came after `elapsed`: what the output took is taken off first, at
  // a usual pace of decoding.
  void whole_answer(Duration elapsed,
                    std::int64_t input_tokens,
                    std::int64_t output_tokens,
                    TimePoint now);

  // Nothing came within `limit`: a censored sample. It can make the estimate worse, never better.
  void nothing_within(Duration limit, std::int64_t input_tokens, TimePoint now);

  void round_trip(Duration measured);

  double expected_ms(std::int64_t input_tokens) const { return predict(input_tokens); }

  bool measured() const { return measured_; }

  double base_ms() const { return base_ms_; }

  double ms_per_token() const { return ms_per_token_; }

  double round_trip_ms() const { return round_trip_ms_; }

  double slowness(TimePoint now) const;

 private:
  double predict(std::int64_t input_tokens) const;
  void learn(double seen_ms, std::int64_t input_tokens, TimePoint now);
  void compare(double ratio, TimePoint now);

  bool measured_ = false;
  double base_ms_ = kPriorServiceMs;
  double ms_per_token_ = kPriorMsPerToken;
  double round_trip_ms_ = 0;
  // Covariance of (base in ms, ms per 1000 tokens): how sure we are.
  double var_base_ = kVarBase;
  double var_slope_ = kVarSlope;
  double covariance_ = 0;
  TimePoint learnt_at_;
  double slowness_ = 1;
  TimePoint slowness_at_;

  static constexpr double kVarBase = 200.0 * 200.0;
  static constexpr double kVarSlope = 50.0 * 50.0;  // In ms per 1000 tokens.
};

}  // namespace meridian
