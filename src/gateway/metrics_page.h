#pragma once

#include <memory>

#include "gateway/local.h"
#include "gateway/worker.h"
#include "telemetry/exposition.h"

namespace meridian {

// GET /metrics: the counts of every thread, each copied by the thread that owns it, added up and
// written out.
Awaitable<std::unique_ptr<LocalAnswer>> metrics_page(Worker& worker, Pinned pin);

}  // namespace meridian
