#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "providers/dates.h"
#include "providers/durations.h"
#include "providers/kinds.h"
#include "providers/redact.h"
#include "providers/reply_error.h"
#include "providers/upstream.h"

namespace meridian {
namespace {

FailureKind kind_of(Provider provider, const ReplyError& error) {
  switch (provider) {
    case Provider::Bedrock:
      return bedrock_kind(error);
    case Provider::Vertex:
    case Provider::Gemini:
      return vertex_kind(error);
    case Provider::Anthropic:
      return anthropic_kind(error);
    case Provider::Azure:
      return azure_kind(error);
    case Provider::OpenAi:
    case Provider::Compatible:
      return openai_kind(error);
  }
  return kind_by_status(error.status);
}

std::string code_of(const ReplyError& error) {
  // Of OpenAI's pair the code is the finer one; Azure's may be the status again, which says
  // nothing.
  const bool is_number = error.code.find_first_not_of("0123456789") == std::string::npos;
  if (!error.code.empty() && !is_number) {
    return for_machines(error.code);
  }
  return for_machines(error.type.empty() ? error.detail : error.type);
}

std::string request_id(const HeaderLookup& header) {
  constexpr std::array<std::string_view, 5> kNames = {
      "x-amzn-requestid", "request-id", "x-request-id", "apim-request-id", "x-ms-request-id"};
  for (const auto name : kNames) {
    auto id = for_machines(header(name));
    if (!id.empty()) {
      return id;
    }
  }
  return {};
}

std::string sentence(Provider provider, const ReplyError& error) {
  auto words = for_people(error.message);
  if (!words.empty()) {
    return words;
  }
  if (error.status >= 300 && error.status < 400) {
    return fmt::format(
        "The provider ({}) answered with a redirect ({}), which is never followed: its api_base is "
        "not the right one.",
        name_of(provider),
        error.status);
  }
  return fmt::format(
      "The provider ({}) answered {} without a reason.", name_of(provider), error.status);
}

// Waiting changes nothing about a wrong request.
bool may_pass(FailureKind kind) {
  return kind == FailureKind::RateLimited || kind == FailureKind::ServerError ||
         kind == FailureKind::AccountBlocked;
}

}  // namespace

Failure classify_reply(Provider provider,
                       int status,
                       const HeaderLookup& header,
                       std::string_view body,
                       WallTime now) {
  const auto error = read_reply_error(status, header, body);
  Failure failure;
  failure.kind = kind_of(provider, error);
  failure.status = status;
  failure.message = sentence(provider, error);
  failure.code = code_of(error);
  failure.request_id = request_id(header);
  if (may_pass(failure.kind)) {
    failure.retry_after = retry_after(header, now);
    if (!failure.retry_after && error.retry_delay) {
      failure.retry_after = clamped_wait(*error.retry_delay);
    }
  }
  return failure;
}

Failure with_clients_key(Failure failure) {
  const bool about_the_key = failure.kind == FailureKind::RateLimited ||
                             failure.kind == FailureKind::AccountBlocked ||
                             failure.kind == FailureKind::Misconfigured;
  if (about_the_key) {
    failure.kind = FailureKind::BadRequest;
  }
  return failure;
}

std::optional<std::chrono::seconds> clock_skew(const Failure& failure,
                                               std::string_view date_header,
                                               WallTime now) {
  constexpr std::array<std::string_view, 3> kCodes = {
      "RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"};
  const bool named = std::ranges::find(kCodes, failure.code) != kCodes.end();
  // Bedrock says it in the words of an InvalidSignatureException.
  const bool said = failure.message.contains("Signature expired") ||
                    failure.message.contains("Signature not yet current");
  const auto date = parse_http_date(date_header);
  if ((!named && !said) || !date) {
    return std::nullopt;
  }
  const auto skew = *date - now;
  // Less than a minute is not why it was refused; more than a day is a lying header or a dead
  // clock, and a signature for another day would follow it.
  const bool believable = skew > -std::chrono::hours(24) && skew < std::chrono::hours(24) &&
                          (skew >= std::chrono::minutes(1) || skew <= -std::chrono::minutes(1));
  return believable ? std::optional(std::chrono::duration_cast<std::chrono::seconds>(skew))
                    : std::nullopt;
}

}  // namespace meridian
