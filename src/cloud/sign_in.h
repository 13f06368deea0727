#pragma once

#include <optional>

#include "base/time.h"
#include "cloud/call.h"
#include "cloud/refusal.h"

namespace meridian {

// Whether the caller may come in, and whether it says what every request has to say: signatures are
// recomputed, tokens have to be ours, version fields have to be there. Of an API key it is enough
// that one is given, unless the word "invalid" is in it: so anybody's SDK can be pointed here, and
// a refused key can still be tried out. Nothing: come in.
std::optional<CloudRefusal> sign_in(const CloudCall& call,
                                    const CloudSite& site,
                                    CloudOperation operation,
                                    WallTime now);

}  // namespace meridian
