#include "providers/kinds.h"

namespace meridian {
namespace {

FailureKind google_argument_kind(const ReplyError& error) {
  if (error.is({"API_KEY_INVALID", "BILLING_DISABLED"}) ||
      error.says({"api key not valid",
                  "is not servable in region",
                  "not allowed to use publisher",
                  "is not supported in region",
                  "organization policy"})) {
    return FailureKind::Misconfigured;
  }
  return error.says({"prompt was blocked"}) ? FailureKind::ContentPolicy : refusal_kind(error);
}

bool is_google_word(const ReplyError& error) {
  return !error.type.empty() &&
         error.type.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") == std::string::npos;
}

}  // namespace

// The platform answers in Google's shape, the model behind it in Anthropic's.
FailureKind vertex_kind(const ReplyError& error) {
  if (error.structured && !is_google_word(error)) {
    return anthropic_kind(error);
  }
  if (error.is({"RESOURCE_EXHAUSTED"})) {
    return FailureKind::RateLimited;
  }
  if (error.is({"BILLING_DISABLED"})) {
    return FailureKind::AccountBlocked;
  }
  if (error.is({"NOT_FOUND",
                "PERMISSION_DENIED",
                "UNAUTHENTICATED",
                "FAILED_PRECONDITION",
                "UNIMPLEMENTED"})) {
    return FailureKind::Misconfigured;
  }
  if (error.is({"INTERNAL",
                "UNKNOWN",
                "UNAVAILABLE",
                "DEADLINE_EXCEEDED",
                "CANCELLED",
                "ABORTED",
                "DATA_LOSS"})) {
    return FailureKind::ServerError;
  }
  if (error.is({"INVALID_ARGUMENT", "OUT_OF_RANGE"})) {
    return google_argument_kind(error);
  }
  return kind_by_status(error.status);
}

}  // namespace meridian
