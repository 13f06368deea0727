#pragma once

#include "gateway/worker.h"

namespace meridian {

// The paths of the operator, added to the gateway's own: GET /explain. For whoever shows the master
// key; where none is set, for the loopback address only.
ExtraRoutes admin_routes();

}  // namespace meridian
