#pragma once

#include <span>

#include "base/time.h"
#include "routing/plan.h"

namespace meridian {

struct Outlook {
  NoPlan none = NoPlan::None;
  TimePoint retry_at;  // The epoch: time alone changes nothing.
};

// What to tell a client when everybody was skipped. The deployments that came furthest decide: one
// that could take the request and only rests makes it a matter of health, however many others are
// of the wrong kind or in the wrong place.
Outlook outlook_of(std::span<const Skip> skipped);

}  // namespace meridian
