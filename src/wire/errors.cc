#include <array>
#include <string>

#include "wire/codec.h"
#include "wire/json_writer.h"

namespace meridian {

namespace {

struct Words {
  std::string_view type;
  std::string_view code;
};

// What the caller's SDK decides by, where the provider gave no word of its own.
std::string_view own_code(FailureKind kind) {
  switch (kind) {
    case FailureKind::ConnectFailed:
      return "provider_unreachable";
    case FailureKind::TimedOut:
      return "timeout";
    case FailureKind::ServerError:
      return "server_error";
    case FailureKind::RateLimited:
      return "rate_limit_exceeded";
    case FailureKind::AccountBlocked:
      return "insufficient_quota";
    case FailureKind::Misconfigured:
      return "provider_misconfigured";
    case FailureKind::BadRequest:
      return "invalid_request";
    case FailureKind::ContextWindow:
      return "context_length_exceeded";
    case FailureKind::ContentPolicy:
      return "content_policy_violation";
    case FailureKind::CutShort:
      return "stream_cut_short";
    case FailureKind::ClientLeft:
      return "client_closed_request";
  }
  return "server_error";
}

// Frameworks look for OpenAI's own word where a prompt is too long or refused: a provider's word
// for the same thing would hide it.
std::string_view code_of(const Failure& failure) {
  const bool fixed =
      failure.kind == FailureKind::ContextWindow ||
      (failure.kind == FailureKind::ContentPolicy && failure.code != "content_filter");
  return fixed || failure.code.empty() ? own_code(failure.kind) : std::string_view(failure.code);
}

// LiteLLM's word, which is both type and code. Anthropic's errors have no code, so there the type
// has to say it.
constexpr std::string_view kBudgetExceeded = "budget_exceeded";

std::string_view openai_type(const Failure& failure) {
  if (failure.code == kBudgetExceeded) {
    return kBudgetExceeded;
  }
  switch (status_of(failure)) {
    case 401:
      return "authentication_error";
    case 403:
      return "permission_error";
    case 408:
    case 504:
      return "timeout_error";
    case 429:
      return failure.kind == FailureKind::AccountBlocked ? "insufficient_quota"
                                                         : "rate_limit_error";
    case 503:
    case 529:
      return "service_unavailable_error";
    default:
      return status_of(failure) < 500 ? "invalid_request_error" : "server_error";
  }
}

std::string_view anthropic_type(const Failure& failure) {
  if (failure.code == kBudgetExceeded) {
    return kBudgetExceeded;
  }
  switch (status_of(failure)) {
    case 401:
      return "authentication_error";
    case 402:
      return "billing_error";
    case 403:
      return "permission_error";
    case 404:
      return "not_found_error";
    case 409:
      return "conflict_error";
    case 413:
      return "request_too_large";
    case 429:
      return "rate_limit_error";
    case 408:
    case 504:
      return "timeout_error";
    case 503:
    case 529:
      return "overloaded_error";
    default:
      return status_of(failure) < 500 ? "invalid_request_error" : "api_error";
  }
}

std::string sentence(const Failure& failure) {
  return failure.message.empty() ? std::string(own_code(failure.kind)) : as_utf8(failure.message);
}

void write_openai_error(const Failure& failure, std::string_view request_id, JsonWriter& json) {
  json.begin_object();
  json.key("message").string(sentence(failure)).key("type").string(openai_type(failure));
  json.key("param").null().key("code").string(code_of(failure));
  if (!request_id.empty()) {
    json.key("request_id").string(request_id);
  }
  json.end_object();
}

std::string openai_error(const Failure& failure, std::string_view request_id) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("error");
  write_openai_error(failure, request_id, json);
  json.end_object();
  return out;
}

std::string anthropic_error(const Failure& failure, std::string_view request_id) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("type").string("error").key("error").begin_object();
  json.key("type").string(anthropic_type(failure)).key("message").string(sentence(failure));
  json.end_object();
  if (!request_id.empty()) {
    json.key("request_id").string(request_id);
  }
  json.end_object();
  return out;
}

int status_between(int status, int low, int high, int otherwise) {
  return status >= low && status <= high ? status : otherwise;
}

// OpenAI's own says it twice over the years: beside the type, and in an `error` that SDKs raise on.
std::string responses_error_event(const Failure& failure,
                                  std::string_view request_id,
                                  std::optional<std::int64_t> number) {
  std::string event("event: error\ndata: ");
  JsonWriter json(event);
  json.begin_object().key("type").string("error");
  if (number) {
    json.key("sequence_number").integer(*number);
  }
  json.key("code").string(code_of(failure)).key("message").string(sentence(failure));
  json.key("param").null().key("error");
  write_openai_error(failure, request_id, json);
  json.end_object();
  event += "\n\n";
  return event;
}

}  // namespace

std::string write_error(Dialect dialect, const Failure& failure, std::string_view request_id) {
  return dialect == Dialect::AnthropicMessages ? anthropic_error(failure, request_id)
                                               : openai_error(failure, request_id);
}

std::string write_error_event(Dialect dialect,
                              const Failure& failure,
                              std::string_view request_id,
                              std::optional<std::int64_t> number) {
  if (dialect == Dialect::OpenAiResponses) {
    return responses_error_event(failure, request_id, number);
  }
  // Anthropic's SDK passes over data without a name; OpenAI's raises on an `error` member.
  const std::string_view head =
      dialect == Dialect::AnthropicMessages ? "event: error\ndata: " : "data: ";
  std::string event(head);
  event += write_error(dialect, failure, request_id);
  event += "\n\n";
  return event;
}

int status_of(const Failure& failure) {
  switch (failure.kind) {
    case FailureKind::ConnectFailed:
    case FailureKind::CutShort:
      return 502;
    case FailureKind::TimedOut:
      return 504;
    case FailureKind::ServerError:
      return status_between(failure.status, 500, 599, 502);
    case FailureKind::RateLimited:
    case FailureKind::AccountBlocked:
      return 429;
    case FailureKind::Misconfigured:
      // 401 and 403 would tell the client that its own key is wrong; it is the gateway's.
      return failure.status == 404 ? 404 : 502;
    case FailureKind::BadRequest:
      return status_between(failure.status, 400, 499, 400);
    case FailureKind::ContextWindow:
    case FailureKind::ContentPolicy:
      return 400;
    case FailureKind::ClientLeft:
      return 499;  // nginx's; nobody is left to read it, but the log is.
  }
  return 500;
}

}  // namespace meridian
