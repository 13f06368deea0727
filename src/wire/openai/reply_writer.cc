#include "wire/openai/reply_writer.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "wire/json_writer.h"
#include "wire/openai/annotations.h"
#include "wire/openai/chances.h"
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

Words words_of(std::span<const Part> parts) {
  Words words;
  JsonWriter annotations(words.annotations);
  for (const auto& part : parts) {
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

void write_message(std::span<const Part> parts, JsonWriter& json) {
  const auto words = words_of(parts);
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
    write_thinking_blocks(parts, json);
  }
  write_openai_tool_calls(parts, json);
  json.end_object();
}

void write_choice(std::int64_t index,
                  std::span<const Part> parts,
                  const std::vector<TokenChance>& chances,
                  FinishReason finish,
                  JsonWriter& json) {
  json.begin_object().key("index").integer(index).key("message");
  write_message(parts, json);
  json.key("logprobs");
  write_chances(chances, json);
  json.key("finish_reason").string(openai_finish_reason(finish)).end_object();
}

}  // namespace

std::string write_openai_reply(const ChatReply& reply) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("id").string(reply.id).key("object").string("chat.completion");
  json.key("created").integer(reply.created).key("model").string(reply.model);
  json.key("choices").begin_array();
  write_choice(0, reply.parts, reply.chances, reply.finish, json);
  std::int64_t index = 1;
  for (const auto& other : reply.others) {
    write_choice(index++, other.parts, other.chances, other.finish, json);
  }
  json.end_array();
  if (reply.usage) {
    json.key("usage");
    write_openai_usage(*reply.usage, json);
  }
  json.end_object();
  return out;
}

}  // namespace meridian
