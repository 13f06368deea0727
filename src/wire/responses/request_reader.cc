#include "wire/responses/request_reader.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "wire/json.h"
#include "wire/json_writer.h"
#include "wire/request_fields.h"
#include "wire/responses/item_reader.h"
#include "wire/responses/stateless.h"

namespace meridian {

namespace {

using Type = JsonValue::Type;

class RequestReader {
 public:
  static const std::array<RequestField<RequestReader>, 17> kFields;

  RequestReader(ChatRequest& to, Complaints& complaints) : to_(to), complaints_(complaints) {
    complaints_.list = "input";
  }

  void finish();

 private:
  void model(JsonValue value) { complaints_.string(value, "model", to_.model); }

  void input(JsonValue value) { read_responses_input(value, to_.messages, complaints_); }

  void instructions(JsonValue value) { complaints_.string(value, "instructions", instructions_); }

  void stream(JsonValue value) {
    to_.stream = complaints_.boolean(value, "stream").value_or(false);
  }

  void stream_options(JsonValue value) {
    if (complaints_.expect(value, Type::Object, "stream_options", "an object")) {
      to_.include_obfuscation = value["include_obfuscation"].boolean();
    }
  }

  void max_output_tokens(JsonValue value) {
    to_.max_tokens = complaints_.integer(value, "max_output_tokens");
  }

  void temperature(JsonValue value) { to_.temperature = complaints_.number(value, "temperature"); }

  void top_p(JsonValue value) { to_.top_p = complaints_.number(value, "top_p"); }

  void user(JsonValue value) { complaints_.string(value, "user", to_.user.emplace()); }

  void parallel_tool_calls(JsonValue value) {
    to_.parallel_tool_calls = complaints_.boolean(value, "parallel_tool_calls");
  }

  void tools(JsonValue value);
  void tool(JsonValue value, std::size_t index);
  void tool_choice(JsonValue value);
  void text(JsonValue value);
  void reasoning(JsonValue value);

  void previous_response_id(JsonValue) { complaints_.fail(needs_state("previous_response_id")); }

  void conversation(JsonValue) { complaints_.fail(needs_state("conversation")); }

  void background(JsonValue value) {
    if (complaints_.boolean(value, "background") == true) {
      complaints_.fail(needs_state("background"));
    }
  }

  void rest(std::string_view name, JsonValue value, std::string_view placed);

  ChatRequest& to_;
  Complaints& complaints_;
  std::string instructions_;
};

constexpr std::array<RequestField<RequestReader>, 17> RequestReader::kFields{{
    {"model", &RequestReader::model},
    {"input", &RequestReader::input},
    {"instructions", &RequestReader::instructions},
    {"stream", &RequestReader::stream},
    {"stream_options", &RequestReader::stream_options},
    {"max_output_tokens", &RequestReader::max_output_tokens},
    {"temperature", &RequestReader::temperature},
    {"top_p", &RequestReader::top_p},
    {"tools", &RequestReader::tools},
    {"tool_choice", &RequestReader::tool_choice},
    {"parallel_tool_calls", &RequestReader::parallel_tool_calls},
    {"text", &RequestReader::text},
    {"reasoning", &RequestReader::reasoning},
    {"user", &RequestReader::user},
    {"previous_response_id", &RequestReader::previous_response_id},
    {"conversation", &RequestReader::conversation},
    {"background", &RequestReader::background},
}};

void RequestReader::finish() {
  if (to_.model.empty()) {
    complaints_.missing("model");
  }
  if (to_.messages.empty()) {
    complaints_.missing("input");
  }
  if (!instructions_.empty()) {
    Message message;
    message.role = Role::System;
    message.parts.emplace_back(TextPart{.text = std::move(instructions_)});
    to_.messages.insert(to_.messages.begin(), std::move(message));
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

void RequestReader::tool(JsonValue value, std::size_t index) {
  if (!complaints_.expect(value, Type::Object, fmt::format("tools[{}]", index), "an object")) {
    return;
  }
  auto& to = to_.tools.emplace_back();
  if (value["type"].inside() != "function") {
    to.opaque_json = value.raw();  // One that OpenAI hosts, or one with free-form input.
    return;
  }
  complaints_.string(value["name"], fmt::format("tools[{}].name", index), to.name);
  const auto schema = value["parameters"];
  if (schema.given() &&
      complaints_.expect(
          schema, Type::Object, fmt::format("tools[{}].parameters", index), "an object")) {
    to.schema_json = schema.raw();
  }
  to.description = value["description"].text();
  to.strict = value["strict"].boolean();
  if (const auto control = value["cache_control"]; control.is(Type::Object)) {
    to.cache = CachePoint{control["ttl"].text()};
  }
  constexpr std::array<std::string_view, 6> kPlaced{
      "type", "name", "parameters", "description", "strict", "cache_control"};
  for (const auto& member : value.members()) {
    if (member.value.given() && std::ranges::find(kPlaced, member.name) == kPlaced.end()) {
      to.other.emplace_back(member.name, member.raw());
    }
  }
}

void RequestReader::tool_choice(JsonValue value) {
  using Kind = ToolChoice::Kind;
  constexpr std::array<std::pair<std::string_view, Kind>, 3> kWords{
      {{"auto", Kind::Auto}, {"none", Kind::None}, {"required", Kind::Required}}};
  const auto* const found =
      std::ranges::find(kWords, value.inside(), &std::pair<std::string_view, Kind>::first);
  if (found != kWords.end()) {
    to_.tool_choice = ToolChoice{found->second, {}};
  } else if (value["type"].inside() == "function") {
    auto& choice = to_.tool_choice.emplace();
    choice.kind = Kind::Named;
    complaints_.string(value["name"], "tool_choice.name", choice.name);
  } else if (complaints_.expect(value,
                                Type::Object,
                                "tool_choice",
                                R"("none", "auto", "required" or an object)")) {
    to_.other.emplace_back("tool_choice", value.raw());
  }
}

void RequestReader::text(JsonValue value) {
  if (!complaints_.expect(value, Type::Object, "text", "an object")) {
    return;
  }
  using Kind = ResponseFormat::Kind;
  const auto wanted = value["format"];
  const auto type = wanted["type"].inside();
  if (type == "text") {
    to_.response_format.emplace();
  } else if (type == "json_object") {
    to_.response_format.emplace().kind = Kind::JsonObject;
  } else if (type == "json_schema") {
    auto& format = to_.response_format.emplace();
    format.kind = Kind::JsonSchema;
    complaints_.string(wanted["name"], "text.format.name", format.name);
    format.description = wanted["description"].text();
    if (complaints_.expect(wanted["schema"], Type::Object, "text.format.schema", "an object")) {
      format.schema_json = wanted["schema"].raw();
    }
    format.strict = wanted["strict"].boolean();
  }
  rest("text", value, to_.response_format ? "format" : "");
}

void RequestReader::reasoning(JsonValue value) {
  if (!complaints_.expect(value, Type::Object, "reasoning", "an object")) {
    return;
  }
  if (const auto effort = value["effort"]; effort.given()) {
    complaints_.string(effort, "reasoning.effort", to_.reasoning_effort.emplace());
  }
  rest("reasoning", value, "effort");
}

// Keeps an object's members but for the one that has found its place.
void RequestReader::rest(std::string_view name, JsonValue value, std::string_view placed) {
  std::string json;
  JsonWriter writer(json);
  writer.begin_object();
  bool any = false;
  for (const auto& member : value.members()) {
    if (member.value.given() && member.name != placed) {
      writer.key(member.name).raw(member.raw());
      any = true;
    }
  }
  writer.end_object();
  if (any) {
    to_.other.emplace_back(name, std::move(json));
  }
}

}  // namespace

Result<ChatRequest> read_responses_request(std::string_view json) {
  return read_fields<RequestReader>(Dialect::OpenAiResponses, json);
}

}  // namespace meridian
