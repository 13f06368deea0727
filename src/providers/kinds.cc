#include "providers/kinds.h"

#include "wire/failures.h"

namespace meridian {

FailureKind kind_by_status(int status) {
  switch (status) {
    case 401:
    case 403:
    case 404:
    case 405:
    case 410:
      return FailureKind::Misconfigured;
    case 402:
      return FailureKind::AccountBlocked;
    case 408:
    case 409:
    case 425:
    case 499:
      return FailureKind::ServerError;
    case 429:
      return FailureKind::RateLimited;
    default:
      break;
  }
  if (status >= 300 && status < 400) {
    return FailureKind::Misconfigured;
  }
  return status >= 400 && status < 500 ? FailureKind::BadRequest : FailureKind::ServerError;
}

FailureKind refusal_kind(const ReplyError& error) {
  const auto kind = kind_of_refusal(error.code.empty() ? error.detail : error.code, error.message);
  // What self-hosted servers (llama.cpp, vLLM) and Gemini say.
  const bool too_long = error.says({"exceeds the available context size",
                                    "model's context length",
                                    "model's maximum context limit",
                                    "input token count exceeds",
                                    "input token count ("});
  return kind == FailureKind::BadRequest && too_long ? FailureKind::ContextWindow : kind;
}

}  // namespace meridian
