#include "wire/anthropic/request_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "wire/anthropic/message_reader.h"
#include "wire/complaints.h"
#include "wire/json.h"
#include "wire/request_fields.h"

namespace meridian {

namespace {

using Type = JsonValue::Type;

class RequestReader {
 public:
  static const std::array<RequestField<RequestReader>, 15> kFields;

  RequestReader(ChatRequest& to, Complaints& complaints, Operation operation)
      : to_(to), complaints_(complaints), operation_(operation) {}

  void finish();

 private:
  void model(JsonValue value) { complaints_.string(value, "model", to_.model); }

  void system(JsonValue value) { read_anthropic_system(value, system_, complaints_); }

  void messages(JsonValue value);

  void max_tokens(JsonValue value) { to_.max_tokens = complaints_.integer(value, "max_tokens"); }

  void stream(JsonValue value) {
    to_.stream = complaints_.boolean(value, "stream").value_or(false);
  }

  void temperature(JsonValue value) { to_.temperature = complaints_.number(value, "temperature"); }

  void top_p(JsonValue value) { to_.top_p = complaints_.number(value, "top_p"); }

  void top_k(JsonValue value) { to_.top_k = complaints_.integer(value, "top_k"); }

  void stop_sequences(JsonValue value);
  void tools(JsonValue value);
  void tool(JsonValue value, std::size_t index);
  void tool_choice(JsonValue value);

  void thinking(JsonValue value) {
    if (complaints_.expect(value, Type::Object, "thinking", "an object")) {
      to_.thinking_json = value.raw();
    }
  }

  void output_config(JsonValue value);
  void metadata(JsonValue value);

  void anthropic_version(JsonValue) {}

  ChatRequest& to_;
  Complaints& complaints_;
  Operation operation_;
  Message system_;
};

constexpr std::array<RequestField<RequestReader>, 15> RequestReader::kFields{{
    {"model", &RequestReader::model},
    {"system", &RequestReader::system},
    {"messages", &RequestReader::messages},
    {"max_tokens", &RequestReader::max_tokens},
    {"stream", &RequestReader::stream},
    {"temperature", &RequestReader::temperature},
    {"top_p", &RequestReader::top_p},
    {"top_k", &RequestReader::top_k},
    {"stop_sequences", &RequestReader::stop_sequences},
    {"tools", &RequestReader::tools},
    {"tool_choice", &RequestReader::tool_choice},
    {"thinking", &RequestReader::thinking},
    {"output_config", &RequestReader::output_config},
    {"metadata", &RequestReader::metadata},
    {"anthropic_version", &RequestReader::anthropic_version},
}};

void RequestReader::finish() {
  if (to_.model.empty()) {
    complaints_.missing("model");
  }
  if (!to_.max_tokens && operation_ == Operation::Chat) {
    complaints_.missing("max_tokens");
  }
  if (to_.messages.empty()) {
    complaints_.missing("messages");
  }
  if (!system_.parts.empty()) {
    to_.messages.insert(to_.messages.begin(), std::move(system_));
  }
}

void RequestReader::messages(JsonValue value) {
  if (!complaints_.expect(value, Type::Array, "messages", "an array")) {
    return;
  }
  to_.messages.reserve(value.size() + 1);
  for (const auto item : value.items()) {
    complaints_.message = to_.messages.size();
    read_anthropic_message(item, to_.messages.emplace_back(), complaints_);
  }
  complaints_.message.reset();
}

void RequestReader::stop_sequences(JsonValue value) {
  if (!complaints_.expect(value, Type::Array, "stop_sequences", "an array of strings")) {
    return;
  }
  for (const auto item : value.items()) {
    complaints_.string(item, "stop_sequences[]", to_.stop.emplace_back());
  }
}

void RequestReader::tools(JsonValue value) {
  if (!complaints_.expect(value, Type::Array, "tools", "an array")) {
    return;
  }
  std::size_t index = 0;
  for (const auto item : value.items()) {
    tool(item, index++);
  }
}

// A server tool has a dated type ("web_search_20250305").
void RequestReader::tool(JsonValue value, std::size_t index) {
  if (!complaints_.expect(value, Type::Object, fmt::format("tools[{}]", index), "an object")) {
    return;
  }
  auto& to = to_.tools.emplace_back();
  if (value["type"].given() && value["type"].inside() != "custom") {
    to.opaque_json = value.raw();
    return;
  }
  complaints_.string(value["name"], fmt::format("tools[{}].name", index), to.name);
  const auto schema = value["input_schema"];
  if (complaints_.expect(
          schema, Type::Object, fmt::format("tools[{}].input_schema", index), "an object")) {
    to.schema_json = schema.raw();
  }
  to.description = value["description"].text();
  to.strict = value["strict"].boolean();
  to.cache = anthropic_cache_point(value);
  constexpr std::array<std::string_view, 6> kPlaced{
      "type", "name", "input_schema", "description", "strict", "cache_control"};
  for (const auto& member : value.members()) {
    if (member.value.given() && std::ranges::find(kPlaced, member.name) == kPlaced.end()) {
      to.other.emplace_back(member.name, member.raw());
    }
  }
}

void RequestReader::tool_choice(JsonValue value) {
  using Kind = ToolChoice::Kind;
  constexpr std::array<std::pair<std::string_view, Kind>, 4> kTypes{
      {{"auto", Kind::Auto}, {"any", Kind::Required}, {"tool", Kind::Named}, {"none", Kind::None}}};
  const auto* found =
      std::ranges::find(kTypes, value["type"].inside(), &std::pair<std::string_view, Kind>::first);
  if (found == kTypes.end()) {
    complaints_.about(
        value, "tool_choice", R"(has to be an object of type "auto", "any", "tool" or "none")");
    return;
  }
  auto& choice = to_.tool_choice.emplace();
  choice.kind = found->second;
  if (choice.kind == Kind::Named) {
    complaints_.string(value["name"], "tool_choice.name", choice.name);
  }
  if (value["disable_parallel_tool_use"].boolean() == true) {
    to_.parallel_tool_calls = false;
  }
}

// Kept as it is where it has more than the internal model has a place for.
void RequestReader::output_config(JsonValue value) {
  if (!complaints_.expect(value, Type::Object, "output_config", "an object")) {
    return;
  }
  const auto effort = value["effort"];
  const auto format = value["format"];
  bool placed = !effort.given() || effort.is(Type::String);
  placed = placed && (!format.given() || format["type"].inside() == "json_schema");
  for (const auto& member : value.members()) {
    placed =
        placed && (member.name == "effort" || member.name == "format" || !member.value.given());
  }
  if (!placed) {
    to_.other.emplace_back("output_config", value.raw());
    return;
  }
  if (effort.given()) {
    to_.reasoning_effort = effort.text();
  }
  if (format.given()) {
    auto& wanted = to_.response_format.emplace();
    wanted.kind = ResponseFormat::Kind::JsonSchema;
    wanted.name = "response";  // Others demand one.
    if (complaints_.expect(
            format["schema"], Type::Object, "output_config.format.schema", "an object")) {
      wanted.schema_json = format["schema"].raw();
    }
  }
}

void RequestReader::metadata(JsonValue value) {
  if (complaints_.expect(value, Type::Object, "metadata", "an object") &&
      value["user_id"].given()) {
    complaints_.string(value["user_id"], "metadata.user_id", to_.user.emplace());
  }
}

}  // namespace

Result<ChatRequest> read_anthropic_request(std::string_view json, Operation operation) {
  return read_fields<RequestReader>(Dialect::AnthropicMessages, json, operation);
}

}  // namespace meridian
