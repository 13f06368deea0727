#include "wire/openai/request_reader.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "wire/json.h"
#include "wire/openai/message_reader.h"
#include "wire/request_fields.h"

namespace meridian {

namespace {

using Type = JsonValue::Type;

class RequestReader {
 public:
  static const std::array<RequestField<RequestReader>, 19> kFields;

  RequestReader(ChatRequest& to, Complaints& complaints) : to_(to), complaints_(complaints) {}

  void finish();

 private:
  void model(JsonValue value) { complaints_.string(value, "model", to_.model); }

  void messages(JsonValue value);
  void tools(JsonValue value);
  void tool(JsonValue value, std::size_t index);
  void tool_choice(JsonValue value);
  void response_format(JsonValue value);
  void stop(JsonValue value);
  void stream_options(JsonValue value);

  void parallel_tool_calls(JsonValue value) {
    to_.parallel_tool_calls = complaints_.boolean(value, "parallel_tool_calls");
  }

  void max_tokens(JsonValue value) {
    // The newer name wins where both are given.
    if (!to_.max_tokens_is_completion) {
      to_.max_tokens = complaints_.integer(value, "max_tokens");
    }
  }

  void max_completion_tokens(JsonValue value) {
    to_.max_tokens = complaints_.integer(value, "max_completion_tokens");
    to_.max_tokens_is_completion = true;
  }

  void temperature(JsonValue value) { to_.temperature = complaints_.number(value, "temperature"); }

  void top_p(JsonValue value) { to_.top_p = complaints_.number(value, "top_p"); }

  void top_k(JsonValue value) { to_.top_k = complaints_.integer(value, "top_k"); }

  void n(JsonValue value) { to_.n = complaints_.integer(value, "n"); }

  void seed(JsonValue value) { to_.seed = complaints_.integer(value, "seed"); }

  void user(JsonValue value) { complaints_.string(value, "user", to_.user.emplace()); }

  void reasoning_effort(JsonValue value) {
    complaints_.string(value, "reasoning_effort", to_.reasoning_effort.emplace());
  }

  void thinking(JsonValue value) {
    if (complaints_.expect(value, Type::Object, "thinking", "an object")) {
      to_.thinking_json = value.raw();
    }
  }

  void stream(JsonValue value) {
    to_.stream = complaints_.boolean(value, "stream").value_or(false);
  }

  ChatRequest& to_;
  Complaints& complaints_;
};

constexpr std::array<RequestField<RequestReader>, 19> RequestReader::kFields{{
    {"model", &RequestReader::model},
    {"messages", &RequestReader::messages},
    {"stream", &RequestReader::stream},
    {"stream_options", &RequestReader::stream_options},
    {"max_tokens", &RequestReader::max_tokens},
    {"max_completion_tokens", &RequestReader::max_completion_tokens},
    {"temperature", &RequestReader::temperature},
    {"top_p", &RequestReader::top_p},
    {"top_k", &RequestReader::top_k},
    {"stop", &RequestReader::stop},
    {"tools", &RequestReader::tools},
    {"tool_choice", &RequestReader::tool_choice},
    {"parallel_tool_calls", &RequestReader::parallel_tool_calls},
    {"response_format", &RequestReader::response_format},
    {"reasoning_effort", &RequestReader::reasoning_effort},
    {"thinking", &RequestReader::thinking},
    {"n", &RequestReader::n},
    {"seed", &RequestReader::seed},
    {"user", &RequestReader::user},
}};

void RequestReader::finish() {
  if (to_.model.empty()) {
    complaints_.missing("model");
  }
  if (to_.messages.empty()) {
    complaints_.missing("messages");
  }
}

void RequestReader::messages(JsonValue value) {
  if (!complaints_.expect(value, Type::Array, "messages", "an array")) {
    return;
  }
  to_.messages.reserve(value.size());
  for (const auto item : value.items()) {
    complaints_.message = to_.messages.size();
    read_openai_message(item, to_.messages.emplace_back(), complaints_);
  }
  complaints_.message.reset();
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
  auto& to = to_.tools.emplace_back();
  if (value["type"].inside() != "function") {
    if (complaints_.expect(value, Type::Object, fmt::format("tools[{}]", index), "an object")) {
      to.opaque_json = value.raw();
    }
    return;
  }
  const auto function = value["function"];
  complaints_.string(function["name"], fmt::format("tools[{}].function.name", index), to.name);
  to.description = function["description"].text();
  if (const auto schema = function["parameters"]; schema.given()) {
    if (complaints_.expect(schema,
                           Type::Object,
                           fmt::format("tools[{}].function.parameters", index),
                           "an object")) {
      to.schema_json = schema.raw();
    }
  }
  to.strict = function["strict"].boolean();
  for (const auto control : {value["cache_control"], function["cache_control"]}) {
    if (control.is(Type::Object)) {
      to.cache = CachePoint{control["ttl"].text()};
    }
  }
}

void RequestReader::tool_choice(JsonValue value) {
  using Kind = ToolChoice::Kind;
  constexpr std::array<std::pair<std::string_view, Kind>, 4> kWords{{{"auto", Kind::Auto},
                                                                     {"none", Kind::None},
                                                                     {"required", Kind::Required},
                                                                     {"any", Kind::Required}}};
  const auto word = value.inside();
  const auto* found = std::ranges::find(kWords, word, &std::pair<std::string_view, Kind>::first);
  if (found != kWords.end()) {
    to_.tool_choice = ToolChoice{found->second, {}};
  } else if (value["type"].inside() == "function") {
    auto& choice = to_.tool_choice.emplace();
    choice.kind = Kind::Named;
    complaints_.string(value["function"]["name"], "tool_choice.function.name", choice.name);
  } else if (complaints_.expect(value,
                                Type::Object,
                                "tool_choice",
                                R"("none", "auto", "required" or an object)")) {
    to_.other.emplace_back("tool_choice", value.raw());
  }
}

void RequestReader::response_format(JsonValue value) {
  using Kind = ResponseFormat::Kind;
  const auto type = value["type"].inside();
  if (type == "text") {
    to_.response_format = ResponseFormat{};
  } else if (type == "json_object") {
    to_.response_format.emplace().kind = Kind::JsonObject;
  } else if (type == "json_schema") {
    const auto schema = value["json_schema"];
    auto& format = to_.response_format.emplace();
    format.kind = Kind::JsonSchema;
    complaints_.string(schema["name"], "response_format.json_schema.name", format.name);
    format.description = schema["description"].text();
    format.schema_json = schema["schema"].given() ? schema["schema"].raw() : std::string_view();
    format.strict = schema["strict"].boolean();
  } else if (complaints_.expect(value, Type::Object, "response_format", "an object")) {
    to_.other.emplace_back("response_format", value.raw());
  }
}

void RequestReader::stop(JsonValue value) {
  if (value.is(Type::String)) {
    to_.stop.push_back(value.text());
    return;
  }
  if (!complaints_.expect(value, Type::Array, "stop", "a string or an array of strings")) {
    return;
  }
  for (const auto item : value.items()) {
    complaints_.string(item, "stop[]", to_.stop.emplace_back());
  }
}

void RequestReader::stream_options(JsonValue value) {
  if (complaints_.expect(value, Type::Object, "stream_options", "an object")) {
    to_.include_usage = value["include_usage"].boolean().value_or(false);
    to_.include_obfuscation = value["include_obfuscation"].boolean();
  }
}

}  // namespace

Result<ChatRequest> read_openai_request(std::string_view json) {
  return read_fields<RequestReader>(Dialect::OpenAiChat, json);
}

}  // namespace meridian
