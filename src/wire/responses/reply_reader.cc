#include "wire/responses/reply_reader.h"

#include <algorithm>

#include "wire/failures.h"
#include "wire/openai/reply_reader.h"
#include "wire/responses/item_reader.h"

namespace meridian {

Usage read_responses_usage(JsonValue usage) {
  const auto count = [](JsonValue value) {
    return std::max<std::int64_t>(value.integer().value_or(0), 0);
  };
  const auto input = usage["input_tokens_details"];
  Usage read{.cache_read = count(input["cached_tokens"]),
             .cache_write = count(input["cache_write_tokens"]),
             .output = count(usage["output_tokens"]),
             .reasoning = count(usage["output_tokens_details"]["reasoning_tokens"])};
  read.input =
      std::max<std::int64_t>(count(usage["input_tokens"]) - read.cache_read - read.cache_write, 0);
  return read;
}

FinishReason read_responses_finish(JsonValue response) {
  if (response["status"].inside() == "incomplete") {
    const auto reason = response["incomplete_details"]["reason"].inside();
    return reason == "content_filter" ? FinishReason::ContentFilter : FinishReason::Length;
  }
  for (const auto item : response["output"].items()) {
    if (item["type"].inside() == "function_call") {
      return FinishReason::ToolCalls;
    }
  }
  return FinishReason::Stop;
}

Failure read_responses_error(JsonValue error) {
  return error.given() ? read_openai_error(error)
                       : bad_reply("the provider's response failed and does not say why");
}

Result<ChatReply> read_responses_reply(std::string_view json, const NameMap& names) {
  const auto document = thread_json_parser().parse(json);
  if (!document) {
    return std::unexpected(
        bad_reply("the provider's reply is not valid JSON: " + to_text(document.error())));
  }
  const auto error = (*document)["error"];
  if (error.given() || (*document)["status"].inside() == "failed") {
    return std::unexpected(read_responses_error(error));
  }
  ChatReply reply;
  reply.id = (*document)["id"].text();
  reply.model = (*document)["model"].text();
  reply.created = (*document)["created_at"].integer().value_or(0);
  Complaints complaints;
  complaints.list = "output";
  read_responses_output((*document)["output"], reply.parts, complaints);
  if (complaints.failed) {
    return std::unexpected(
        bad_reply("the provider's reply cannot be read: " + complaints.failed->message));
  }
  for (auto& part : reply.parts) {
    if (auto* call = std::get_if<ToolCall>(&part)) {
      call->name = client_tool_name(names, call->name);
    }
  }
  reply.finish = read_responses_finish(*document);
  if (const auto usage = (*document)["usage"]; usage.given()) {
    reply.usage = read_responses_usage(usage);
  }
  return reply;
}

}  // namespace meridian
