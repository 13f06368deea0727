#pragma once

#include "base/time.h"
#include "cloud/call.h"
#include "cloud/refusal.h"

namespace meridian {

// The endpoints that give out credentials: Google's, Entra's, and AWS's STS. Grants are judged by
// what they say; of a JWT's signature only that there is one, since nobody has shown us the public
// key.
CloudReply serve_token(CloudOperation operation, const CloudCall& call, WallTime now);

}  // namespace meridian
