#include "wire/responses/response_object.h"

#include <array>

#include <fmt/format.h>

namespace meridian {

namespace {

// Without what another dialect puts in front.
std::string_view bare(std::string_view id) {
  constexpr std::array<std::string_view, 3> kPrefixes{"chatcmpl-", "resp_", "msg_"};
  for (const auto prefix : kPrefixes) {
    if (id.starts_with(prefix)) {
      return id.substr(prefix.size());
    }
  }
  return id;
}

// Of the codes that OpenAI lists for a response's `error`.
std::string_view error_code(const Failure& failure) {
  switch (failure.kind) {
    case FailureKind::RateLimited:
    case FailureKind::AccountBlocked:
      return "rate_limit_exceeded";
    case FailureKind::BadRequest:
    case FailureKind::ContextWindow:
    case FailureKind::ContentPolicy:
      return "invalid_prompt";
    case FailureKind::ConnectFailed:
    case FailureKind::TimedOut:
    case FailureKind::ServerError:
    case FailureKind::Misconfigured:
    case FailureKind::CutShort:
    case FailureKind::ClientLeft:
      return "server_error";
  }
  return "server_error";
}

void write_usage(const Usage& usage, JsonWriter& json) {
  json.begin_object().key("input_tokens").integer(usage.prompt());
  json.key("input_tokens_details").begin_object();
  json.key("cached_tokens").integer(usage.cache_read);
  json.key("cache_write_tokens").integer(usage.cache_write).end_object();
  json.key("output_tokens").integer(usage.output).key("output_tokens_details").begin_object();
  json.key("reasoning_tokens").integer(usage.reasoning).end_object();
  json.key("total_tokens").integer(usage.prompt() + usage.output).end_object();
}

void write_status(const ResponseState& state, JsonWriter& json) {
  json.key("status");
  if (state.failure != nullptr) {
    json.string("failed");
  } else {
    json.string(state.finish == nullptr ? "in_progress" : status_of(*state.finish));
  }
  json.key("background").boolean(false).key("error");
  if (state.failure == nullptr) {
    json.null();
  } else {
    json.begin_object().key("code").string(error_code(*state.failure));
    json.key("message").string(state.failure->message).end_object();
  }
  json.key("incomplete_details");
  if (state.finish == nullptr || status_of(*state.finish) == "completed") {
    json.null();
  } else {
    json.begin_object().key("reason");
    json.string(*state.finish == FinishReason::Length ? "max_output_tokens" : "content_filter");
    json.end_object();
  }
}

}  // namespace

std::string response_id(std::string_view id) {
  return std::string("resp_").append(bare(id));
}

std::string item_id(std::string_view prefix, std::string_view id, std::int64_t number) {
  return fmt::format("{}_{}_{}", prefix, bare(id), number);
}

std::string_view status_of(FinishReason finish) {
  const bool incomplete = finish == FinishReason::Length || finish == FinishReason::ContentFilter;
  return incomplete ? "incomplete" : "completed";
}

void write_response(const ResponseHead& head, const ResponseState& state, JsonWriter& json) {
  // SDKs' types promise these three, whatever is known of the request.
  constexpr std::string_view kNoEcho =
      R"("parallel_tool_calls":true,"tool_choice":"auto","tools":[])";
  json.begin_object().key("id").string(head.id).key("object").string("response");
  json.key("created_at").integer(head.created);
  write_status(state, json);
  json.key("model").string(head.model);
  json.raw(head.echo.empty() ? kNoEcho : std::string_view(head.echo));
  json.key("output").begin_array();
  if (!state.output.empty()) {
    json.raw(state.output);
  }
  json.end_array().key("usage");
  if (state.usage == nullptr) {
    json.null();
  } else {
    write_usage(*state.usage, json);
  }
  json.end_object();
}

}  // namespace meridian
