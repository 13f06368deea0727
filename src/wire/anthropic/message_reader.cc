#include "wire/anthropic/message_reader.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "wire/anthropic/citations.h"

namespace meridian {

namespace {

using Type = JsonValue::Type;
using Parts = std::vector<Part>;

void read_block(JsonValue block, Role role, Parts& to, Complaints& complaints);

void read_text(JsonValue block, Parts& to, Complaints& complaints) {
  TextPart part;
  complaints.string(block["text"], "content[].text", part.text);
  part.citations = read_anthropic_citations(block["citations"]);
  to.emplace_back(std::move(part));
}

void read_image(JsonValue block, Parts& to, Complaints& complaints) {
  const auto source = block["source"];
  const auto type = source["type"].inside();
  ImagePart part;
  if (type == "base64") {
    complaints.string(source["media_type"], "content[].source.media_type", part.media_type);
    complaints.string(source["data"], "content[].source.data", part.data);
  } else if (type == "url") {
    complaints.string(source["url"], "content[].source.url", part.url);
  } else if (complaints.expect(source["type"], Type::String, "content[].source.type", "a string")) {
    to.emplace_back(OpaquePart{std::string(block.raw())});  // A file's id.
    return;
  }
  to.emplace_back(std::move(part));
}

// Whether an object has members of these names alone; null is none.
bool has_only(JsonValue object, std::initializer_list<std::string_view> names) {
  for (const auto& member : object.members()) {
    if (member.value.given() && std::ranges::find(names, member.name) == names.end()) {
      return false;
    }
  }
  return true;
}

// Text, or an array of text blocks with nothing else in them.
bool read_texts(JsonValue content, std::vector<std::string>& to) {
  if (content.is(Type::String)) {
    to.push_back(content.text());
    return true;
  }
  for (const auto item : content.items()) {
    const auto text = item["text"];
    if (item["type"].inside() != "text" || !text.is(Type::String) ||
        !has_only(item, {"type", "text"})) {
      return false;
    }
    to.push_back(text.text());
  }
  return content.size() > 0;
}

// False: a file's id, or one that holds images.
bool read_source(JsonValue source, DocumentPart& to, Complaints& complaints) {
  const auto type = source["type"].inside();
  if (type == "base64") {
    complaints.string(source["media_type"], "content[].source.media_type", to.media_type);
    complaints.string(source["data"], "content[].source.data", to.data);
  } else if (type == "text") {
    complaints.string(source["data"], "content[].source.data", to.texts.emplace_back());
  } else if (type == "url") {
    complaints.string(source["url"], "content[].source.url", to.url);
  } else if (type == "content") {
    to.in_blocks = true;
    return read_texts(source["content"], to.texts);
  } else {
    complaints.expect(source["type"], Type::String, "content[].source.type", "a string");
    return false;
  }
  return true;
}

void read_document(JsonValue block, Parts& to, Complaints& complaints) {
  DocumentPart part;
  const auto citations = block["citations"];
  const bool placed = has_only(citations, {"enabled"});
  if (!read_source(block["source"], part, complaints) || !placed) {
    to.emplace_back(OpaquePart{std::string(block.raw())});
    return;
  }
  part.name = block["title"].text();
  part.context = block["context"].text();
  part.citations = citations["enabled"].boolean() == true;
  to.emplace_back(std::move(part));
}

void read_tool_use(JsonValue block, Parts& to, Complaints& complaints) {
  ToolCall call;
  complaints.string(block["id"], "content[].id", call.id);
  complaints.string(block["name"], "content[].name", call.name);
  if (complaints.expect(block["input"], Type::Object, "content[].input", "an object")) {
    call.arguments_json = block["input"].raw();
  }
  to.emplace_back(std::move(call));
}

void add_to_result(Part part, ToolResult& result, std::optional<CachePoint>& cache) {
  if (auto* text = std::get_if<TextPart>(&part)) {
    result.content.emplace_back(std::move(*text));
  } else if (auto* image = std::get_if<ImagePart>(&part)) {
    result.content.emplace_back(std::move(*image));
  } else if (auto* document = std::get_if<DocumentPart>(&part)) {
    result.content.emplace_back(std::move(*document));
  } else if (auto* opaque = std::get_if<OpaquePart>(&part)) {
    result.content.emplace_back(std::move(*opaque));
  } else if (const auto* point = std::get_if<CachePoint>(&part)) {
    cache = *point;
  }
}

void read_tool_result(JsonValue block, Parts& to, Complaints& complaints) {
  ToolResult result;
  complaints.string(block["tool_use_id"], "content[].tool_use_id", result.call_id);
  if (block["is_error"].given()) {
    result.is_error = complaints.boolean(block["is_error"], "content[].is_error").value_or(false);
  }
  std::optional<CachePoint> cache;
  const auto content = block["content"];
  if (content.is(Type::String)) {
    result.content.emplace_back(TextPart{.text = content.text()});
  } else if (content.given() &&
             complaints.expect(
                 content, Type::Array, "content[].content", "a string or an array of blocks")) {
    Parts parts;
    for (const auto item : content.items()) {
      read_block(item, Role::Tool, parts, complaints);
    }
    for (auto& part : parts) {
      add_to_result(std::move(part), result, cache);
    }
  }
  to.emplace_back(std::move(result));
  if (cache && !anthropic_cache_point(block)) {
    to.emplace_back(std::move(*cache));
  }
}

void read_thinking(JsonValue block, Parts& to, Complaints& complaints) {
  ThinkingPart part;
  complaints.string(block["thinking"], "content[].thinking", part.text);
  complaints.string(block["signature"], "content[].signature", part.signature);
  to.emplace_back(std::move(part));
}

void read_redacted(JsonValue block, Parts& to, Complaints& complaints) {
  ThinkingPart part;
  complaints.string(block["data"], "content[].data", part.redacted);
  to.emplace_back(std::move(part));
}

// A block that the internal model has a place for: its members beside `type`, and who may say it (a
// tool's role stands for the inside of its result).
struct Known {
  std::string_view type;
  std::array<std::string_view, 5> members;
  bool user;
  bool assistant;
  bool in_result;
  void (*read)(JsonValue block, Parts& to, Complaints& complaints);
};

constexpr std::array kKnown{
    Known{"text", {"text", "citations", "cache_control"}, true, true, true, &read_text},
    Known{"image", {"source", "cache_control"}, true, false, true, &read_image},
    Known{"document",
          {"source", "title", "context", "citations", "cache_control"},
          true,
          true,
          true,
          &read_document},
    Known{"tool_use", {"id", "name", "input", "cache_control"}, false, true, false, &read_tool_use},
    Known{"tool_result",
          {"tool_use_id", "content", "is_error", "cache_control"},
          true,
          false,
          false,
          &read_tool_result},
    Known{"thinking", {"thinking", "signature"}, false, true, false, &read_thinking},
    Known{"redacted_thinking", {"data"}, false, true, false, &read_redacted},
};

bool may_say(Role role, const Known& known) {
  switch (role) {
    case Role::User:
      return known.user;
    case Role::Assistant:
      return known.assistant;
    case Role::Tool:
      return known.in_result;
    case Role::System:
      return known.type == "text";
  }
  return false;
}

// SDKs send a reply's blocks back as they came, with members that say nothing: "citations": null,
// and that the model itself is the caller of a tool.
bool says_nothing(const JsonValue::Member& member) {
  const bool no_items = member.value.is(Type::Array) && member.value.size() == 0;
  const bool by_the_model = member.name == "caller" && member.value["type"].inside() == "direct";
  return !member.value.given() || no_items || by_the_model;
}

bool holds_only(JsonValue block, const Known& known) {
  for (const auto& member : block.members()) {
    const bool placed = member.name == "type" ||
                        std::ranges::find(known.members, member.name) != known.members.end();
    if (!placed && !says_nothing(member)) {
      return false;
    }
  }
  return true;
}

std::string_view speaker(Role role) {
  switch (role) {
    case Role::User:
      return "a user";
    case Role::Assistant:
      return "an assistant";
    case Role::Tool:
      return "a tool result";
    case Role::System:
      return "the system";
  }
  return {};
}

void read_block(JsonValue block, Role role, Parts& to, Complaints& complaints) {
  const auto type = block["type"];
  if (!complaints.expect(block, Type::Object, "content[]", "an object with a `type`") ||
      !complaints.expect(type, Type::String, "content[].type", "a string")) {
    return;
  }
  const auto* known = std::ranges::find(kKnown, type.inside(), &Known::type);
  if (known != kKnown.end() && !may_say(role, *known)) {
    complaints.about(
        type,
        "content[].type",
        fmt::format("cannot be \"{}\" in the content of {}", known->type, speaker(role)));
  } else if (known == kKnown.end() || !holds_only(block, *known)) {
    to.emplace_back(OpaquePart{std::string(block.raw())});
  } else {
    const auto before = to.size();
    known->read(block, to, complaints);
    const bool opaque = to.size() > before && std::holds_alternative<OpaquePart>(to.back());
    if (auto cache = anthropic_cache_point(block); cache && !opaque) {
      to.emplace_back(std::move(*cache));
    }
  }
}

bool read_role(std::string_view name, Role& to) {
  constexpr std::array<std::pair<std::string_view, Role>, 3> kRoles{
      {{"user", Role::User}, {"assistant", Role::Assistant}, {"system", Role::System}}};
  const auto* found = std::ranges::find(kRoles, name, &std::pair<std::string_view, Role>::first);
  if (found != kRoles.end()) {
    to = found->second;
  }
  return found != kRoles.end();
}

}  // namespace

std::optional<CachePoint> anthropic_cache_point(JsonValue owner) {
  const auto control = owner["cache_control"];
  return control.is(Type::Object) ? std::optional(CachePoint{control["ttl"].text()}) : std::nullopt;
}

void read_anthropic_message(JsonValue value, Message& to, Complaints& complaints) {
  if (!read_role(value["role"].inside(), to.role)) {
    complaints.about(value["role"], "role", "has to be user, assistant or system");
    return;
  }
  for (const auto& member : value.members()) {
    if (member.name != "role" && member.name != "content" && member.value.given()) {
      complaints.about(member.value, member.name, "is not known here; leave it out");
    }
  }
  const auto content = value["content"];
  if (content.is(Type::String)) {
    if (auto text = content.text(); !text.empty()) {
      to.parts.emplace_back(TextPart{.text = std::move(text)});
    }
  } else if (complaints.expect(content, Type::Array, "content", "a string or an array of blocks")) {
    for (const auto item : content.items()) {
      read_block(item, to.role, to.parts, complaints);
    }
  }
}

void read_anthropic_system(JsonValue value, Message& to, Complaints& complaints) {
  to.role = Role::System;
  if (value.is(Type::String)) {
    if (auto text = value.text(); !text.empty()) {
      to.parts.emplace_back(TextPart{.text = std::move(text)});
    }
    return;
  }
  if (!complaints.expect(value, Type::Array, "system", "a string or an array of text blocks")) {
    return;
  }
  for (const auto item : value.items()) {
    if (item["type"].inside() != "text" || !holds_only(item, kKnown.front()) ||
        item["citations"].size() > 0) {
      complaints.about(
          item,
          "system[]",
          "has to be a block of type \"text\" with nothing else in it than `cache_control`");
      return;
    }
    TextPart part;
    complaints.string(item["text"], "system[].text", part.text);
    to.parts.emplace_back(std::move(part));
    if (auto cache = anthropic_cache_point(item)) {
      to.parts.emplace_back(std::move(*cache));
    }
  }
}

}  // namespace meridian
