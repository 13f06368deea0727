#include "wire/openai/message_reader.h"

#include <fmt/format.h>

#include "wire/documents.h"
#include "wire/image_url.h"

namespace meridian {

using Type = JsonValue::Type;

namespace {

void read_cache_control(JsonValue owner, std::vector<Part>& to) {
  const auto control = owner["cache_control"];
  if (control.is(Type::Object)) {
    to.emplace_back(CachePoint{control["ttl"].text()});
  }
}

void read_image(JsonValue value, std::vector<Part>& to, Complaints& complaints) {
  const auto image = value["image_url"];
  std::string url;
  // Some servers take the URL itself in place of the object.
  complaints.string(image.is(Type::String) ? image : image["url"], "content[].image_url.url", url);
  auto part = image_of_url(std::move(url));
  if (part.media_type == "application/pdf") {  // LiteLLM's clients send documents so.
    to.emplace_back(DocumentPart{.media_type = std::move(part.media_type),
                                 .data = std::move(part.data),
                                 .url = {},
                                 .texts = {},
                                 .name = {},
                                 .context = {}});
    return;
  }
  part.detail = image["detail"].text();
  to.emplace_back(std::move(part));
}

// False: it stays what it is.
bool read_file(JsonValue value, std::vector<Part>& to) {
  auto document = value["type"].inside() == "file" ? read_openai_file(value["file"]) : std::nullopt;
  if (document) {
    to.emplace_back(std::move(*document));
  }
  return document.has_value();
}

void read_part(JsonValue value, std::vector<Part>& to, Complaints& complaints) {
  const auto type = value["type"].inside();
  if (type == "text") {
    TextPart part;
    complaints.string(value["text"], "content[].text", part.text);
    to.emplace_back(std::move(part));
  } else if (type == "refusal") {
    TextPart part{.text = {}, .refusal = true};
    complaints.string(value["refusal"], "content[].refusal", part.text);
    to.emplace_back(std::move(part));
  } else if (type == "image_url") {
    read_image(value, to, complaints);
  } else if (read_file(value, to)) {
  } else if (complaints.expect(value, Type::Object, "content[]", "an object with a `type`")) {
    to.emplace_back(OpaquePart{std::string(value.raw())});
    return;  // Its cache_control is inside.
  }
  read_cache_control(value, to);
}

void read_content(JsonValue value, std::vector<Part>& to, Complaints& complaints) {
  if (!value.given()) {
    return;
  }
  if (value.is(Type::String)) {
    TextPart part{.text = value.text()};
    if (!part.text.empty()) {
      to.emplace_back(std::move(part));
    }
    return;
  }
  if (complaints.expect(value, Type::Array, "content", "a string or an array of parts")) {
    for (const auto item : value.items()) {
      read_part(item, to, complaints);
    }
  }
}

// LiteLLM's `thinking_blocks` carry signatures; `reasoning_content` is the same text without them.
void read_thinking(JsonValue message, std::vector<Part>& to) {
  for (const auto block : message["thinking_blocks"].items()) {
    ThinkingPart part;
    part.redacted = block["data"].text();
    part.text = block["thinking"].text();
    part.signature = block["signature"].text();
    to.emplace_back(std::move(part));
  }
  const auto plain =
      message["reasoning_content"].given() ? message["reasoning_content"] : message["reasoning"];
  if (to.empty() && plain.is(Type::String) && !plain.inside().empty()) {
    ThinkingPart part;
    part.text = plain.text();
    to.emplace_back(std::move(part));
  }
}

void read_tool_call(JsonValue value, std::vector<Part>& to, Complaints& complaints) {
  ToolCall call;
  const auto function = value["function"];
  complaints.string(value["id"], "tool_calls[].id", call.id);
  complaints.string(function["name"], "tool_calls[].function.name", call.name);
  const auto arguments = function["arguments"];
  if (arguments.is(Type::Object)) {
    call.arguments_json = arguments.raw();  // Some servers forget to make a string of it.
  } else if (arguments.given()) {
    complaints.string(arguments, "tool_calls[].function.arguments", call.arguments_json);
  }
  to.emplace_back(std::move(call));
}

void read_tool_result(JsonValue value, Message& to, Complaints& complaints) {
  ToolResult result;
  complaints.string(value["tool_call_id"], "tool_call_id", result.call_id);
  std::vector<Part> parts;
  read_content(value["content"], parts, complaints);
  std::vector<Part> behind;
  for (auto& part : parts) {
    if (auto* text = std::get_if<TextPart>(&part)) {
      result.content.emplace_back(std::move(*text));
    } else if (auto* image = std::get_if<ImagePart>(&part)) {
      result.content.emplace_back(std::move(*image));
    } else if (auto* document = std::get_if<DocumentPart>(&part)) {
      result.content.emplace_back(std::move(*document));
    } else if (std::holds_alternative<CachePoint>(part)) {
      behind.push_back(std::move(part));
    } else {
      complaints.say("a message of role \"tool\" may hold text, images and files only");
    }
  }
  to.parts.emplace_back(std::move(result));
  std::ranges::move(behind, std::back_inserter(to.parts));
}

// What only OpenAI has: the deprecated function calls, audio replies, custom tools.
bool only_openai(JsonValue message) {
  if (message["role"].inside() == "function" || message["function_call"].given() ||
      message["audio"].given()) {
    return true;
  }
  for (const auto call : message["tool_calls"].items()) {
    if (call["type"].given() && call["type"].inside() != "function") {
      return true;
    }
  }
  return false;
}

bool read_role(std::string_view name, Message& to) {
  if (name == "user") {
    to.role = Role::User;
  } else if (name == "assistant") {
    to.role = Role::Assistant;
  } else if (name == "tool" || name == "function") {
    to.role = Role::Tool;
  } else if (name == "system" || name == "developer") {
    to.role = Role::System;
    to.developer = name == "developer";
  } else {
    return false;
  }
  return true;
}

}  // namespace

void read_openai_assistant(JsonValue value, std::vector<Part>& to, Complaints& complaints) {
  read_thinking(value, to);
  read_content(value["content"], to, complaints);
  if (const auto refusal = value["refusal"]; refusal.is(Type::String)) {
    to.emplace_back(TextPart{.text = refusal.text(), .refusal = true});
  }
  const auto calls = value["tool_calls"];
  if (calls.given() && complaints.expect(calls, Type::Array, "tool_calls", "an array")) {
    for (const auto call : calls.items()) {
      read_tool_call(call, to, complaints);
    }
  }
}

void read_openai_message(JsonValue value, Message& to, Complaints& complaints) {
  if (!read_role(value["role"].inside(), to)) {
    complaints.say(
        fmt::format("`messages[{}].role` has to be system, developer, user, assistant or "
                    "tool (byte {})",
                    complaints.message.value_or(0),
                    value.offset()));
    return;
  }
  to.name = value["name"].text();
  if (only_openai(value)) {
    to.opaque_json = value.raw();
    to.name.clear();
    return;
  }
  switch (to.role) {
    case Role::Assistant:
      read_openai_assistant(value, to.parts, complaints);
      break;
    case Role::Tool:
      read_tool_result(value, to, complaints);
      break;
    case Role::System:
    case Role::User:
      read_content(value["content"], to.parts, complaints);
      break;
  }
  read_cache_control(value, to.parts);
}

}  // namespace meridian
