#pragma once

#include "providers/upstream.h"
#include "regions/provider.h"

namespace meridian {

// What `--simulated-cloud` uses in place of real credentials, and what the simulated cloud asks
// for: as strict as a real one, and worth nothing anywhere else.
Credential simulated_credential(Provider provider);

}  // namespace meridian
