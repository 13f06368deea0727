#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include "base/money.h"
#include "base/time.h"
#include "health/view.h"
#include "regions/fleet.h"
#include "telemetry/process.h"
#include "telemetry/region_labels.h"
#include "telemetry/snapshot.h"

namespace meridian {

struct CredentialState {
  std::string_view account;  // A name, no secret: Fleet::accounts.
  bool trouble = false;
};

// The budget in force, and what has been spent on it.
struct BudgetState {
  MicroDollars limit;
  MicroDollars spent;
  std::optional<WallTime> ends;  // When it begins anew.
};

// What a scrape shows besides counters. Views and references, valid during the call.
struct GatewayState {
  const RegionLabels& regions;
  const Fleet& fleet;
  // By deployment, from Board::view at the time of the scrape; may be empty.
  std::span<const HealthView> health;
  std::span<const CredentialState> credentials;
  std::string_view gateway_region;  // GeneralSettings::region, or what stands for it.
  std::string_view version;
  std::string_view config_hash;
  WallTime started;
  std::optional<WallTime> config_applied;
  bool last_reload_ok = true;
  std::optional<BudgetState> budget = std::nullopt;
  std::optional<ProcessFigures> process;
};

// How many deployments, groups and accounts have series of their own. Those beyond are in the sums
// by region only.
inline constexpr std::size_t kNamedSeriesMax = 200;

// Everything on /metrics, as prometheus-cpp wants it. docs/operate/metrics.md describes each; a
// test holds the page against this.
//
// The three litellm_* of the seed count attempts at the region attempted and have the label
// `region` alone, and every region of the fleet has its series from the start, at 0: a rate needs a
// first value.
class MetricsPage final : public prometheus::Collectable {
 public:
  MetricsPage(const MetricsSnapshot& counts, const GatewayState& state)
      : counts_(counts), state_(state) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const MetricsSnapshot& counts_;
  const GatewayState& state_;
};

// The page as text, version 0.0.4. Any thread may call it, and a worker with streams had better
// not: ten regions take some milliseconds, the bounds (200 labels, 2 MB) some tens.
std::string metrics_text(const MetricsSnapshot& counts, const GatewayState& state);

inline constexpr std::string_view kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace meridian
