#include "providers/kinds.h"

namespace meridian {

FailureKind anthropic_kind(const ReplyError& error) {
  if (error.is({"overloaded_error", "api_error", "timeout_error"})) {
    return FailureKind::ServerError;
  }
  // Spend limits come as a 429 without Retry-After, as a 402, and as plain 400s.
  if (error.is({"enforced_spend_limit_reached", "billing_error"}) ||
      error.says({"credit balance is too low",
                  "specified api usage limits",
                  "specified workspace api usage limits"})) {
    return FailureKind::AccountBlocked;
  }
  if (error.is({"rate_limit_error"})) {
    return FailureKind::RateLimited;
  }
  if (error.is({"authentication_error", "permission_error", "not_found_error"})) {
    return FailureKind::Misconfigured;
  }
  const auto kind = kind_by_status(error.status);
  return kind == FailureKind::BadRequest ? refusal_kind(error) : kind;
}

}  // namespace meridian
