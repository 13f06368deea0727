#include "wire/openai/reply_writer.h"

#include <algorithm>

#include "wire/json_writer.h"
#include "wire/openai/annotations.h"
#include "wire/openai/message_writer.h"

namespace meridian {

namespace {

struct Words {
  std::string content;
  std::string annotations;  // JSON, separated by commas.
  std::string refusal;
  std::string reasoning;
  bool signed_thinking = false;
  bool calls = false;
};

Words words_of(const ChatReply& reply) {
  Words words;
  JsonWriter annotations(words.annotations);
  for (const auto& part : reply.parts) {
    if (const auto* text = std::get_if<TextPart>(&part)) {
      if (!text->citations.empty()) {
        write_annotations(text->citations,
                          Dialect::OpenAiChat,
                          characters_in(words.content),
                          characters_in(text->text),
                          annotations);
      }
      (text->refusal ? words.refusal : words.content) += text->text;
    } else if (const auto* thinking = std::get_if<ThinkingPart>(&part)) {
      words.reasoning += thinking->text;
      words.signed_thinking |= !thinking->signature.empty() || !thinking->redacted.empty();
    } else if (std::holds_alternative<ToolCall>(part)) {
      words.calls = true;
    }
  }
  return words;
}

void write_message(const ChatReply& reply, JsonWriter& json) {
  const auto words = words_of(reply);
  const auto string_or_null = [&](const std::string& text, bool null) {
    if (null) {
      json.null();
    } else {
      json.string(text);
    }
  };
  json.begin_object().key("role").string("assistant").key("content");
  string_or_null(words.content, words.content.empty() && (words.calls || !words.refusal.empty()));
  json.key("refusal");
  string_or_null(words.refusal, words.refusal.empty());
  if (!words.annotations.empty()) {
    json.key("annotations").begin_array().raw(words.annotations).end_array();
  }
  if (!words.reasoning.empty()) {
    json.key("reasoning_content").string(words.reasoning);
  }
  if (words.signed_thinking) {
    write_thinking_blocks(reply.parts, json);
  }
  write_openai_tool_calls(reply.parts, json);
  json.end_object();
}

}  // namespace

std::string write_openai_reply(const ChatReply& reply) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("id").string(reply.id).key("object").string("chat.completion");
  json.key("created").integer(reply.created).key("model").string(reply.model);
  json.key("choices").begin_array().begin_object().key("index").integer(0).key("message");
  write_message(reply, json);
  json.key("logprobs").null();
  json.key("finish_reason").string(openai_finish_reason(reply.finish)).end_object().end_array();
  if (reply.usage) {
    json.key("usage");
    write_openai_usage(*reply.usage, json);
  }
  json.end_object();
  return out;
}

}  // namespace meridian
