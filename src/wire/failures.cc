#include "wire/failures.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>
#include <utility>

namespace meridian {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(
      out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool holds_any(std::string_view text, std::span<const std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return text.contains(word); });
}

struct Meaning {
  std::string_view word;
  FailureKind kind;
  int status;
};

constexpr Meaning kOtherwise{"", FailureKind::ServerError, 500};

Meaning meaning_of(std::span<const Meaning> table, std::string_view word) {
  const auto found = std::ranges::find(table, word, &Meaning::word);
  return found == table.end() ? kOtherwise : *found;
}

Failure failure(const Meaning& meaning, std::string_view code, std::string_view message) {
  const bool refused = meaning.kind == FailureKind::BadRequest;
  return {.kind = refused ? kind_of_refusal(code, message) : meaning.kind,
          .status = meaning.status,
          .message = std::string(message),
          .code = std::string(code),
          .request_id = {}};
}

// A status that the model itself answered, behind a gateway of the provider's.
Meaning by_status(int status) {
  switch (status) {
    case 400:
    case 413:
    case 422:
      return {"", FailureKind::BadRequest, status};
    case 401:
    case 403:
    case 404:
      return {"", FailureKind::Misconfigured, status};
    case 402:
      return {"", FailureKind::AccountBlocked, status};
    case 429:
      return {"", FailureKind::RateLimited, status};
    default:
      return {"", FailureKind::ServerError, status >= 400 ? status : 500};
  }
}

constexpr std::array kAnthropic{
    Meaning{"invalid_request_error", FailureKind::BadRequest, 400},
    Meaning{"authentication_error", FailureKind::Misconfigured, 401},
    Meaning{"billing_error", FailureKind::AccountBlocked, 402},
    Meaning{"permission_error", FailureKind::Misconfigured, 403},
    Meaning{"not_found_error", FailureKind::Misconfigured, 404},
    Meaning{"request_too_large", FailureKind::BadRequest, 413},
    Meaning{"rate_limit_error", FailureKind::RateLimited, 429},
    Meaning{"api_error", FailureKind::ServerError, 500},
    Meaning{"timeout_error", FailureKind::ServerError, 504},
    Meaning{"overloaded_error", FailureKind::ServerError, 529},
};

// Without "exception" and in lower case, as streams and HTTP errors spell them differently.
constexpr std::array kBedrock{
    Meaning{"validation", FailureKind::BadRequest, 400},
    Meaning{"accessdenied", FailureKind::Misconfigured, 403},
    Meaning{"resourcenotfound", FailureKind::Misconfigured, 404},
    Meaning{"throttling", FailureKind::RateLimited, 429},
    Meaning{"servicequotaexceeded", FailureKind::RateLimited, 400},
    Meaning{"modelnotready", FailureKind::RateLimited, 429},
    Meaning{"modeltimeout", FailureKind::ServerError, 408},
    Meaning{"internalserver", FailureKind::ServerError, 500},
    Meaning{"serviceunavailable", FailureKind::ServerError, 503},
    Meaning{"modelstreamerror", FailureKind::ServerError, 424},
    Meaning{"modelerror", FailureKind::ServerError, 424},
};

// https://cloud.google.com/apis/design/errors, as providers.md §4.6 has it.
constexpr std::array kGoogle{
    Meaning{"INVALID_ARGUMENT", FailureKind::BadRequest, 400},
    Meaning{"OUT_OF_RANGE", FailureKind::BadRequest, 400},
    Meaning{"FAILED_PRECONDITION", FailureKind::Misconfigured, 400},
    Meaning{"UNAUTHENTICATED", FailureKind::Misconfigured, 401},
    Meaning{"PERMISSION_DENIED", FailureKind::Misconfigured, 403},
    Meaning{"NOT_FOUND", FailureKind::Misconfigured, 404},
    Meaning{"RESOURCE_EXHAUSTED", FailureKind::RateLimited, 429},
    Meaning{"CANCELLED", FailureKind::ServerError, 499},
    Meaning{"INTERNAL", FailureKind::ServerError, 500},
    Meaning{"UNKNOWN", FailureKind::ServerError, 500},
    Meaning{"UNAVAILABLE", FailureKind::ServerError, 503},
    Meaning{"DEADLINE_EXCEEDED", FailureKind::ServerError, 504},
};

constexpr std::array kOpenAi{
    Meaning{"insufficient_quota", FailureKind::AccountBlocked, 429},
    Meaning{"credit_balance_exhausted", FailureKind::AccountBlocked, 429},
    Meaning{"invalid_request_error", FailureKind::BadRequest, 400},
    Meaning{"BadRequestError", FailureKind::BadRequest, 400},
    Meaning{"context_length_exceeded", FailureKind::BadRequest, 400},
    Meaning{"content_filter", FailureKind::BadRequest, 400},
    Meaning{"content_policy_violation", FailureKind::BadRequest, 400},
    Meaning{"authentication_error", FailureKind::Misconfigured, 401},
    Meaning{"invalid_api_key", FailureKind::Misconfigured, 401},
    Meaning{"permission_error", FailureKind::Misconfigured, 403},
    Meaning{"model_not_found", FailureKind::Misconfigured, 404},
    Meaning{"rate_limit_error", FailureKind::RateLimited, 429},
    Meaning{"rate_limit_exceeded", FailureKind::RateLimited, 429},
    Meaning{"server_error", FailureKind::ServerError, 500},
    Meaning{"service_unavailable_error", FailureKind::ServerError, 503},
    Meaning{"server_is_overloaded", FailureKind::ServerError, 503},
};

}  // namespace

Failure bad_request(std::string message, std::string code) {
  return {.kind = FailureKind::BadRequest,
          .status = 400,
          .message = std::move(message),
          .code = std::move(code),
          .request_id = {}};
}

Failure bad_reply(std::string message) {
  return {.kind = FailureKind::ServerError,
          .status = 502,
          .message = std::move(message),
          .code = "bad_provider_reply",
          .request_id = {}};
}

FailureKind kind_of_refusal(std::string_view code, std::string_view message) {
  constexpr std::array<std::string_view, 11> kTooLong{
      "prompt is too long",
      "input is too long",
      "too many input tokens",
      "context_length_exceeded",
      "exceed context limit",
      "maximum context length",
      "exceeds the maximum number of tokens",
      "input tokens exceed",
      "context window",
      "expected maxlength:",
      "request payload size exceeds",
  };
  constexpr std::array<std::string_view, 6> kAgainstRules{"content_filter",
                                                          "content_policy",
                                                          "content filtering policy",
                                                          "responsibleaipolicyviolation",
                                                          "content management policy",
                                                          "the response was blocked"};
  const auto words = lower(code) + " " + lower(message);
  if (holds_any(words, kTooLong)) {
    return FailureKind::ContextWindow;
  }
  return holds_any(words, kAgainstRules) ? FailureKind::ContentPolicy : FailureKind::BadRequest;
}

Failure anthropic_failure(std::string_view type,
                          std::string_view message,
                          std::string_view request_id) {
  auto failed = failure(meaning_of(kAnthropic, type), type, message);
  failed.request_id = request_id;
  return failed;
}

// The name decides before the words: the throttling text is "Too many tokens, please wait", and
// "too many tokens" is what a prompt that is too long is told, too.
Failure bedrock_failure(std::string_view exception, std::string_view message, int original_status) {
  auto name = lower(exception);
  if (name.ends_with("exception")) {
    name.resize(name.size() - std::string_view("exception").size());
  }
  const auto meaning =
      original_status > 0 ? by_status(original_status) : meaning_of(kBedrock, name);
  return failure(meaning, exception, message);
}

Failure google_failure(std::string_view status, std::string_view message, int code) {
  auto meaning = meaning_of(kGoogle, status);
  if (meaning.word.empty() && code > 0) {
    meaning = by_status(code);
  }
  return failure(meaning, status, message);
}

Failure openai_failure(std::string_view type,
                       std::string_view code,
                       std::string_view message,
                       int status) {
  auto meaning = meaning_of(kOpenAi, code);
  if (meaning.word.empty()) {
    meaning = meaning_of(kOpenAi, type);
  }
  if (meaning.word.empty() && status >= 400) {
    meaning = by_status(status);
  }
  return failure(meaning, code.empty() ? type : code, message);
}

}  // namespace meridian
