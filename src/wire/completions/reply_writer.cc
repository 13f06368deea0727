#include "wire/completions/reply_writer.h"

#include <array>

#include "wire/json_writer.h"
#include "wire/openai/message_writer.h"

namespace meridian {

std::string completion_id(std::string_view id) {
  constexpr std::array<std::string_view, 3> kPrefixes{"chatcmpl-", "cmpl-", "msg_"};
  for (const auto prefix : kPrefixes) {
    if (id.starts_with(prefix)) {
      id.remove_prefix(prefix.size());
      break;
    }
  }
  return std::string("cmpl-").append(id);
}

std::string write_completions_reply(const ChatReply& reply) {
  std::string text;
  for (const auto& part : reply.parts) {
    if (const auto* words = std::get_if<TextPart>(&part)) {
      text += words->text;
    }
  }
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("id").string(completion_id(reply.id));
  json.key("object").string("text_completion").key("created").integer(reply.created);
  json.key("model").string(reply.model).key("choices").begin_array().begin_object();
  json.key("text").string(text).key("index").integer(0).key("logprobs").null();
  json.key("finish_reason").string(openai_finish_reason(reply.finish)).end_object().end_array();
  if (reply.usage) {
    json.key("usage");
    write_openai_usage(*reply.usage, json);
  }
  json.end_object();
  return out;
}

}  // namespace meridian
