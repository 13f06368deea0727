#include "wire/responses/reply_writer.h"

#include "wire/responses/item_writer.h"
#include "wire/responses/response_object.h"

namespace meridian {

namespace {

// False: the part has no item here.
bool write_item(const Part& part,
                std::string_view id,
                std::int64_t number,
                std::string_view status,
                JsonWriter& json) {
  if (const auto* text = std::get_if<TextPart>(&part)) {
    if (!text->text.empty()) {
      write_output_message({item_id("msg", id, number), status}, text, json);
    }
    return !text->text.empty();
  }
  if (const auto* call = std::get_if<ToolCall>(&part)) {
    write_output_call({item_id("fc", id, number), status}, *call, json);
    return true;
  }
  if (const auto* thought = std::get_if<ThinkingPart>(&part)) {
    write_output_reasoning({item_id("rs", id, number), status}, *thought, json);
    return true;
  }
  return false;
}

}  // namespace

std::string write_responses_reply(const ChatReply& reply, std::string_view echo) {
  std::string output;
  JsonWriter items(output);
  std::int64_t number = 0;
  for (const auto& part : reply.parts) {
    // What was cut off is the last of them.
    const auto status = &part == &reply.parts.back() ? status_of(reply.finish) : "completed";
    number += write_item(part, reply.id, number, status, items) ? 1 : 0;
  }
  std::string out;
  JsonWriter json(out);
  write_response({.id = response_id(reply.id),
                  .created = reply.created,
                  .model = reply.model,
                  .echo = std::string(echo)},
                 {.output = output,
                  .finish = &reply.finish,
                  .usage = reply.usage ? &*reply.usage : nullptr,
                  .failure = nullptr},
                 json);
  return out;
}

}  // namespace meridian
