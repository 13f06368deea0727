#pragma once

#include <vector>

#include <prometheus/metric_family.h>

#include "telemetry/exposition.h"
#include "telemetry/snapshot.h"

namespace meridian {

// The parts of /metrics. `state.gateway_region` is already fit for a label. For exposition only.
void add_attempt_families(std::vector<prometheus::MetricFamily>& families,
                          const MetricsSnapshot& counts,
                          const GatewayState& state);
void add_request_families(std::vector<prometheus::MetricFamily>& families,
                          const MetricsSnapshot& counts,
                          const GatewayState& state);
void add_health_families(std::vector<prometheus::MetricFamily>& families,
                         const MetricsSnapshot& counts,
                         const GatewayState& state);
void add_gateway_families(std::vector<prometheus::MetricFamily>& families,
                          const MetricsSnapshot& counts,
                          const GatewayState& state);

// A region of the snapshot that has a series: of this fleet or an earlier one, or used.
struct ShownRegion {
  RegionIndex index{};
  const RegionCounts& counts;
  const std::string& text;
};

std::vector<ShownRegion> shown_regions(const MetricsSnapshot& counts, const RegionLabels& labels);

}  // namespace meridian
