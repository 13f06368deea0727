#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/settings.h"
#include "gateway/geo_database.h"
#include "gateway/spend_meter.h"
#include "health/board.h"
#include "providers/upstream.h"
#include "routing/plan.h"
#include "telemetry/region_labels.h"
#include "transport/tls.h"

namespace meridian {

// All that a request needs to know of the configuration it began under: the settings, and what is
// prepared from them once so that no request has to. Immutable but for the board, whose slots are
// atomics; shared by the workers and pinned by each request, so that a reload changes nothing in
// mid-flight.
struct Snapshot {
  std::uint32_t generation = 0;  // Counts reloads; DeploymentIds mean nothing in another.
  Settings settings;
  std::vector<Upstream> upstreams;               // By deployment.
  std::vector<std::shared_ptr<TlsContext>> tls;  // By deployment.
  std::vector<std::size_t> credential_of;        // By deployment: a slot of the credential keeper.
  std::vector<std::string> reply_fields;  // By deployment: the header lines that name who served.
  std::vector<std::size_t> pool_of;       // By deployment: who shares connections (same address).
  std::size_t pools = 0;
  std::unique_ptr<Board> board;
  std::unique_ptr<RegionLabels> labels;
  std::string gateway_region;              // As shown: "us-west-2", or "multi".
  std::unique_ptr<const GeoDatabase> geo;  // user_location.geoip_db; null: none.
  // What is spent on `settings.budget`; null: there is none. Two owners: the keeper of budgets,
  // which outlives reloads, and this.
  std::shared_ptr<SpendMeter> spend;

  RoutingWorld world() const {
    return {.fleet = settings.fleet,
            .rules = settings.router,
            .prices = settings.prices,
            .board = *board};
  }
};

// Where this gateway says it runs: what the settings say, else the first tier's region if every
// group agrees on one, else "multi".
std::string shown_region(const Settings& settings);

// Fills what is derived from `settings` and `upstreams`. `before`: the labels in use, null at the
// start.
void prepare(Snapshot& snapshot, const RegionLabels* before);

}  // namespace meridian
