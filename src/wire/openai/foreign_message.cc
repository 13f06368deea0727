#include "wire/openai/foreign_message.h"

#include <algorithm>

#include "wire/failures.h"
#include "wire/tool_names.h"

namespace meridian {

namespace {

bool holds_opaque(const Part& part) {
  if (const auto* result = std::get_if<ToolResult>(&part)) {
    return std::ranges::any_of(result->content, [](const auto& inner) {
      return std::holds_alternative<OpaquePart>(inner);
    });
  }
  return std::holds_alternative<OpaquePart>(part);
}

}  // namespace

Result<Message> as_openai(const Message& message) {
  if (!message.opaque_json.empty() || std::ranges::any_of(message.parts, holds_opaque)) {
    return std::unexpected(
        bad_request("`messages`: a block of a type other than text, image, tool_use, tool_result "
                    "and thinking cannot be sent to an OpenAI model",
                    "unsupported_content"));
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
