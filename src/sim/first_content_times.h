#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace meridian {

// Quantiles of many durations in little memory: logarithmic buckets, each 2 % wider than the one
// before, from 1 ms to about three hours.
class FirstContentTimes {
 public:
  void add(Duration time) {
    const double ms = std::max(1.0, to_ms(time));
    const auto bucket = static_cast<std::size_t>(std::log(ms) / std::log(kStep));
    ++counts_[std::min(bucket, kBuckets - 1)];
    ++total_;
  }

  // The upper edge of the bucket in which the quantile lies; 0 when nothing was added.
  double quantile_ms(double part) const {
    const auto wanted = static_cast<std::int64_t>(std::ceil(part * static_cast<double>(total_)));
    std::int64_t seen = 0;
    for (std::size_t i = 0; i < kBuckets; ++i) {
      seen += counts_[i];
      if (total_ > 0 && seen >= wanted) {
        return std::pow(kStep, static_cast<double>(i + 1));
      }
    }
    return 0;
  }

 private:
  static constexpr double kStep = 1.02;
  static constexpr std::size_t kBuckets = 820;

  std::array<std::int64_t, kBuckets> counts_{};
  std::int64_t total_ = 0;
};

}  // namespace meridian
