#include "providers/kinds.h"

namespace meridian {
namespace {

bool is_about_money(const ReplyError& error) {
  return error.is({"insufficient_quota",
                   "credit_balance_exhausted",
                   "organization_spend_limit_exceeded",
                   "project_spend_limit_exceeded",
                   "organization_usage_limit_exceeded",
                   "billing_hard_limit_reached",
                   "billing_not_active",
                   "account_deactivated"}) ||
         (error.status == 429 && error.says({"exceeded your current quota"}));
}

bool is_about_the_model(const ReplyError& error) {
  return error.is({"model_not_found", "model_not_available", "DeploymentNotFound"}) ||
         (error.says({"model"}) &&
          error.says({"does not exist", "not found", "has been deprecated", "decommissioned"}) &&
          (error.status == 400 || error.status == 404));
}

}  // namespace

FailureKind openai_kind(const ReplyError& error) {
  if (is_about_money(error)) {
    return FailureKind::AccountBlocked;
  }
  if (error.is({"context_length_exceeded"})) {
    return FailureKind::ContextWindow;
  }
  if (error.is({"content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation"})) {
    return FailureKind::ContentPolicy;
  }
  if (is_about_the_model(error) || error.is({"invalid_api_key"}) || error.says({"invalid url"})) {
    return FailureKind::Misconfigured;
  }
  // A 404 that names something else than the model is about what the request refers to (a file).
  if (error.status == 404 && error.structured && error.is({"invalid_request_error"})) {
    return FailureKind::BadRequest;
  }
  const auto kind = kind_by_status(error.status);
  return kind == FailureKind::BadRequest ? refusal_kind(error) : kind;
}

}  // namespace meridian
