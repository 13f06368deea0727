#include "wire/responses/request_writer.h"

#include <algorithm>
#include <utility>

#include "wire/documents.h"
#include "wire/json.h"
#include "wire/json_writer.h"
#include "wire/openai/effort.h"
#include "wire/openai/foreign_message.h"
#include "wire/responses/foreign_fields.h"
#include "wire/responses/item_writer.h"
#include "wire/tool_names.h"
#include "wire/unsupported.h"

namespace meridian {

namespace {

const std::string* other_field(const ChatRequest& request, std::string_view name) {
  const auto found =
      std::ranges::find(request.other, name, &std::pair<std::string, std::string>::first);
  return found == request.other.end() ? nullptr : &found->second;
}

// Chat's default for `strict` is false, this dialect's is true.
void write_tool(const Tool& tool, bool own, JsonWriter& json) {
  if (!tool.opaque_json.empty()) {
    json.raw(tool.opaque_json);
    return;
  }
  json.begin_object().key("type").string("function").key("name");
  json.string(own ? tool.name : wire_tool_name(Dialect::OpenAiResponses, tool.name));
  if (!tool.description.empty()) {
    json.key("description").string(tool.description);
  }
  if (!tool.schema_json.empty()) {
    json.key("parameters").raw(tool.schema_json);
  }
  if (tool.strict || !own) {
    json.key("strict").boolean(tool.strict.value_or(false));
  }
  if (!own) {
    json.end_object();
    return;
  }
  for (const auto& [name, value] : tool.other) {
    json.key(name).raw(value);
  }
  json.end_object();
}

void write_tools(const ChatRequest& request, JsonWriter& json) {
  json.begin_array();
  for (const auto& tool : request.tools) {
    write_tool(tool, true, json);
  }
  json.end_array();
}

void write_tool_choice(const ToolChoice& choice, bool own, JsonWriter& json) {
  switch (choice.kind) {
    case ToolChoice::Kind::Auto:
      json.string("auto");
      break;
    case ToolChoice::Kind::None:
      json.string("none");
      break;
    case ToolChoice::Kind::Required:
      json.string("required");
      break;
    case ToolChoice::Kind::Named:
      json.begin_object().key("type").string("function").key("name");
      json.string(own ? choice.name : wire_tool_name(Dialect::OpenAiResponses, choice.name));
      json.end_object();
      break;
  }
}

void write_format(const ResponseFormat& format, JsonWriter& json) {
  json.begin_object().key("type");
  switch (format.kind) {
    case ResponseFormat::Kind::Text:
      json.string("text");
      break;
    case ResponseFormat::Kind::JsonObject:
      json.string("json_object");
      break;
    case ResponseFormat::Kind::JsonSchema:
      json.string("json_schema").key("name").string(format.name);
      if (!format.description.empty()) {
        json.key("description").string(format.description);
      }
      if (!format.schema_json.empty()) {
        json.key("schema").raw(format.schema_json);
      }
      if (format.strict) {
        json.key("strict").boolean(*format.strict);
      }
      break;
  }
  json.end_object();
}

void write_members(const std::string* object, JsonWriter& json) {
  if (object == nullptr) {
    return;
  }
  if (const auto value = thread_json_parser().parse(*object)) {
    for (const auto& member : value->members()) {
      json.key(member.name).raw(member.raw());
    }
  }
}

// Both in front, with what the client had in them besides.
void write_text(const ResponseFormat* format, const std::string* rest, JsonWriter& json) {
  json.begin_object();
  if (format != nullptr) {
    json.key("format");
    write_format(*format, json);
  }
  write_members(rest, json);
  json.end_object();
}

void write_reasoning(const std::string* effort, const std::string* rest, JsonWriter& json) {
  json.begin_object();
  if (effort != nullptr) {
    json.key("effort").string(*effort);
  }
  write_members(rest, json);
  json.end_object();
}

template <class T>
const T* address_of(const std::optional<T>& value) {
  return value ? &*value : nullptr;
}

class RequestWriter {
 public:
  RequestWriter(const ChatRequest& request, const WriteRules& rules, std::string& out)
      : request_(request), rules_(rules), unsupported_(rules), json_(out) {}

  std::optional<Failure> write();

 private:
  bool wanted(std::string_view name) const { return !unsupported_.dropped_by_name(name); }

  bool own() const { return request_.dialect == Dialect::OpenAiResponses; }

  std::optional<Failure> input();
  bool hosted(const Tool& tool) const;
  void foreign_tools();
  void options();
  void tools();
  void text();
  void reasoning();
  void other();

  // What an operator's defaults may hold and this dialect has no field for.
  void chat_only();

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
  if (auto failed = input()) {
    return failed;
  }
  options();
  tools();
  text();
  reasoning();
  other();
  chat_only();
  json_.end_object();
  return unsupported_.failure();
}

std::optional<Failure> RequestWriter::input() {
  json_.key("input").begin_array();
  for (const auto& message : request_.messages) {
    if (own()) {
      write_responses_items(message, json_);
      continue;
    }
    const auto made =
        as_openai(message, request_.dialect, Dialect::OpenAiResponses, rules_.provider_name);
    if (!made) {
      return made.error();
    }
    write_responses_items(*made, json_);
  }
  json_.end_array();
  refuse_citations(request_, unsupported_);
  return std::nullopt;
}

void RequestWriter::options() {
  if (request_.max_tokens && wanted("max_output_tokens") && wanted("max_tokens")) {
    // Chat knows no least number, this dialect's is 16.
    constexpr std::int64_t kLeast = 16;
    json_.key("max_output_tokens")
        .integer(own() ? *request_.max_tokens : std::max(*request_.max_tokens, kLeast));
  }
  if (request_.temperature && wanted("temperature")) {
    json_.key("temperature").real(*request_.temperature);
  }
  if (request_.top_p && wanted("top_p")) {
    json_.key("top_p").real(*request_.top_p);
  }
  if (request_.user && wanted("user")) {
    json_.key("user").string(*request_.user);
  }
  if (request_.stream && rules_.stream_in_body) {
    json_.key("stream").boolean(true);
    if (request_.include_obfuscation && wanted("stream_options")) {
      json_.key("stream_options").begin_object();
      json_.key("include_obfuscation").boolean(*request_.include_obfuscation).end_object();
    }
  }
}

bool RequestWriter::hosted(const Tool& tool) const {
  const auto given = thread_json_parser().parse(tool.opaque_json);
  return request_.dialect == Dialect::OpenAiChat && given && (*given)["type"].inside() != "custom";
}

// Such as OpenAI itself runs may stand in a chat, too: LiteLLM's clients write them there.
void RequestWriter::foreign_tools() {
  std::string list;
  JsonWriter tools(list);
  for (const auto& tool : request_.tools) {
    if (!tool.opaque_json.empty() && !hosted(tool)) {
      unsupported_.field("tools", "(one of a type other than \"function\")");
      continue;
    }
    unsupported_.tool_members(tool);
    write_tool(tool, false, tools);
  }
  if (!list.empty()) {
    json_.key("tools").begin_array().raw(list).end_array();
  }
}

void RequestWriter::tools() {
  if (!own() && wanted("tools")) {
    foreign_tools();
  } else if (!request_.tools.empty() && wanted("tools")) {
    json_.key("tools");
    write_tools(request_, json_);
  }
  if (request_.tool_choice && wanted("tool_choice")) {
    json_.key("tool_choice");
    write_tool_choice(*request_.tool_choice, own(), json_);
  }
  if (request_.parallel_tool_calls && wanted("parallel_tool_calls")) {
    json_.key("parallel_tool_calls").boolean(*request_.parallel_tool_calls);
  }
}

void RequestWriter::text() {
  const auto* format = wanted("response_format") ? address_of(request_.response_format) : nullptr;
  std::string verbosity;
  if (const auto json = own() ? std::string_view() : verbosity_of(request_); !json.empty()) {
    JsonWriter(verbosity).begin_object().key("verbosity").raw(json).end_object();
  }
  const auto* rest = own() ? other_field(request_, "text") : nullptr;
  rest = verbosity.empty() || !wanted("verbosity") ? rest : &verbosity;
  if ((format != nullptr || rest != nullptr) && wanted("text")) {
    json_.key("text");
    write_text(format, rest, json_);
  }
}

void RequestWriter::reasoning() {
  const auto* effort = wanted("reasoning_effort") ? address_of(request_.reasoning_effort) : nullptr;
  const std::string thought(
      own() || !wanted("thinking") ? "" : effort_of_thinking(request_.thinking_json));
  effort = effort == nullptr && !thought.empty() ? &thought : effort;
  const auto* rest = own() ? other_field(request_, "reasoning") : nullptr;
  if ((effort != nullptr || rest != nullptr) && wanted("reasoning")) {
    json_.key("reasoning");
    write_reasoning(effort, rest, json_);
  }
}

void RequestWriter::other() {
  if (!own()) {
    write_foreign_fields(request_, unsupported_, json_);
    return;
  }
  for (const auto& [name, value] : request_.other) {
    if (name != "text" && name != "reasoning" && wanted(name)) {
      json_.key(name).raw(value);
    }
  }
}

void RequestWriter::chat_only() {
  if (!request_.stop.empty()) {
    unsupported_.field("stop", "(the Responses API has no such field)");
  }
  if (request_.n.value_or(1) != 1) {
    unsupported_.field("n", "(the Responses API has no such field)");
  }
  if (request_.seed) {
    unsupported_.field("seed", "(the Responses API has no such field)");
  }
  if (request_.top_k) {
    unsupported_.field("top_k", "(the Responses API has no such field)");
  }
}

}  // namespace

Result<std::string> write_responses_request(const ChatRequest& request, const WriteRules& rules) {
  std::string out;
  if (auto failed = RequestWriter(request, rules, out).write()) {
    return std::unexpected(std::move(*failed));
  }
  return out;
}

std::string echo_of_responses_request(const ChatRequest& request) {
  std::string out;
  JsonWriter json(out);
  json.key("instructions");
  const auto* first = request.messages.empty() ? nullptr : &request.messages.front();
  const bool instructed = first != nullptr && first->role == Role::System && !first->developer &&
                          first->parts.size() == 1;
  const auto* words = instructed ? std::get_if<TextPart>(&first->parts.front()) : nullptr;
  const auto raw_or = [&](std::string_view name, std::string_view otherwise) {
    const auto* given = other_field(request, name);
    json.key(name).raw(given == nullptr ? otherwise : std::string_view(*given));
  };
  if (words == nullptr) {
    json.null();
  } else {
    json.string(words->text);
  }
  json.key("max_output_tokens");
  if (request.max_tokens) {
    json.integer(*request.max_tokens);
  } else {
    json.null();
  }
  raw_or("metadata", "{}");
  json.key("parallel_tool_calls").boolean(request.parallel_tool_calls.value_or(true));
  json.key("previous_response_id").null().key("reasoning");
  write_reasoning(address_of(request.reasoning_effort), other_field(request, "reasoning"), json);
  json.key("store").boolean(false).key("temperature").real(request.temperature.value_or(1));
  json.key("text");
  const ResponseFormat plain;
  write_text(request.response_format ? &*request.response_format : &plain,
             other_field(request, "text"),
             json);
  if (request.tool_choice) {
    json.key("tool_choice");
    write_tool_choice(*request.tool_choice, true, json);
  } else {
    raw_or("tool_choice", R"("auto")");
  }
  json.key("tools");
  write_tools(request, json);
  json.key("top_p").real(request.top_p.value_or(1));
  raw_or("truncation", R"("disabled")");
  json.key("user");
  if (request.user) {
    json.string(*request.user);
  } else {
    json.null();
  }
  return out;
}

}  // namespace meridian
