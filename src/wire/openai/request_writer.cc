#include "wire/openai/request_writer.h"

#include <algorithm>
#include <array>

#include "wire/documents.h"
#include "wire/json.h"
#include "wire/json_writer.h"
#include "wire/openai/effort.h"
#include "wire/openai/foreign_message.h"
#include "wire/openai/message_writer.h"
#include "wire/unsupported.h"

namespace meridian {

namespace {

class RequestWriter {
 public:
  RequestWriter(const ChatRequest& request, const WriteRules& rules, std::string& out)
      : request_(request), rules_(rules), unsupported_(rules), json_(out) {}

  std::optional<Failure> write();

 private:
  bool wanted(std::string_view name) const { return !unsupported_.dropped_by_name(name); }

  bool same_dialect() const { return request_.dialect == Dialect::OpenAiChat; }

  // Then nothing is said about tools: their choice without them would be refused.
  bool foreign_tools_only() const {
    return !request_.tools.empty() && !has_tool_for(Dialect::OpenAiChat, request_);
  }

  std::string tool_name(const std::string& name) const {
    return same_dialect() ? name : wire_tool_name(Dialect::OpenAiChat, name);
  }

  std::optional<Failure> messages();
  void limits();
  void sampling();
  void tools();
  void tool(const Tool& tool);
  void tool_choice();
  void response_format();
  void reasoning();
  void stream();
  void other();
  void foreign_field(std::string_view name, std::string_view value);
  void kins_field(std::string_view name, std::string_view value);
  void text_options(std::string_view value);

  void integer(std::string_view name, const std::optional<std::int64_t>& value) {
    if (value && wanted(name)) {
      json_.key(name).integer(*value);
    }
  }

  void real(std::string_view name, const std::optional<double>& value) {
    if (value && wanted(name)) {
      json_.key(name).real(*value);
    }
  }

  void string(std::string_view name, const std::optional<std::string>& value) {
    if (value && wanted(name)) {
      json_.key(name).string(*value);
    }
  }

  const ChatRequest& request_;
  const WriteRules& rules_;
  Unsupported unsupported_;
  JsonWriter json_;
};

std::optional<Failure> RequestWriter::write() {
  json_.begin_object();
  if (rules_.model_in_body) {
    json_.key("model").string(rules_.model);
  }
  if (auto failed = messages()) {
    return failed;
  }
  limits();
  sampling();
  tools();
  tool_choice();
  response_format();
  reasoning();
  string("user", request_.user);
  stream();
  other();
  json_.end_object();
  return unsupported_.failure();
}

std::optional<Failure> RequestWriter::messages() {
  json_.key("messages").begin_array();
  for (const auto& message : request_.messages) {
    if (same_dialect()) {
      write_openai_message(message, json_);
      continue;
    }
    const auto made =
        as_openai(message, request_.dialect, Dialect::OpenAiChat, rules_.provider_name);
    if (!made) {
      return made.error();
    }
    write_openai_message(*made, json_);
  }
  json_.end_array();
  refuse_citations(request_, unsupported_);
  return std::nullopt;
}

void RequestWriter::reasoning() {
  const auto effort = same_dialect() || request_.reasoning_effort
                          ? std::string_view()
                          : effort_of_thinking(request_.thinking_json);
  if (effort.empty() || !wanted("thinking")) {
    string("reasoning_effort", request_.reasoning_effort);
  } else {
    string("reasoning_effort", std::string(effort));
  }
}

void RequestWriter::limits() {
  // Anthropic's clients always give a limit, and OpenAI's newer models refuse the older name.
  const bool newer = request_.max_tokens_is_completion ||
                     request_.dialect == Dialect::AnthropicMessages ||
                     request_.dialect == Dialect::OpenAiResponses;
  integer(newer ? "max_completion_tokens" : "max_tokens", request_.max_tokens);
  if (!request_.stop.empty() && wanted("stop")) {
    json_.key("stop").begin_array();
    for (const auto& stop : request_.stop) {
      json_.string(stop);
    }
    json_.end_array();
  }
  if (!same_dialect() && request_.n.value_or(1) != 1) {
    unsupported_.field("n", "(a translated reply has one choice)");
  } else {
    integer("n", request_.n);
  }
  integer("seed", request_.seed);
}

void RequestWriter::sampling() {
  real("temperature", request_.temperature);
  real("top_p", request_.top_p);
  if (request_.top_k && request_.dialect == Dialect::AnthropicMessages) {
    unsupported_.field("top_k");
  } else {
    integer("top_k", request_.top_k);
  }
  if (!request_.thinking_json.empty() && request_.dialect == Dialect::OpenAiChat &&
      wanted("thinking")) {
    json_.key("thinking").raw(request_.thinking_json);
  }
}

void RequestWriter::tool(const Tool& tool) {
  if (!tool.opaque_json.empty()) {
    if (request_.dialect == Dialect::OpenAiChat) {
      json_.raw(tool.opaque_json);
    } else {
      unsupported_.field("tools", "(one that only its own provider has)");
    }
    return;
  }
  json_.begin_object().key("type").string("function").key("function").begin_object();
  json_.key("name").string(tool_name(tool.name));
  if (!tool.description.empty()) {
    json_.key("description").string(tool.description);
  }
  if (!tool.schema_json.empty()) {
    json_.key("parameters").raw(tool.schema_json);
  }
  if (tool.strict) {
    json_.key("strict").boolean(*tool.strict);
  }
  json_.end_object();
  unsupported_.tool_members(tool);
  if (tool.cache && same_dialect()) {
    json_.key("cache_control").begin_object().key("type").string("ephemeral");
    if (!tool.cache->ttl.empty()) {
      json_.key("ttl").string(tool.cache->ttl);
    }
    json_.end_object();
  }
  json_.end_object();
}

void RequestWriter::tools() {
  if (foreign_tools_only()) {
    unsupported_.field("tools", "(only such as their own provider has)");
    return;
  }
  if (!request_.tools.empty() && wanted("tools")) {
    json_.key("tools").begin_array();
    for (const auto& each : request_.tools) {
      tool(each);
    }
    json_.end_array();
  }
  if (request_.parallel_tool_calls && wanted("parallel_tool_calls")) {
    json_.key("parallel_tool_calls").boolean(*request_.parallel_tool_calls);
  }
}

void RequestWriter::tool_choice() {
  if (!request_.tool_choice || !wanted("tool_choice") || foreign_tools_only()) {
    return;
  }
  json_.key("tool_choice");
  switch (request_.tool_choice->kind) {
    case ToolChoice::Kind::Auto:
      json_.string("auto");
      break;
    case ToolChoice::Kind::None:
      json_.string("none");
      break;
    case ToolChoice::Kind::Required:
      json_.string("required");
      break;
    case ToolChoice::Kind::Named:
      json_.begin_object().key("type").string("function").key("function").begin_object();
      json_.key("name").string(tool_name(request_.tool_choice->name)).end_object().end_object();
      break;
  }
}

void RequestWriter::response_format() {
  if (!request_.response_format || !wanted("response_format")) {
    return;
  }
  const auto& format = *request_.response_format;
  json_.key("response_format").begin_object().key("type");
  switch (format.kind) {
    case ResponseFormat::Kind::Text:
      json_.string("text");
      break;
    case ResponseFormat::Kind::JsonObject:
      json_.string("json_object");
      break;
    case ResponseFormat::Kind::JsonSchema:
      json_.string("json_schema").key("json_schema").begin_object();
      json_.key("name").string(format.name);
      if (!format.description.empty()) {
        json_.key("description").string(format.description);
      }
      if (!format.schema_json.empty()) {
        json_.key("schema").raw(format.schema_json);
      }
      if (format.strict) {
        json_.key("strict").boolean(*format.strict);
      }
      json_.end_object();
      break;
  }
  json_.end_object();
}

void RequestWriter::stream() {
  if (!request_.stream || !rules_.stream_in_body) {
    return;
  }
  json_.key("stream").boolean(true);
  if ((request_.include_usage || request_.include_obfuscation) && wanted("stream_options")) {
    json_.key("stream_options").begin_object();
    if (request_.include_usage) {
      json_.key("include_usage").boolean(true);
    }
    if (request_.include_obfuscation) {
      json_.key("include_obfuscation").boolean(*request_.include_obfuscation);
    }
    json_.end_object();
  }
}

void RequestWriter::other() {
  if (request_.dialect != Dialect::OpenAiChat) {
    for (const auto& [name, value] : request_.other) {
      if (wanted(name)) {
        foreign_field(name, value);
      }
    }
    return;
  }
  for (const auto& [name, value] : request_.other) {
    if (wanted(name)) {
      json_.key(name).raw(value);
    }
  }
}

void RequestWriter::foreign_field(std::string_view name, std::string_view value) {
  if (request_.dialect != Dialect::AnthropicMessages) {
    kins_field(name, value);
  } else if (value == R"("standard_only")") {
    json_.key("service_tier").string("default");
  } else if (judge_field(request_.dialect, name, value) != ForeignField::Harmless) {
    unsupported_.field(name);
  }
}

// From OpenAI's other dialects. What chat has under the same name goes on, and so does what none of
// them knows: it may be the server's own.
void RequestWriter::kins_field(std::string_view name, std::string_view value) {
  constexpr std::array<std::string_view, 4> kShared{
      "frequency_penalty", "presence_penalty", "logit_bias", "service_tier"};
  if (std::ranges::find(kShared, name) != kShared.end()) {
    json_.key(name).raw(value);
    return;
  }
  switch (judge_field(request_.dialect, name, value)) {
    case ForeignField::Harmless:
      break;
    case ForeignField::Impossible:
      if (name == "text") {
        text_options(value);
      } else {
        unsupported_.field(name);
      }
      break;
    case ForeignField::Unknown:
      json_.key(name).raw(value);
      break;
  }
}

// What the Responses API's `text` holds beside the format.
void RequestWriter::text_options(std::string_view value) {
  const auto options = thread_json_parser().parse(value);
  if (!options) {
    return;
  }
  for (const auto& member : options->members()) {
    if (member.name == "verbosity") {
      json_.key("verbosity").raw(member.raw());
    } else {
      unsupported_.field(std::string("text.").append(member.name));
    }
  }
}

}  // namespace

Result<std::string> write_openai_request(const ChatRequest& request, const WriteRules& rules) {
  std::string out;
  if (auto failed = RequestWriter(request, rules, out).write()) {
    return std::unexpected(std::move(*failed));
  }
  return out;
}

}  // namespace meridian
