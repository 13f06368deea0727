#include "wire/openai/foreign_message.h"

#include <algorithm>

#include "wire/failures.h"
#include "wire/json.h"
#include "wire/tool_names.h"

namespace meridian {

namespace {

// The reader of the Responses API gives files and audio the shape that they have in chat.
bool is_chats_own(const OpaquePart& part) {
  const auto value = thread_json_parser().parse(part.json);
  const auto type = value ? (*value)["type"].inside() : std::string_view();
  return type == "file" || type == "input_audio";
}

bool cannot_go(const Part& part, Dialect from) {
  if (const auto* result = std::get_if<ToolResult>(&part)) {
    return std::ranges::any_of(result->content, [](const auto& inner) {
      return std::holds_alternative<OpaquePart>(inner);
    });
  }
  const auto* opaque = std::get_if<OpaquePart>(&part);
  return opaque != nullptr && (from != Dialect::OpenAiResponses || !is_chats_own(*opaque));
}

std::string_view sentence_for(Dialect from) {
  if (from == Dialect::OpenAiResponses) {
    return "`input`: an item other than a message, function_call, function_call_output or "
           "reasoning, or a part other than text, an image, audio or a file with its data, cannot "
           "be sent to a model behind chat completions";
  }
  return "`messages`: a block of a type other than text, image, tool_use, tool_result and thinking "
         "cannot be sent to an OpenAI model";
}

}  // namespace

Result<Message> as_openai(const Message& message, Dialect from) {
  const bool stays = std::ranges::any_of(
      message.parts, [from](const Part& part) { return cannot_go(part, from); });
  if (!message.opaque_json.empty() || stays) {
    return std::unexpected(bad_request(std::string(sentence_for(from)), "unsupported_content"));
  }
  Message made = message;
  std::erase_if(made.parts,
                [](const Part& part) { return std::holds_alternative<CachePoint>(part); });
  for (auto& part : made.parts) {
    if (auto* call = std::get_if<ToolCall>(&part)) {
      call->name = wire_tool_name(Dialect::OpenAiChat, call->name);
    }
  }
  return made;
}

}  // namespace meridian
