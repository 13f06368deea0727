#include "telemetry/exposition.h"

#include <prometheus/text_serializer.h>

#include "base/check.h"
#include "telemetry/families.h"
#include "telemetry/plain_text.h"

namespace meridian {

std::vector<prometheus::MetricFamily> MetricsPage::Collect() const {
  MERIDIAN_CHECK(state_.health.empty() || state_.health.size() == state_.fleet.deployments.size());
  const auto gateway_region = safe_label(state_.gateway_region);
  auto state = state_;
  state.gateway_region = gateway_region.empty() ? "unknown" : std::string_view(gateway_region);

  std::vector<prometheus::MetricFamily> families;
  add_attempt_families(families, counts_, state);
  add_request_families(families, counts_, state);
  add_health_families(families, counts_, state);
  add_gateway_families(families, counts_, state);
  return families;
}

std::string metrics_text(const MetricsSnapshot& counts, const GatewayState& state) {
  return prometheus::TextSerializer().Serialize(MetricsPage(counts, state).Collect());
}

}  // namespace meridian
