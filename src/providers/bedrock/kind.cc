#include "providers/kinds.h"

namespace meridian {
namespace {

// A ValidationException is about the request, except where it is about the model in this region:
// the next region may well have it. Texts as Bedrock sends them (the apostrophe may be typographic,
// so none is in them).
bool is_about_the_model(const ReplyError& error) {
  return error.says({"model identifier is invalid",
                     "on-demand throughput",
                     "end of its life",
                     "end of life",
                     "model is retired",
                     "model has been retired",
                     "marked by provider as legacy",
                     "access to the model",
                     "model access is denied",
                     "model is not supported",
                     "not supported in this region",
                     "not available in this region",
                     "operation not allowed"});
}

FailureKind validation_kind(const ReplyError& error) {
  if (is_about_the_model(error)) {
    return FailureKind::Misconfigured;
  }
  return error.says({"too many tokens"}) ? FailureKind::ContextWindow : refusal_kind(error);
}

}  // namespace

// Names first: "Too many tokens, please wait" is a ThrottlingException, "too many tokens" in a
// ValidationException is a prompt that does not fit.
FailureKind bedrock_kind(const ReplyError& error) {
  if (error.is({"ThrottlingException",
                "ThrottledException",
                "TooManyRequestsException",
                "ServiceQuotaExceededException",
                "RequestLimitExceeded",
                "SlowDown",
                "ModelNotReadyException"})) {
    return FailureKind::RateLimited;
  }
  if (error.is({"ModelErrorException"})) {
    const int inner = error.original_status;
    return inner == 429 || (inner >= 400 && inner < 500) ? kind_by_status(inner)
                                                         : FailureKind::ServerError;
  }
  if (error.is({"ModelTimeoutException",
                "ModelStreamErrorException",
                "InternalServerException",
                "InternalFailure",
                "ServiceUnavailableException",
                "ServiceUnavailable"})) {
    return FailureKind::ServerError;
  }
  if (error.is({"AccessDeniedException",
                "ResourceNotFoundException",
                "FTUFormNotFilled",
                "UnrecognizedClientException",
                "InvalidSignatureException",
                "SignatureDoesNotMatch",
                "IncompleteSignature",
                "IncompleteSignatureException",
                "ExpiredTokenException",
                "ExpiredToken",
                "InvalidClientTokenId",
                "MissingAuthenticationToken",
                "MissingAuthenticationTokenException",
                "RequestTimeTooSkewed",
                "RequestExpired",
                "OptInRequired",
                "SubscriptionRequiredException",
                "UnknownOperationException",
                "NotAuthorized"})) {
    return FailureKind::Misconfigured;
  }
  if (error.is({"ValidationException"}) || error.status == 400) {
    return validation_kind(error);
  }
  return error.status == 424 ? FailureKind::ServerError : kind_by_status(error.status);
}

}  // namespace meridian
