#include "errors/replies.h"

#include <chrono>

#include <fmt/format.h>

#include "providers/upstream.h"

namespace meridian {

namespace {

constexpr WallTime kNow{std::chrono::seconds(1'764'000'000)};

std::string google_body(const Replies& replies, std::string_view code, std::string_view text) {
  const auto word = replies.type.empty() ? code : replies.type;
  const auto reason =
      replies.type.empty() || code.empty()
          ? std::string()
          : fmt::format(
                R"(,"details":[{{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"{}"}}])",
                code);
  return fmt::format(R"({{"error":{{"code":{},"message":"It says {}.","status":"{}"{}}}}})",
                     replies.status,
                     text,
                     word,
                     reason);
}

std::string body_of(const Replies& replies, std::string_view code, std::string_view text) {
  const auto word = code.empty() ? replies.type : code;
  switch (replies.provider) {
    case Provider::Bedrock:
      return fmt::format(R"({{"message":"It says {}."}})", text);
    case Provider::Vertex:
    case Provider::Gemini:
      return google_body(replies, code, text);
    case Provider::Anthropic:
      return fmt::format(
          R"({{"type":"error","error":{{"type":"{}","message":"It says {}."}}}})", word, text);
    case Provider::OpenAi:
    case Provider::Azure:
    case Provider::Compatible:
      return fmt::format(R"({{"error":{{"code":"{}","type":"{}","message":"It says {}."}}}})",
                         code,
                         replies.type,
                         text);
  }
  return {};
}

Failure classify(const Replies& replies, std::string_view code, std::string_view text) {
  const std::string exception(code.empty() ? replies.type : code);
  const auto header = [&](std::string_view name) -> std::string_view {
    return replies.provider == Provider::Bedrock && name == "x-amzn-errortype" ? exception
                                                                               : std::string_view();
  };
  return classify_reply(
      replies.provider, replies.status, header, body_of(replies, code, text), kNow);
}

}  // namespace

std::vector<Replies> all_replies() {
  using enum Provider;
  return {
      {Bedrock,
       429,
       "",
       {"ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
        "ServiceQuotaExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "ModelNotReadyException"},
       {}},
      {Bedrock,
       500,
       "",
       {"InternalServerException",
        "InternalFailure",
        "ServiceUnavailableException",
        "ServiceUnavailable",
        "ModelErrorException",
        "ModelTimeoutException",
        "ModelStreamErrorException"},
       {}},
      {Bedrock,
       403,
       "",
       {"AccessDeniedException",
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
        "NotAuthorized"},
       {}},
      {Bedrock,
       400,
       "ValidationException",
       {},
       {"model identifier is invalid",
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
        "operation not allowed"}},
      {Bedrock, 400, "ValidationException", {}, {"too many tokens", "input is too long"}},
      {Bedrock, 400, "ValidationException", {}, {}},

      {Vertex, 429, "", {"RESOURCE_EXHAUSTED"}, {}},
      {Vertex, 403, "PERMISSION_DENIED", {"BILLING_DISABLED"}, {}},
      {Vertex,
       403,
       "",
       {"NOT_FOUND",
        "PERMISSION_DENIED",
        "UNAUTHENTICATED",
        "FAILED_PRECONDITION",
        "UNIMPLEMENTED"},
       {}},
      {Vertex,
       500,
       "",
       {"INTERNAL",
        "UNKNOWN",
        "UNAVAILABLE",
        "DEADLINE_EXCEEDED",
        "CANCELLED",
        "ABORTED",
        "DATA_LOSS"},
       {}},
      {Vertex, 400, "INVALID_ARGUMENT", {"API_KEY_INVALID"}, {}},
      {Vertex,
       400,
       "INVALID_ARGUMENT",
       {},
       {"api key not valid",
        "is not servable in region",
        "not allowed to use publisher",
        "is not supported in region",
        "organization policy"}},
      {Vertex, 400, "INVALID_ARGUMENT", {}, {"prompt was blocked"}},
      {Vertex, 400, "INVALID_ARGUMENT", {}, {"input token count exceeds"}},
      {Vertex, 400, "", {"INVALID_ARGUMENT", "OUT_OF_RANGE"}, {}},

      {Anthropic, 529, "", {"overloaded_error", "api_error", "timeout_error"}, {}},
      {Anthropic, 429, "", {"rate_limit_error"}, {}},
      {Anthropic, 429, "", {"enforced_spend_limit_reached", "billing_error"}, {}},
      {Anthropic,
       400,
       "invalid_request_error",
       {},
       {"credit balance is too low",
        "specified api usage limits",
        "specified workspace api usage limits"}},
      {Anthropic, 401, "", {"authentication_error", "permission_error", "not_found_error"}, {}},
      {Anthropic, 400, "invalid_request_error", {}, {"prompt is too long"}},
      {Anthropic, 400, "", {"invalid_request_error"}, {}},
      {Anthropic, 413, "", {"request_too_large"}, {}},

      {OpenAi, 429, "", {"rate_limit_exceeded"}, {}},
      {OpenAi,
       429,
       "",
       {"insufficient_quota",
        "credit_balance_exhausted",
        "organization_spend_limit_exceeded",
        "project_spend_limit_exceeded",
        "organization_usage_limit_exceeded",
        "billing_hard_limit_reached",
        "billing_not_active",
        "account_deactivated"},
       {"exceeded your current quota"}},
      {OpenAi, 400, "invalid_request_error", {"context_length_exceeded"}, {}},
      {OpenAi,
       400,
       "invalid_request_error",
       {"content_filter", "content_policy_violation", "ResponsibleAIPolicyViolation"},
       {}},
      {OpenAi,
       404,
       "invalid_request_error",
       {"model_not_found", "model_not_available", "DeploymentNotFound", "invalid_api_key"},
       {"the model does not exist",
        "the model was not found",
        "this model has been deprecated",
        "this model is decommissioned",
        "invalid url"}},
      {OpenAi, 404, "invalid_request_error", {}, {"no such file"}},
      {OpenAi, 400, "", {"invalid_request_error"}, {}},

      {Azure,
       404,
       "",
       {"DeploymentNotFound", "OperationNotSupported", "InvalidApiVersion", "ModelDeprecated"},
       {"the api deployment for this resource does not exist", "resource not found"}},

      {Compatible, 307, "", {}, {}},
      {Compatible, 400, "", {}, {}},
      {Compatible, 401, "", {}, {}},
      {Compatible, 402, "", {}, {}},
      {Compatible, 403, "", {}, {}},
      {Compatible, 404, "", {}, {}},
      {Compatible, 405, "", {}, {}},
      {Compatible, 408, "", {}, {}},
      {Compatible, 409, "", {}, {}},
      {Compatible, 410, "", {}, {}},
      {Compatible, 422, "", {}, {}},
      {Compatible, 425, "", {}, {}},
      {Compatible, 429, "", {}, {}},
      {Compatible, 499, "", {}, {}},
      {Compatible, 500, "", {}, {}},
      {Compatible, 503, "", {}, {}},
      {Compatible, 529, "", {}, {}},
  };
}

std::vector<Failure> classified(const Replies& replies) {
  std::vector<Failure> failures;
  failures.reserve(replies.codes.size() + replies.texts.size() + 1);
  for (const auto code : replies.codes) {
    failures.push_back(classify(replies, code, ""));
  }
  for (const auto text : replies.texts) {
    failures.push_back(classify(replies, "", text));
  }
  if (failures.empty()) {
    failures.push_back(classify(replies, "", ""));
  }
  return failures;
}

std::string words_of(const Replies& replies) {
  auto words = fmt::format("{}", replies.status);
  if (!replies.type.empty()) {
    words += fmt::format(" `{}`", replies.type);
  }
  std::string_view before = replies.type.empty() ? " " : " with ";
  for (const auto code : replies.codes) {
    words += fmt::format("{}`{}`", before, code);
    before = ", ";
  }
  before = replies.codes.empty() ? " saying " : "; or saying ";
  for (const auto text : replies.texts) {
    words += fmt::format("{}\"{}\"", before, text);
    before = ", ";
  }
  return words;
}

}  // namespace meridian
