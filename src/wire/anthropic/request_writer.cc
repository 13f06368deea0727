#include "wire/anthropic/request_writer.h"

#include <algorithm>

#include "wire/anthropic/message_writer.h"
#include "wire/anthropic/model_rules.h"
#include "wire/anthropic/thinking.h"
#include "wire/documents.h"
#include "wire/json_writer.h"
#include "wire/turns.h"
#include "wire/unsupported.h"

namespace meridian {

namespace {

constexpr std::string_view kNoSchema = R"({"type":"object","properties":{}})";

bool says_something(const std::string& stop) {
  return stop.find_first_not_of(" \t\r\n") != std::string::npos;
}

class RequestWriter {
 public:
  RequestWriter(const ChatRequest& request, const WriteRules& rules, std::string& out)
      : request_(request),
        rules_(rules),
        model_(model_rules(rules.model)),
        unsupported_(rules),
        turns_(arrange(request)),
        json_(out) {}

  std::optional<Failure> write();

 private:
  bool wanted(std::string_view name) const { return !unsupported_.dropped_by_name(name); }

  bool same_dialect() const { return request_.dialect == Dialect::AnthropicMessages; }

  // A client of the same dialect is taken at its word.
  std::string tool_name(const std::string& name) const {
    return same_dialect() ? name : wire_tool_name(Dialect::AnthropicMessages, name);
  }

  // The client's wish, if it is of that kind.
  const ResponseFormat* wanted_format(ResponseFormat::Kind kind) const {
    const auto& format = request_.response_format;
    return format && format->kind == kind && wanted("response_format") ? &*format : nullptr;
  }

  void head();
  void system();
  std::optional<Failure> messages();
  std::optional<Failure> blocks(const Turn& turn, const PartStyle& style);
  void sampling();
  void temperature();
  void top_p();
  void top_k();
  void tools();
  void tool(const Tool& tool);
  void tool_choice();
  void output_config();
  void other();
  void other_field(std::string_view name, std::string_view value);
  void service_tier(std::string_view value);

  const ChatRequest& request_;
  const WriteRules& rules_;
  ModelRules model_;
  Unsupported unsupported_;
  Turns turns_;
  ThinkingPlan thinking_;
  JsonWriter json_;
};

std::optional<Failure> RequestWriter::write() {
  if (turns_.opaque != nullptr) {
    return refuse_message(request_.dialect, rules_.provider_name);
  }
  thinking_ = plan_thinking(request_, model_, unsupported_);
  json_.begin_object();
  head();
  system();
  if (auto failed = messages()) {
    return failed;
  }
  sampling();
  tools();
  output_config();
  other();
  json_.end_object();
  return unsupported_.failure();
}

void RequestWriter::head() {
  if (!rules_.anthropic_version.empty()) {
    json_.key("anthropic_version").string(rules_.anthropic_version);
  }
  if (rules_.model_in_body) {
    json_.key("model").string(rules_.model);
  }
  const auto limit = wanted("max_tokens") ? thinking_.max_tokens : std::nullopt;
  json_.key("max_tokens").integer(limit.value_or(model_.output_tokens_max));
  if (request_.stream && rules_.stream_in_body) {
    json_.key("stream").boolean(true);
  }
}

void RequestWriter::system() {
  const bool json_object = wanted_format(ResponseFormat::Kind::JsonObject) != nullptr;
  if (turns_.system.empty() && !json_object) {
    return;
  }
  json_.key("system").begin_array();
  for (std::size_t i = 0; i < turns_.system.size(); ++i) {
    const auto* text = std::get_if<TextPart>(turns_.system[i]);
    if (text != nullptr) {
      const auto* cache =
          i + 1 < turns_.system.size() ? std::get_if<CachePoint>(turns_.system[i + 1]) : nullptr;
      json_.begin_object().key("type").string("text").key("text").string(text->text);
      write_cache_control(cache, json_);
      json_.end_object();
    }
  }
  if (json_object) {
    // Anthropic knows schemas only. OpenAI's json_object promises an object of any shape, and
    // demands that the prompt asks for JSON anyway: one sentence does the same.
    json_.begin_object().key("type").string("text").key("text").string(
        "Answer with a single JSON object and nothing else.");
    json_.end_object();
  }
  json_.end_array();
}

std::optional<Failure> RequestWriter::messages() {
  json_.key("messages").begin_array();
  for (const auto& turn : turns_.turns) {
    // A body that names its version is for Vertex or InvokeModel.
    const PartStyle style{.prefill = turn.assistant && &turn == &turns_.turns.back(),
                          .urls = rules_.anthropic_version.empty(),
                          .from = request_.dialect,
                          .provider_name = rules_.provider_name};
    json_.begin_object().key("role").string(turn.assistant ? "assistant" : "user");
    json_.key("content").begin_array();
    if (auto failed = blocks(turn, style)) {
      return failed;
    }
    json_.end_array().end_object();
  }
  json_.end_array();
  return std::nullopt;
}

std::optional<Failure> RequestWriter::blocks(const Turn& turn, const PartStyle& style) {
  const auto& parts = turn.parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto* cache = i + 1 < parts.size() ? std::get_if<CachePoint>(parts[i + 1]) : nullptr;
    auto own = style;
    own.prefill = style.prefill && i + 1 + (cache == nullptr ? 0 : 1) == parts.size();
    if (auto failed = write_anthropic_part(*parts[i], cache, own, json_)) {
      return failed;
    }
  }
  return std::nullopt;
}

void RequestWriter::sampling() {
  temperature();
  top_p();
  top_k();
  if (std::ranges::any_of(request_.stop, says_something) && wanted("stop")) {
    json_.key("stop_sequences").begin_array();
    for (const auto& stop : request_.stop) {
      if (says_something(stop)) {
        json_.string(stop);
      }
    }
    json_.end_array();
  }
  if (request_.n.value_or(1) != 1) {
    unsupported_.field("n");
  }
  if (request_.seed) {
    unsupported_.field("seed");
  }
  if (request_.user && wanted("user")) {
    json_.key("metadata").begin_object().key("user_id").string(*request_.user).end_object();
  }
  if (!thinking_.thinking_json.empty()) {
    json_.key("thinking").raw(thinking_.thinking_json);
  }
}

void RequestWriter::temperature() {
  if (!request_.temperature || !wanted("temperature")) {
    return;
  }
  if (!model_.sampling || (thinking_.on() && *request_.temperature != 1.0)) {
    unsupported_.field("temperature", thinking_.on() ? "(together with reasoning)" : "");
  } else {
    // OpenAI's scale ends at 2, Anthropic's at 1. Its own OpenAI endpoint clamps, too.
    json_.key("temperature").real(std::clamp(*request_.temperature, 0.0, 1.0));
  }
}

void RequestWriter::top_p() {
  if (!request_.top_p || !wanted("top_p")) {
    return;
  }
  const bool both = request_.temperature && wanted("temperature") && !model_.temperature_with_top_p;
  if (!model_.sampling || both) {
    unsupported_.field("top_p", both ? "(together with `temperature`)" : "");
  } else {
    json_.key("top_p").real(std::clamp(*request_.top_p, 0.0, 1.0));
  }
}

void RequestWriter::top_k() {
  if (!request_.top_k || !wanted("top_k")) {
    return;
  }
  if (!model_.sampling || thinking_.on()) {
    unsupported_.field("top_k");
  } else {
    json_.key("top_k").integer(*request_.top_k);
  }
}

void RequestWriter::tool(const Tool& tool) {
  if (!tool.opaque_json.empty()) {
    if (same_dialect()) {
      json_.raw(tool.opaque_json);
    } else {
      unsupported_.field("tools", "(one of a type other than \"function\")");
    }
    return;
  }
  json_.begin_object().key("name").string(tool_name(tool.name));
  if (!tool.description.empty()) {
    json_.key("description").string(tool.description);
  }
  json_.key("input_schema")
      .raw(tool.schema_json.empty() ? kNoSchema : std::string_view(tool.schema_json));
  if (tool.strict && (*tool.strict || same_dialect())) {
    json_.key("strict").boolean(*tool.strict);
  }
  write_cache_control(tool.cache ? &*tool.cache : nullptr, json_);
  if (!same_dialect()) {
    unsupported_.tool_members(tool);
    json_.end_object();
    return;
  }
  for (const auto& [name, value] : tool.other) {
    json_.key(name).raw(value);
  }
  json_.end_object();
}

void RequestWriter::tools() {
  if (request_.tools.empty() || !wanted("tools")) {
    return;
  }
  if (!has_tool_for(Dialect::AnthropicMessages, request_)) {
    unsupported_.field("tools", "(only such as their own provider has)");
    return;
  }
  json_.key("tools").begin_array();
  for (const auto& each : request_.tools) {
    tool(each);
  }
  json_.end_array();
  tool_choice();
}

void RequestWriter::tool_choice() {
  const bool one_at_a_time = request_.parallel_tool_calls == false && wanted("parallel_tool_calls");
  const bool given = request_.tool_choice && wanted("tool_choice");
  if (!given && !one_at_a_time) {
    return;
  }
  const auto choice = given ? *request_.tool_choice : ToolChoice{};
  const bool none = choice.kind == ToolChoice::Kind::None;
  const bool forced = !none && choice.kind != ToolChoice::Kind::Auto;
  if (forced && thinking_.on()) {
    unsupported_.field("tool_choice", "(a forced tool together with reasoning)");
    return;
  }
  json_.key("tool_choice").begin_object().key("type");
  switch (choice.kind) {
    case ToolChoice::Kind::Auto:
      json_.string("auto");
      break;
    case ToolChoice::Kind::None:
      json_.string("none");
      break;
    case ToolChoice::Kind::Required:
      json_.string("any");
      break;
    case ToolChoice::Kind::Named:
      json_.string("tool").key("name").string(tool_name(choice.name));
      break;
  }
  if (one_at_a_time && !none) {
    json_.key("disable_parallel_tool_use").boolean(true);
  }
  json_.end_object();
}

void RequestWriter::output_config() {
  const auto* schema = wanted_format(ResponseFormat::Kind::JsonSchema);
  if (schema != nullptr && !model_.json_schema) {
    unsupported_.field("response_format", "(a JSON schema)");
    schema = nullptr;
  }
  if (schema == nullptr && thinking_.effort.empty()) {
    return;
  }
  json_.key("output_config").begin_object();
  if (!thinking_.effort.empty()) {
    json_.key("effort").string(thinking_.effort);
  }
  if (schema != nullptr) {
    json_.key("format").begin_object().key("type").string("json_schema").key("schema");
    json_.raw(schema->schema_json.empty() ? kNoSchema : std::string_view(schema->schema_json));
    json_.end_object();
  }
  json_.end_object();
}

void RequestWriter::other() {
  for (const auto& [name, value] : request_.other) {
    if (wanted(name)) {
      other_field(name, value);
    }
  }
}

void RequestWriter::other_field(std::string_view name, std::string_view value) {
  if (same_dialect()) {
    json_.key(name).raw(value);
    return;
  }
  if (name == "service_tier") {
    service_tier(value);
    return;
  }
  switch (judge_field(request_.dialect, name, value)) {
    case ForeignField::Harmless:
      break;
    case ForeignField::Impossible:
      unsupported_.field(name);
      break;
    case ForeignField::Unknown:
      json_.key(name).raw(value);
      break;
  }
}

void RequestWriter::service_tier(std::string_view value) {
  if (value == R"("auto")") {
    return;
  }
  if (value != R"("default")") {
    unsupported_.field("service_tier", value);
    return;
  }
  json_.key("service_tier").string("standard_only");
}

}  // namespace

Result<std::string> write_anthropic_request(const ChatRequest& request, const WriteRules& rules) {
  std::string out;
  if (auto failed = RequestWriter(request, rules, out).write()) {
    return std::unexpected(std::move(*failed));
  }
  return out;
}

}  // namespace meridian
