#include "wire/anthropic/reply_reader.h"

#include "wire/anthropic/citations.h"
#include "wire/failures.h"

namespace meridian {

namespace {

using Type = JsonValue::Type;

void read_block(JsonValue block, const NameMap& names, std::vector<Part>& to) {
  const auto type = block["type"].inside();
  if (type == "text") {
    to.emplace_back(TextPart{.text = block["text"].text(),
                             .citations = read_anthropic_citations(block["citations"])});
  } else if (type == "tool_use") {
    to.emplace_back(ToolCall{.id = block["id"].text(),
                             .name = std::string(client_tool_name(names, block["name"].text())),
                             .arguments_json = std::string(block["input"].raw())});
  } else if (type == "thinking") {
    to.emplace_back(ThinkingPart{
        .text = block["thinking"].text(), .signature = block["signature"].text(), .redacted = {}});
  } else if (type == "redacted_thinking") {
    to.emplace_back(ThinkingPart{.text = {}, .signature = {}, .redacted = block["data"].text()});
  } else {
    to.emplace_back(OpaquePart{std::string(block.raw())});
  }
}

}  // namespace

void read_anthropic_usage(JsonValue usage, Usage& to) {
  const auto set = [](JsonValue value, std::int64_t& count) {
    if (const auto given = value.integer(); given && *given >= 0) {
      count = *given;
    }
  };
  set(usage["input_tokens"], to.input);
  set(usage["cache_read_input_tokens"], to.cache_read);
  set(usage["cache_creation_input_tokens"], to.cache_write);
  set(usage["output_tokens"], to.output);
  set(usage["output_tokens_details"]["thinking_tokens"], to.reasoning);
}

FinishReason anthropic_finish_reason(std::string_view reason) {
  if (reason == "tool_use") {
    return FinishReason::ToolCalls;
  }
  if (reason == "max_tokens" || reason == "model_context_window_exceeded") {
    return FinishReason::Length;
  }
  if (reason == "stop_sequence") {
    return FinishReason::StopSequence;
  }
  return reason == "refusal" ? FinishReason::ContentFilter : FinishReason::Stop;
}

Result<ChatReply> read_anthropic_reply(std::string_view json, const NameMap& names) {
  const auto document = thread_json_parser().parse(json);
  if (!document) {
    return std::unexpected(
        bad_reply("the provider's reply is not valid JSON: " + to_text(document.error())));
  }
  if (const auto error = (*document)["error"]; error.is(Type::Object)) {
    return std::unexpected(anthropic_failure(
        error["type"].text(), error["message"].text(), (*document)["request_id"].text()));
  }
  if (!(*document)["content"].is(Type::Array)) {
    return std::unexpected(bad_reply("the provider's reply has no content"));
  }
  ChatReply reply;
  reply.id = (*document)["id"].text();
  reply.model = (*document)["model"].text();
  for (const auto block : (*document)["content"].items()) {
    read_block(block, names, reply.parts);
  }
  reply.finish = anthropic_finish_reason((*document)["stop_reason"].inside());
  reply.stop_sequence = (*document)["stop_sequence"].text();
  if (const auto usage = (*document)["usage"]; usage.given()) {
    read_anthropic_usage(usage, reply.usage.emplace());
  }
  return reply;
}

}  // namespace meridian
