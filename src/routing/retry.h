#pragma once

#include <cstdint>
#include <optional>

#include "base/failure.h"
#include "routing/rules.h"

namespace meridian {

// What to do after a failed attempt, before anything went to the client.
enum class NextStep : std::uint8_t {
  OtherEndpoint,  // The host is at fault: skip attempts at the same endpoint while others are left.
  OtherDeployment,
  OtherAccount,     // Skip attempts with the same account.
  ReturnIt,         // The same everywhere: the client gets it.
  RefusalFallback,  // Context-window or content-policy fallbacks, if the group has any; else return
                    // it.
  Stop,             // Nobody is left to answer to.
};

NextStep after(FailureKind kind);

// What retry_policy says for this kind of failure: the group's own policy first. Nothing: it does
// not.
std::optional<int> policy_retries(FailureKind kind,
                                  const RetryPolicy* group_policy,
                                  const RetryPolicy& policy);

// How many further attempts this failure is worth to this group: what the policies say for its
// kind, as in LiteLLM also where that is more than `retries`, else `retries`. Between 0 and
// kRetriesMax.
int retries_for(FailureKind kind,
                const RetryPolicy* group_policy,
                const RetryPolicy& policy,
                int retries);

// The most that any kind of failure is worth.
int retries_at_most(const RetryPolicy* group_policy, const RetryPolicy& policy, int retries);

inline constexpr int kRetriesMax = 20;  // A typing error must not become a storm.

}  // namespace meridian
