#pragma once

#include "base/time.h"
#include "health/view.h"
#include "regions/fleet.h"
#include "routing/plan.h"

namespace meridian {

// Expected milliseconds until the first token of this request at this deployment, for comparing
// (routing-science 0.2; all terms in ms, so that they add and can be explained):
//
//   (base + ms_per_token x input) x slowness   learned; a prior for the unmeasured
//   + network where nothing measured it         from the user's place, 1.45 x light in fibre
//   - network up to latency_target              inside its target everybody is equally near
//   + what waits before it                      half of the prefill of those without a first token
//   + penalty                                   recent failures and stalls
double expected_ms(const RouteRequest& request,
                   const Deployment& deployment,
                   const HealthView& view);

// How long an attempt may show no sign of life while others are left to try: four times what is
// expected of it, at least 3 s; 30 s for a deployment that was never measured.
Duration first_token_limit(const RouteRequest& request, const HealthView& view);

}  // namespace meridian
