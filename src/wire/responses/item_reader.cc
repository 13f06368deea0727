#include "wire/responses/item_reader.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "wire/documents.h"
#include "wire/image_url.h"
#include "wire/json_writer.h"
#include "wire/openai/annotations.h"
#include "wire/responses/reasoning.h"
#include "wire/responses/stateless.h"

namespace meridian {

namespace {

using Type = JsonValue::Type;
using Parts = std::vector<Part>;

// Not OpenAI's, but LiteLLM's clients put it on parts.
void read_cache_control(JsonValue owner, Parts& to) {
  if (const auto control = owner["cache_control"]; control.is(Type::Object)) {
    to.emplace_back(CachePoint{control["ttl"].text()});
  }
}

void read_text(JsonValue value, bool refusal, Parts& to, Complaints& complaints) {
  TextPart part{.text = {}, .refusal = refusal};
  const std::string_view member = refusal ? "refusal" : "text";
  complaints.string(value[member], fmt::format("content[].{}", member), part.text);
  for (const auto annotation : value["annotations"].items()) {
    part.citations.push_back(read_annotation(annotation, Dialect::OpenAiResponses));
  }
  to.emplace_back(std::move(part));
}

void read_image(JsonValue value, Parts& to, Complaints& complaints) {
  if (value["file_id"].given()) {
    to.emplace_back(OpaquePart{std::string(value.raw())});
    return;
  }
  std::string url;
  complaints.string(value["image_url"], "content[].image_url", url);
  auto part = image_of_url(std::move(url));
  part.detail = value["detail"].text();
  to.emplace_back(std::move(part));
}

// One that is stored, as chat has it: {"type":"file","file":{...}}. What chat has no place for
// stays what it is.
void read_file(JsonValue value, Parts& to) {
  if (auto document = read_openai_file(value)) {
    to.emplace_back(std::move(*document));
    return;
  }
  constexpr std::array<std::string_view, 3> kInChat{"filename", "file_data", "file_id"};
  std::string json;
  JsonWriter writer(json);
  writer.begin_object().key("type").string("file").key("file").begin_object();
  for (const auto& member : value.members()) {
    const bool in_chat = std::ranges::find(kInChat, member.name) != kInChat.end();
    if (in_chat && member.value.given()) {
      writer.key(member.name).raw(member.raw());
    } else if (!in_chat && member.name != "type" && member.value.given()) {
      to.emplace_back(OpaquePart{std::string(value.raw())});
      return;
    }
  }
  writer.end_object().end_object();
  to.emplace_back(OpaquePart{std::move(json)});
}

void read_part(JsonValue value, Parts& to, Complaints& complaints) {
  const auto type = value["type"].inside();
  if (type == "input_text" || type == "output_text" || type == "text") {
    read_text(value, false, to, complaints);
  } else if (type == "refusal") {
    read_text(value, true, to, complaints);
  } else if (type == "input_image") {
    read_image(value, to, complaints);
  } else if (type == "input_file") {
    read_file(value, to);
  } else if (complaints.expect(value, Type::Object, "content[]", "an object with a `type`")) {
    to.emplace_back(OpaquePart{std::string(value.raw())});
  }
  read_cache_control(value, to);
}

// A message's `content`, a function's `output`.
void read_parts(JsonValue value, std::string_view field, Parts& to, Complaints& complaints) {
  if (value.is(Type::String)) {
    if (auto text = value.text(); !text.empty()) {
      to.emplace_back(TextPart{.text = std::move(text)});
    }
  } else if (complaints.expect(value, Type::Array, field, "a string or an array of parts")) {
    for (const auto item : value.items()) {
      read_part(item, to, complaints);
    }
  }
}

void read_call(JsonValue item, Parts& to, Complaints& complaints) {
  ToolCall call;
  complaints.string(item["call_id"], "call_id", call.id);
  complaints.string(item["name"], "name", call.name);
  complaints.string(item["arguments"], "arguments", call.arguments_json);
  to.emplace_back(std::move(call));
}

// False: there is nothing in it.
bool read_thought(JsonValue item, Parts& to) {
  auto part = read_reasoning(item);
  const bool any = part != ThinkingPart{};
  if (any) {
    to.emplace_back(std::move(part));
  }
  return any;
}

void read_result(JsonValue item, Message& to, Complaints& complaints) {
  to.role = Role::Tool;
  ToolResult result;
  complaints.string(item["call_id"], "call_id", result.call_id);
  Parts parts;
  read_parts(item["output"], "output", parts, complaints);
  Parts behind;
  for (auto& part : parts) {
    if (auto* text = std::get_if<TextPart>(&part)) {
      result.content.emplace_back(std::move(*text));
    } else if (auto* image = std::get_if<ImagePart>(&part)) {
      result.content.emplace_back(std::move(*image));
    } else if (auto* document = std::get_if<DocumentPart>(&part)) {
      result.content.emplace_back(std::move(*document));
    } else if (auto* opaque = std::get_if<OpaquePart>(&part)) {
      result.content.emplace_back(std::move(*opaque));
    } else {
      behind.push_back(std::move(part));
    }
  }
  to.parts.emplace_back(std::move(result));
  std::ranges::move(behind, std::back_inserter(to.parts));
}

// The message that the model's next item belongs to.
Message& assistants_turn(std::vector<Message>& messages) {
  if (messages.empty() || messages.back().role != Role::Assistant ||
      !messages.back().opaque_json.empty()) {
    messages.emplace_back().role = Role::Assistant;
  }
  return messages.back();
}

void read_message(JsonValue item, std::vector<Message>& to, Complaints& complaints) {
  constexpr std::array<std::pair<std::string_view, Role>, 4> kRoles{{{"user", Role::User},
                                                                     {"assistant", Role::Assistant},
                                                                     {"system", Role::System},
                                                                     {"developer", Role::System}}};
  const auto role = item["role"].inside();
  const auto* const known =
      std::ranges::find(kRoles, role, &std::pair<std::string_view, Role>::first);
  if (known == kRoles.end()) {
    complaints.about(item["role"], "role", "has to be user, assistant, system or developer");
    return;
  }
  if (known->second == Role::Assistant) {
    read_parts(item["content"], "content", assistants_turn(to).parts, complaints);
    return;
  }
  auto& message = to.emplace_back();
  message.role = known->second;
  message.developer = role == "developer";
  read_parts(item["content"], "content", message.parts, complaints);
}

void read_item(JsonValue item, std::vector<Message>& to, Complaints& complaints) {
  if (!item.is(Type::Object)) {
    complaints.about(item, "type", "has to be in an object: items are objects");
    return;
  }
  const auto type = item["type"].inside();
  if (type.empty() || type == "message") {
    read_message(item, to, complaints);
  } else if (type == "function_call") {
    read_call(item, assistants_turn(to).parts, complaints);
  } else if (type == "reasoning") {
    if (Parts thought; read_thought(item, thought)) {
      assistants_turn(to).parts.push_back(std::move(thought.front()));
    }
  } else if (type == "function_call_output") {
    read_result(item, to.emplace_back(), complaints);
  } else if (type == "item_reference") {
    complaints.fail(needs_state(type));
  } else {
    auto& message = to.emplace_back();
    message.role = type.ends_with("_output") ? Role::Tool : Role::Assistant;
    message.opaque_json = item.raw();
  }
}

}  // namespace

void read_responses_input(JsonValue value, std::vector<Message>& to, Complaints& complaints) {
  if (value.is(Type::String)) {
    if (auto text = value.text(); !text.empty()) {
      to.emplace_back().parts.emplace_back(TextPart{.text = std::move(text)});
    }
    return;
  }
  if (!complaints.expect(value, Type::Array, "input", "a string or an array of items")) {
    return;
  }
  std::size_t index = 0;
  for (const auto item : value.items()) {
    complaints.message = index++;
    read_item(item, to, complaints);
  }
  complaints.message.reset();
}

void read_responses_output(JsonValue output, Parts& parts, Complaints& complaints) {
  for (const auto item : output.items()) {
    const auto type = item["type"].inside();
    if (type == "message") {
      read_parts(item["content"], "content", parts, complaints);
    } else if (type == "function_call") {
      read_call(item, parts, complaints);
    } else if (type == "reasoning") {
      read_thought(item, parts);
    }
  }
}

}  // namespace meridian
