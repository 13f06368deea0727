#include "wire/anthropic/reply_writer.h"

#include "wire/anthropic/citations.h"
#include "wire/arguments.h"

namespace meridian {

namespace {

std::string_view stop_reason(FinishReason reason) {
  switch (reason) {
    case FinishReason::Stop:
      return "end_turn";
    case FinishReason::StopSequence:
      return "stop_sequence";
    case FinishReason::Length:
      return "max_tokens";
    case FinishReason::ToolCalls:
      return "tool_use";
    case FinishReason::ContentFilter:
      return "refusal";
  }
  return "end_turn";
}

void write_thinking(const ThinkingPart& part, JsonWriter& json) {
  json.begin_object();
  if (!part.redacted.empty()) {
    json.key("type").string("redacted_thinking").key("data").string(part.redacted);
  } else {
    json.key("type").string("thinking").key("thinking").string(part.text);
    json.key("signature").string(part.signature);
  }
  json.end_object();
}

void write_part(const Part& part, JsonWriter& json) {
  if (const auto* text = std::get_if<TextPart>(&part)) {
    // An empty block would be refused when the client sends it back.
    if (!text->text.empty()) {
      json.begin_object().key("type").string("text").key("text").string(text->text);
      write_anthropic_citations(text->citations, false, json);
      json.end_object();
    }
  } else if (const auto* call = std::get_if<ToolCall>(&part)) {
    json.begin_object().key("type").string("tool_use").key("id").string(call->id);
    json.key("name").string(call->name);
    json.key("input").raw(arguments_object(call->arguments_json)).end_object();
  } else if (const auto* thinking = std::get_if<ThinkingPart>(&part)) {
    write_thinking(*thinking, json);
  } else if (const auto* opaque = std::get_if<OpaquePart>(&part)) {
    json.raw(opaque->json);
  }
}

}  // namespace

std::string anthropic_message_id(std::string_view id) {
  constexpr std::string_view kPrefix = "msg_";
  return (id.starts_with(kPrefix) ? std::string() : std::string(kPrefix)).append(id);
}

void write_anthropic_usage(const Usage& usage, JsonWriter& json) {
  json.begin_object().key("input_tokens").integer(usage.input);
  json.key("cache_creation_input_tokens").integer(usage.cache_write);
  json.key("cache_read_input_tokens").integer(usage.cache_read);
  json.key("output_tokens").integer(usage.output);
  if (usage.reasoning > 0) {
    json.key("output_tokens_details").begin_object();
    json.key("thinking_tokens").integer(usage.reasoning).end_object();
  }
  json.end_object();
}

void write_anthropic_stop(FinishReason reason, std::string_view stop_sequence, JsonWriter& json) {
  json.key("stop_reason").string(stop_reason(reason)).key("stop_sequence");
  if (stop_sequence.empty()) {
    json.null();
  } else {
    json.string(stop_sequence);
  }
}

std::string write_anthropic_reply(const ChatReply& reply) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("id").string(anthropic_message_id(reply.id));
  json.key("type").string("message").key("role").string("assistant");
  json.key("model").string(reply.model).key("content").begin_array();
  for (const auto& part : reply.parts) {
    write_part(part, json);
  }
  json.end_array();
  write_anthropic_stop(reply.finish, reply.stop_sequence, json);
  json.key("usage");
  // Its SDKs read the counts without asking whether they are there.
  write_anthropic_usage(reply.usage.value_or(Usage{}), json);
  json.end_object();
  return out;
}

}  // namespace meridian
