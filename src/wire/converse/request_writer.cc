#include "wire/converse/request_writer.h"

#include <algorithm>
#include <array>
#include <type_traits>

#include "wire/anthropic/model_rules.h"
#include "wire/anthropic/thinking.h"
#include "wire/converse/message_writer.h"
#include "wire/documents.h"
#include "wire/json.h"
#include "wire/json_writer.h"
#include "wire/turns.h"
#include "wire/unsupported.h"

namespace meridian {

namespace {

// Members of Converse's own body: written beside the others where a client gives them.
constexpr std::array<std::string_view, 5> kOwnFields{"guardrailConfig",
                                                     "performanceConfig",
                                                     "requestMetadata",
                                                     "promptVariables",
                                                     "additionalModelResponseFieldPaths"};

constexpr std::string_view kNoSchema = R"({"type":"object","properties":{}})";

// Converse refuses a document in a turn in which nothing is said.
bool shows_without_a_word(const Turn& turn) {
  const auto any = [&turn]<class Kind>(Kind) {
    return std::ranges::any_of(turn.parts, [](const Part* part) {
      return std::holds_alternative<typename Kind::type>(*part);
    });
  };
  return any(std::type_identity<DocumentPart>()) && !any(std::type_identity<TextPart>());
}

class RequestWriter {
 public:
  RequestWriter(const ChatRequest& request, const WriteRules& rules, std::string& out)
      : request_(request),
        rules_(rules),
        model_(model_rules(rules.model)),
        unsupported_(rules),
        turns_(arrange(request, model_.claude ? Signer::Claude : Signer::Nobody)),
        json_(out),
        extra_(extra_text_) {}

  std::optional<Failure> write();

 private:
  bool wanted(std::string_view name) const { return !unsupported_.dropped_by_name(name); }

  bool json_object() const {
    return request_.response_format && wanted("response_format") &&
           request_.response_format->kind == ResponseFormat::Kind::JsonObject;
  }

  void system();
  std::optional<Failure> messages();
  void limits();
  void temperature();
  void top_p();
  void tools();
  void tool(const Tool& tool);
  void tool_choice();
  void reasoning();
  void parallel();
  void response_format();
  void other();
  void other_field(std::string_view name, std::string_view value);
  void service_tier(std::string_view value);
  void unsupported_numbers();

  const ChatRequest& request_;
  const WriteRules& rules_;
  ModelRules model_;
  Unsupported unsupported_;
  Turns turns_;
  ThinkingPlan thinking_;
  JsonWriter json_;
  std::string extra_text_;  // Members of additionalModelRequestFields.
  JsonWriter extra_;
};

std::optional<Failure> RequestWriter::write() {
  if (turns_.opaque != nullptr) {
    return refuse_message(request_.dialect, rules_.provider_name);
  }
  json_.begin_object();
  reasoning();
  if (auto failed = messages()) {
    return failed;
  }
  system();
  limits();
  tools();
  parallel();
  response_format();
  other();
  unsupported_numbers();
  if (!extra_text_.empty()) {
    json_.key("additionalModelRequestFields").raw("{" + extra_text_ + "}");
  }
  json_.end_object();
  return unsupported_.failure();
}

void RequestWriter::system() {
  if (turns_.system.empty() && !json_object()) {
    return;
  }
  json_.key("system").begin_array();
  for (const auto* part : turns_.system) {
    write_converse_system(*part, json_);
  }
  if (json_object()) {
    // Converse knows schemas only. OpenAI's json_object promises an object of any shape, and
    // demands that the prompt asks for JSON anyway: one sentence does the same for every model.
    json_.begin_object().key("text").string("Answer with a single JSON object and nothing else.");
    json_.end_object();
  }
  json_.end_array();
}

std::optional<Failure> RequestWriter::messages() {
  DocumentNames names;
  json_.key("messages").begin_array();
  for (const auto& turn : turns_.turns) {
    json_.begin_object().key("role").string(turn.assistant ? "assistant" : "user");
    json_.key("content").begin_array();
    for (const auto* part : turn.parts) {
      // Claude refuses a last turn of its own (a prefill) that ends in blanks.
      const bool prefill =
          turn.assistant && &turn == &turns_.turns.back() && part == turn.parts.back();
      if (auto failed = write_converse_part(*part, prefill, names, json_)) {
        return failed;
      }
    }
    if (shows_without_a_word(turn)) {
      json_.begin_object().key("text").string(".").end_object();
    }
    json_.end_array().end_object();
  }
  json_.end_array();
  return std::nullopt;
}

void RequestWriter::limits() {
  const auto stops =
      std::ranges::count_if(request_.stop, [](const auto& stop) { return !stop.empty(); });
  const bool stop = stops > 0 && wanted("stop");
  const bool limit = thinking_.max_tokens && wanted("max_tokens");
  if (!stop && !limit && !request_.temperature && !request_.top_p) {
    return;
  }
  json_.key("inferenceConfig").begin_object();
  if (limit) {
    json_.key("maxTokens").integer(std::max<std::int64_t>(*thinking_.max_tokens, 1));
  }
  temperature();
  top_p();
  if (stop) {
    json_.key("stopSequences").begin_array();
    for (const auto& each : request_.stop) {
      if (!each.empty()) {
        json_.string(each);
      }
    }
    json_.end_array();
  }
  json_.end_object();
}

void RequestWriter::temperature() {
  if (!request_.temperature || !wanted("temperature")) {
    return;
  }
  if (!model_.sampling || (thinking_.on() && *request_.temperature != 1.0)) {
    unsupported_.field("temperature", thinking_.on() ? "(together with reasoning)" : "");
  } else {
    // OpenAI's scale ends at 2, Converse's at 1. Anthropic's own OpenAI endpoint clamps, too.
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
    json_.key("topP").real(std::clamp(*request_.top_p, 0.0, 1.0));
  }
}

void RequestWriter::tool(const Tool& tool) {
  if (!tool.opaque_json.empty()) {
    unsupported_.field("tools", "(one of a type other than \"function\")");
    return;
  }
  json_.begin_object().key("toolSpec").begin_object();
  json_.key("name").string(wire_tool_name(Dialect::BedrockConverse, tool.name));
  if (!tool.description.empty()) {
    json_.key("description").string(tool.description);
  }
  json_.key("inputSchema").begin_object().key("json");
  json_.raw(tool.schema_json.empty() ? kNoSchema : std::string_view(tool.schema_json)).end_object();
  unsupported_.tool_members(tool);
  if (tool.strict == true) {
    json_.key("strict").boolean(true);
  }
  json_.end_object().end_object();
  if (tool.cache) {
    write_converse_cache_point(*tool.cache, json_);
  }
}

void RequestWriter::tools() {
  const bool needed = uses_tools(turns_);
  const bool none = request_.tool_choice && request_.tool_choice->kind == ToolChoice::Kind::None;
  const bool fit = has_tool_for(Dialect::BedrockConverse, request_);
  const bool given = fit && wanted("tools");
  if (!fit && !request_.tools.empty() && wanted("tools")) {
    unsupported_.field("tools", "(only such as their own provider has)");
  }
  if (none && needed && given && wanted("tool_choice")) {
    // Converse has no "none", and past calls may not stand in a conversation without their tools.
    unsupported_.field("tool_choice", "\"none\" (after tools have been called)");
  }
  if (!needed && (!given || none)) {
    return;
  }
  json_.key("toolConfig").begin_object().key("tools").begin_array();
  if (given) {
    for (const auto& each : request_.tools) {
      tool(each);
    }
  } else {
    // Converse refuses a history with tool calls in it when no tool is defined.
    tool({.name = "unavailable",
          .description = "Not available any more.",
          .schema_json = {},
          .strict = std::nullopt,
          .opaque_json = {},
          .cache = std::nullopt,
          .other = {}});
  }
  json_.end_array();
  if (given && !none) {
    tool_choice();
  }
  json_.end_object();
}

void RequestWriter::tool_choice() {
  if (!request_.tool_choice || !wanted("tool_choice")) {
    return;
  }
  const auto& choice = *request_.tool_choice;
  const bool forced =
      choice.kind == ToolChoice::Kind::Required || choice.kind == ToolChoice::Kind::Named;
  if (forced && thinking_.on()) {
    unsupported_.field("tool_choice", "(a forced tool together with reasoning)");
    return;
  }
  json_.key("toolChoice").begin_object();
  if (choice.kind == ToolChoice::Kind::Named) {
    json_.key("tool").begin_object().key("name");
    json_.string(wire_tool_name(Dialect::BedrockConverse, choice.name)).end_object();
  } else {
    json_.key(choice.kind == ToolChoice::Kind::Required ? "any" : "auto").raw("{}");
  }
  json_.end_object();
}

void RequestWriter::reasoning() {
  if (model_.claude) {
    thinking_ = plan_thinking(request_, model_, unsupported_);
    if (!thinking_.thinking_json.empty()) {
      extra_.key("thinking").raw(thinking_.thinking_json);
    }
    if (!thinking_.effort.empty()) {
      extra_.key("output_config").begin_object().key("effort").string(thinking_.effort);
      extra_.end_object();
    }
    return;
  }
  thinking_.max_tokens = request_.max_tokens;
  if (!request_.thinking_json.empty() && wanted("thinking")) {
    unsupported_.field("thinking");
  }
  if (!request_.reasoning_effort || !wanted("reasoning_effort")) {
    return;
  }
  if (rules_.model.contains("gpt-oss")) {
    extra_.key("reasoning_effort").string(*request_.reasoning_effort);
  } else if (rules_.model.contains("nova-2")) {
    extra_.key("reasoningConfig").begin_object().key("type").string("enabled");
    extra_.key("maxReasoningEffort").string(*request_.reasoning_effort).end_object();
  } else if (*request_.reasoning_effort != "none") {
    unsupported_.field("reasoning_effort");
  }
}

void RequestWriter::parallel() {
  if (request_.parallel_tool_calls != false || !has_tool_for(Dialect::BedrockConverse, request_) ||
      !wanted("parallel_tool_calls")) {
    return;
  }
  const bool chosen = request_.tool_choice && request_.tool_choice->kind != ToolChoice::Kind::Auto;
  if (model_.claude && !chosen) {
    extra_.key("tool_choice").raw(R"({"type":"auto","disable_parallel_tool_use":true})");
  } else {
    unsupported_.field("parallel_tool_calls");
  }
}

void RequestWriter::response_format() {
  if (!request_.response_format || !wanted("response_format") ||
      request_.response_format->kind != ResponseFormat::Kind::JsonSchema) {
    return;
  }
  const auto& format = *request_.response_format;
  if (!model_.json_schema) {
    unsupported_.field("response_format", "(a JSON schema)");
    return;
  }
  json_.key("outputConfig").begin_object().key("textFormat").begin_object();
  json_.key("type").string("json_schema").key("structure").begin_object();
  json_.key("jsonSchema").begin_object().key("schema");
  json_.string(format.schema_json.empty() ? kNoSchema : std::string_view(format.schema_json));
  json_.key("name").string(format.name);
  if (!format.description.empty()) {
    json_.key("description").string(format.description);
  }
  json_.end_object().end_object().end_object().end_object();
}

void RequestWriter::other() {
  for (const auto& [name, value] : request_.other) {
    if (wanted(name)) {
      other_field(name, value);
    }
  }
  if (request_.top_k && wanted("top_k")) {
    if (model_.claude && model_.sampling && !thinking_.on()) {
      extra_.key("top_k").integer(*request_.top_k);
    } else if (rules_.model.contains("nova")) {
      extra_.key("inferenceConfig")
          .begin_object()
          .key("topK")
          .integer(*request_.top_k)
          .end_object();
    } else {
      unsupported_.field("top_k");
    }
  }
}

void RequestWriter::other_field(std::string_view name, std::string_view value) {
  if (name == "service_tier" && request_.dialect != Dialect::AnthropicMessages) {
    service_tier(value);
    return;
  }
  if (std::ranges::find(kOwnFields, name) != kOwnFields.end()) {
    json_.key(name).raw(value);
    return;
  }
  if (name == "additionalModelRequestFields") {
    const auto fields = thread_json_parser().parse(value);
    if (fields) {
      for (const auto& member : fields->members()) {
        extra_.key(member.name).raw(member.raw());
      }
    }
    return;
  }
  switch (judge_field(request_.dialect, name, value)) {
    case ForeignField::Harmless:
      break;
    case ForeignField::Impossible:
      unsupported_.field(name);
      break;
    case ForeignField::Unknown:
      extra_.key(name).raw(value);
      break;
  }
}

void RequestWriter::service_tier(std::string_view value) {
  if (value == R"("auto")") {
    return;
  }
  constexpr std::array<std::string_view, 4> kTiers{
      R"("default")", R"("priority")", R"("flex")", R"("reserved")"};
  if (std::ranges::find(kTiers, value) == kTiers.end()) {
    unsupported_.field("service_tier", value);
    return;
  }
  json_.key("serviceTier").begin_object().key("type").raw(value).end_object();
}

void RequestWriter::unsupported_numbers() {
  if (request_.n.value_or(1) != 1) {
    unsupported_.field("n");
  }
  if (request_.seed) {
    unsupported_.field("seed");
  }
}

}  // namespace

Result<std::string> write_converse_request(const ChatRequest& request, const WriteRules& rules) {
  std::string out;
  if (auto failed = RequestWriter(request, rules, out).write()) {
    return std::unexpected(std::move(*failed));
  }
  return out;
}

}  // namespace meridian
