#include "routing/retry.h"

#include <algorithm>

#include "base/check.h"

namespace meridian {

namespace {

std::optional<int> retries_in(const RetryPolicy& policy, FailureKind kind) {
  switch (kind) {
    case FailureKind::BadRequest:
    case FailureKind::ContextWindow:
      return policy.bad_request;
    case FailureKind::Misconfigured:
      return policy.authentication;
    case FailureKind::TimedOut:
      return policy.timeout;
    case FailureKind::RateLimited:
    case FailureKind::AccountBlocked:
      return policy.rate_limit;
    case FailureKind::ContentPolicy:
      return policy.content_policy;
    case FailureKind::ServerError:
      return policy.internal_server_error;
    case FailureKind::ConnectFailed:
    case FailureKind::CutShort:
    case FailureKind::ClientLeft:
      return std::nullopt;
  }
  MERIDIAN_CHECK(false);
}

}  // namespace

NextStep after(FailureKind kind) {
  switch (kind) {
    case FailureKind::ConnectFailed:
    case FailureKind::TimedOut:
      return NextStep::OtherEndpoint;
    case FailureKind::ServerError:
    case FailureKind::RateLimited:
    case FailureKind::Misconfigured:
      return NextStep::OtherDeployment;
    case FailureKind::AccountBlocked:
      return NextStep::OtherAccount;
    case FailureKind::BadRequest:
      return NextStep::ReturnIt;
    case FailureKind::ContextWindow:
    case FailureKind::ContentPolicy:
      return NextStep::RefusalFallback;
    case FailureKind::CutShort:  // Content has gone out: an honest error event, no failover.
      return NextStep::ReturnIt;
    case FailureKind::ClientLeft:
      return NextStep::Stop;
  }
  MERIDIAN_CHECK(false);
}

std::optional<int> policy_retries(FailureKind kind,
                                  const RetryPolicy* group_policy,
                                  const RetryPolicy& policy) {
  if (group_policy != nullptr) {
    if (const auto own = retries_in(*group_policy, kind)) {
      return own;
    }
  }
  return retries_in(policy, kind);
}

int retries_for(FailureKind kind,
                const RetryPolicy* group_policy,
                const RetryPolicy& policy,
                int retries) {
  return std::clamp(policy_retries(kind, group_policy, policy).value_or(retries), 0, kRetriesMax);
}

int retries_at_most(const RetryPolicy* group_policy, const RetryPolicy& policy, int retries) {
  int most = retries;
  for (const auto* each : {group_policy, &policy}) {
    if (each != nullptr) {
      for (const auto& own : {each->bad_request,
                              each->authentication,
                              each->timeout,
                              each->rate_limit,
                              each->content_policy,
                              each->internal_server_error}) {
        most = std::max(most, own.value_or(0));
      }
    }
  }
  return std::clamp(most, 0, kRetriesMax);
}

}  // namespace meridian
