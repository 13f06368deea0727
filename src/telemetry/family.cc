#include "telemetry/family.h"

namespace meridian {

Family::Family(prometheus::MetricType type,
               std::string_view name,
               std::string_view help,
               std::string_view gateway_region)
    : gateway_region_(gateway_region) {
  family_.name = name;
  family_.help = help;
  family_.type = type;
}

prometheus::ClientMetric& Family::series(Labels labels) {
  auto& metric = family_.metric.emplace_back();
  metric.label = std::move(labels);
  if (!gateway_region_.empty()) {
    metric.label.push_back({"gateway_region", gateway_region_});
  }
  return metric;
}

Family& Family::value(Labels labels, double value) {
  auto& metric = series(std::move(labels));
  if (family_.type == prometheus::MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  return *this;
}

Family& Family::histogram(Labels labels,
                          std::span<const std::int64_t> edges,
                          std::span<const std::uint64_t> counts,
                          std::int64_t sum,
                          double per_unit) {
  auto& out = series(std::move(labels)).histogram;
  out.sample_sum = static_cast<double>(sum) / per_unit;
  out.bucket.reserve(edges.size());
  for (std::size_t i = 0; i < edges.size(); ++i) {
    out.sample_count += counts[i];
    out.bucket.push_back({out.sample_count, static_cast<double>(edges[i]) / per_unit});
  }
  out.sample_count += counts.back();  // The serializer writes the bucket of +Inf from this.
  return *this;
}

void Family::add_to(std::vector<prometheus::MetricFamily>& families) {
  families.push_back(std::move(family_));
}

}  // namespace meridian
