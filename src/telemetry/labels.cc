#include "telemetry/labels.h"

namespace meridian {

std::string_view label_of(FailureKind kind) {
  switch (kind) {
    case FailureKind::ConnectFailed:
      return "connect_failed";
    case FailureKind::TimedOut:
      return "timed_out";
    case FailureKind::ServerError:
      return "server_error";
    case FailureKind::RateLimited:
      return "rate_limited";
    case FailureKind::AccountBlocked:
      return "account_blocked";
    case FailureKind::Misconfigured:
      return "misconfigured";
    case FailureKind::BadRequest:
      return "bad_request";
    case FailureKind::ContextWindow:
      return "context_window";
    case FailureKind::ContentPolicy:
      return "content_policy";
    case FailureKind::CutShort:
      return "cut_short";
    case FailureKind::ClientLeft:
      return "client_left";
  }
  return "";
}

std::string_view label_of(std::optional<FailureKind> failure) {
  return failure ? label_of(*failure) : "ok";
}

std::string_view label_of(RequestOutcome outcome) {
  switch (outcome) {
    case RequestOutcome::Answered:
      return "answered";
    case RequestOutcome::Cut:
      return "cut";
    case RequestOutcome::ClientLeft:
      return "client_left";
    case RequestOutcome::Failed:
      return "failed";
    case RequestOutcome::Rejected:
      return "rejected";
    case RequestOutcome::RefusedRequest:
      return "refused_request";
    case RequestOutcome::RefusedKey:
      return "refused_key";
    case RequestOutcome::RefusedModel:
      return "refused_model";
    case RequestOutcome::RefusedResidency:
      return "refused_residency";
    case RequestOutcome::RefusedLimit:
      return "refused_limit";
    case RequestOutcome::RefusedUnavailable:
      return "refused_unavailable";
    case RequestOutcome::RefusedSize:
      return "refused_size";
    case RequestOutcome::RefusedSlow:
      return "refused_slow";
  }
  return "";
}

std::string_view label_of(Stage stage) {
  switch (stage) {
    case Stage::Admit:
      return "admit";
    case Stage::Plan:
      return "plan";
    case Stage::Build:
      return "build";
    case Stage::Relay:
      return "relay";
  }
  return "";
}

std::string_view label_of(Standing standing) {
  switch (standing) {
    case Standing::Ready:
      return "ready";
    case Standing::TrialDue:
      return "trial_due";
    case Standing::Resting:
      return "resting";
    case Standing::QuotaBlocked:
      return "quota_blocked";
    case Standing::AccountBlocked:
      return "account_blocked";
    case Standing::Misconfigured:
      return "misconfigured";
    case Standing::Draining:
      return "draining";
  }
  return "";
}

std::string_view label_of(EndpointKind endpoint) {
  switch (endpoint) {
    case EndpointKind::Chat:
      return "chat";
    case EndpointKind::Completion:
      return "completion";
    case EndpointKind::Embedding:
      return "embedding";
    case EndpointKind::Messages:
      return "messages";
    case EndpointKind::Responses:
      return "responses";
    case EndpointKind::CountTokens:
      return "count_tokens";
  }
  return "";
}

std::string_view label_of(ProbeKind kind) {
  return kind == ProbeKind::Connect ? "connect" : "completion";
}

std::string_view label_of(ResidencyDenial why) {
  return why == ResidencyDenial::NoDeployment ? "no_deployment" : "wrong_gateway";
}

std::string_view label_of(ReloadOutcome outcome) {
  switch (outcome) {
    case ReloadOutcome::Applied:
      return "applied";
    case ReloadOutcome::Refused:
      return "refused";
    case ReloadOutcome::Unchanged:
      return "unchanged";
  }
  return "";
}

std::string_view label_of(Side side) {
  return side == Side::Client ? "client" : "provider";
}

bool counts_against_region(FailureKind kind) {
  switch (kind) {
    case FailureKind::ConnectFailed:
    case FailureKind::TimedOut:
    case FailureKind::ServerError:
    case FailureKind::RateLimited:
    case FailureKind::AccountBlocked:
    case FailureKind::Misconfigured:
    case FailureKind::CutShort:
      return true;
    case FailureKind::BadRequest:
    case FailureKind::ContextWindow:
    case FailureKind::ContentPolicy:
    case FailureKind::ClientLeft:
      return false;
  }
  return false;
}

}  // namespace meridian
