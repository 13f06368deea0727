#pragma once

#include <cstdint>

#include "base/failure.h"
#include "routing/rules.h"

namespace meridian {

// What to do after a failed attempt, before anything went to the client.
enum class NextStep : std::uint8_t {
  OtherEndpoint,    // The host is at fault: skip attempts at the same endpoint while others are left.
  OtherDeployment,
  OtherAccount,     // Skip attempts with the same account.
  ReturnIt,         // The same everywhere: the client gets it.
  RefusalFallback,  // Context-window or content-policy fallbacks, if the group has any; else return it.
  Stop,             // Nobody is left to answer to.
};

NextStep after(FailureKind kind);

// How many further attempts this failure is worth to this group, at most `retries`.
int retries_for(FailureKind kind, const RetryPolicy* group_policy, const RetryPolicy& policy, int retries);

}  // namespace meridian
