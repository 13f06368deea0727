#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <prometheus/metric_family.h>

#include "telemetry/buckets.h"

namespace meridian {

using Labels = std::vector<prometheus::ClientMetric::Label>;

// One metric with all its series, in the making. For exposition only.
class Family {
 public:
  // `gateway_region`, where given, becomes a label of every series.
  Family(prometheus::MetricType type,
         std::string_view name,
         std::string_view help,
         std::string_view gateway_region = {});

  Family& value(Labels labels, double value);

  Family& count(Labels labels, std::uint64_t value) {
    return this->value(std::move(labels), static_cast<double>(value));
  }

  // `per_unit`: how many of the buckets' units make one of the metric's (1e6 us make a second).
  template <const auto& Edges>
  Family& histogram(Labels labels, const Buckets<Edges>& buckets, double per_unit) {
    return histogram(std::move(labels), Edges, buckets.counts, buckets.sum, per_unit);
  }

  // Hands the series over; the family is empty after it.
  void add_to(std::vector<prometheus::MetricFamily>& families);

 private:
  Family& histogram(Labels labels,
                    std::span<const std::int64_t> edges,
                    std::span<const std::uint64_t> counts,
                    std::int64_t sum,
                    double per_unit);

  prometheus::ClientMetric& series(Labels labels);

  prometheus::MetricFamily family_;
  std::string gateway_region_;
};

inline constexpr double kMicrosPerUnit = 1e6;

}  // namespace meridian
