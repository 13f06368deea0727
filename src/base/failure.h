#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "base/time.h"

namespace meridian {

// Why an attempt, or a request, did not succeed. The kind decides what happens next
// (routing/retry.h), what health learns (health/fact.h) and what the client is told; so the list is
// closed, and every switch over it is without a default.
enum class FailureKind : std::uint8_t {
  ConnectFailed,   // Refused, reset before a reply, TLS or DNS: the endpoint is at fault.
  TimedOut,        // No first token, or no answer, within the attempt's limit.
  ServerError,     // 500, 502, 503, 504, 529, 408, or an error inside a 200 before any content.
  RateLimited,     // 429 and its kin: a quota event, not a fault.
  AccountBlocked,  // No money or a spend limit: every deployment of the account is affected.
  Misconfigured,   // Refused credentials; a model unknown, retired or not enabled there.
  BadRequest,      // The request's content is at fault: the same everywhere.
  ContextWindow,   // The prompt is too long for this model.
  ContentPolicy,   // Refused for what it says.
  CutShort,        // Broke after the first content had gone to the client.
  ClientLeft,
};

struct Failure {
  FailureKind kind = FailureKind::ServerError;
  int status = 0;       // The provider's HTTP status; 0 when it gave none.
  std::string message;  // For people: what went wrong, in the provider's words where it has any.
  std::string code;     // The provider's code ("ThrottlingException", "context_length_exceeded").
  std::optional<Duration> retry_after = std::nullopt;
  std::string request_id;  // The provider's, for its support desk.
};

// Not [[nodiscard]] in this library: clang-tidy's bugprone-unused-return-value stands in.
template <class T>
using Result = std::expected<T, Failure>;

}  // namespace meridian
