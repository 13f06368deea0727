#include "wire/converse/reply_reader.h"

#include <algorithm>

#include "wire/converse/citations.h"
#include "wire/failures.h"

namespace meridian {

namespace {

using Type = JsonValue::Type;

void read_cited(JsonValue block, std::vector<Part>& to) {
  TextPart part;
  for (const auto item : block["content"].items()) {
    item["text"].append_text(part.text);
  }
  for (const auto item : block["citations"].items()) {
    if (auto citation = read_converse_citation(item)) {
      part.citations.push_back(std::move(*citation));
    }
  }
  if (!part.text.empty()) {
    to.emplace_back(std::move(part));
  }
}

void read_block(JsonValue block, const NameMap& names, std::vector<Part>& to) {
  if (const auto text = block["text"]; text.is(Type::String)) {
    to.emplace_back(TextPart{.text = text.text()});
  } else if (const auto use = block["toolUse"]; use.given()) {
    to.emplace_back(ToolCall{.id = use["toolUseId"].text(),
                             .name = std::string(client_tool_name(names, use["name"].text())),
                             .arguments_json = std::string(use["input"].raw())});
  } else if (const auto reasoning = block["reasoningContent"]; reasoning.given()) {
    const auto text_of = reasoning["reasoningText"];
    to.emplace_back(ThinkingPart{.text = text_of["text"].text(),
                                 .signature = text_of["signature"].text(),
                                 .redacted = reasoning["redactedContent"].text()});
  } else {
    read_cited(block["citationsContent"], to);
  }
}

}  // namespace

Usage read_converse_usage(JsonValue usage) {
  const auto count = [&](std::string_view name) {
    return std::max<std::int64_t>(usage[name].integer().value_or(0), 0);
  };
  Usage read{.input = count("inputTokens"),
             .cache_read = count("cacheReadInputTokens"),
             .cache_write = count("cacheWriteInputTokens"),
             .output = count("outputTokens")};
  const auto cached = read.cache_read + read.cache_write;
  const bool inclusive =
      cached > 0 && read.input >= cached && read.input + read.output == count("totalTokens");
  if (inclusive) {
    read.input -= cached;
  }
  return read;
}

FinishReason converse_finish_reason(std::string_view reason) {
  if (reason == "tool_use") {
    return FinishReason::ToolCalls;
  }
  if (reason == "max_tokens" || reason == "model_context_window_exceeded") {
    return FinishReason::Length;
  }
  if (reason == "stop_sequence") {
    return FinishReason::StopSequence;
  }
  if (reason == "content_filtered" || reason == "guardrail_intervened") {
    return FinishReason::ContentFilter;
  }
  return FinishReason::Stop;
}

Result<ChatReply> read_converse_reply(std::string_view json, const NameMap& names) {
  const auto document = thread_json_parser().parse(json);
  if (!document) {
    return std::unexpected(
        bad_reply("Bedrock's reply is not valid JSON: " + to_text(document.error())));
  }
  const auto message = (*document)["output"]["message"];
  if (!message.is(Type::Object)) {
    return std::unexpected(bad_reply("Bedrock's reply has no output.message"));
  }
  ChatReply reply;
  for (const auto block : message["content"].items()) {
    read_block(block, names, reply.parts);
  }
  reply.finish = converse_finish_reason((*document)["stopReason"].inside());
  reply.stop_sequence = (*document)["additionalModelResponseFields"]["stop_sequence"].text();
  if (const auto usage = (*document)["usage"]; usage.given()) {
    reply.usage = read_converse_usage(usage);
  }
  return reply;
}

}  // namespace meridian
