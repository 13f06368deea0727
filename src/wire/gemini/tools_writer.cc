#include "wire/gemini/tools_writer.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "wire/json.h"
#include "wire/tool_names.h"

namespace meridian {

namespace {

// Tools that run at Google's. Everything else in `tools` without a function is not for Gemini.
constexpr std::array<std::string_view, 5> kOwnTools{"googleSearch",
                                                    "codeExecution",
                                                    "urlContext",
                                                    "googleMaps",
                                                    "enterpriseWebSearch"};

// Whether a member of a schema leaves it an object that holds nothing.
bool adds_nothing(const JsonValue::Member& member) {
  constexpr std::array<std::string_view, 4> kWords{"type", "$schema", "title", "description"};
  const auto value = member.value;
  return std::ranges::find(kWords, member.name) != kWords.end() ||
         (member.name == "properties" && !value.raw().contains('"')) ||
         (member.name == "required" && value.size() == 0) ||
         (member.name == "additionalProperties" && value.boolean() == false);
}

// Whether a function with this schema takes no arguments: an object without properties is refused
// as `parameters` (providers.md §4.3).
bool takes_nothing(const std::string& schema_json) {
  if (schema_json.empty()) {
    return true;
  }
  const auto schema = thread_json_parser().parse(schema_json);
  bool nothing = schema.has_value();
  if (schema) {
    for (const auto& member : schema->members()) {
      nothing = nothing && adds_nothing(member);
    }
  }
  return nothing;
}

bool googles_own(const std::string& tool_json) {
  const auto tool = thread_json_parser().parse(tool_json);
  bool own = tool.has_value();
  if (tool) {
    for (const auto& member : tool->members()) {
      own = own && std::ranges::find(kOwnTools, member.name) != kOwnTools.end();
    }
  }
  return own;
}

class ToolsWriter {
 public:
  ToolsWriter(const ChatRequest& request,
              const std::string* choice_json,
              Unsupported& unsupported,
              JsonWriter& json)
      : request_(request), choice_json_(choice_json), unsupported_(unsupported), json_(json) {}

  void tools();
  void tool_choice();
  bool allowed_tools();

 private:
  bool wanted(std::string_view name) const { return !unsupported_.dropped_by_name(name); }

  void function(const Tool& tool);
  void own_tool(const Tool& tool);
  void calling(std::string_view mode, const std::vector<std::string>& names);

  const ChatRequest& request_;
  const std::string* choice_json_;
  Unsupported& unsupported_;
  JsonWriter& json_;
};

// JSON Schema as it is, in the field for it: the other one, `parameters`, takes a dialect of
// OpenAPI without $ref, allOf, const and additionalProperties.
void ToolsWriter::function(const Tool& tool) {
  json_.begin_object().key("name").string(wire_tool_name(Dialect::Gemini, tool.name));
  if (!tool.description.empty()) {
    json_.key("description").string(tool.description);
  }
  if (!takes_nothing(tool.schema_json)) {
    json_.key("parametersJsonSchema").raw(tool.schema_json);
  }
  json_.end_object();
}

void ToolsWriter::own_tool(const Tool& tool) {
  if (googles_own(tool.opaque_json)) {
    json_.raw(tool.opaque_json);
  } else {
    unsupported_.field("tools", "(one of a type other than \"function\")");
  }
}

void ToolsWriter::tools() {
  const auto is_function = [](const Tool& tool) { return tool.opaque_json.empty(); };
  json_.key("tools").begin_array();
  if (std::ranges::any_of(request_.tools, is_function)) {
    json_.begin_object().key("functionDeclarations").begin_array();
    for (const auto& tool : request_.tools) {
      if (is_function(tool)) {
        function(tool);
      }
    }
    json_.end_array().end_object();
  }
  for (const auto& tool : request_.tools) {
    if (!is_function(tool)) {
      own_tool(tool);
    }
  }
  json_.end_array();
  if (request_.parallel_tool_calls == false && wanted("parallel_tool_calls")) {
    unsupported_.field("parallel_tool_calls");
  }
}

void ToolsWriter::calling(std::string_view mode, const std::vector<std::string>& names) {
  json_.key("toolConfig").begin_object().key("functionCallingConfig").begin_object();
  json_.key("mode").string(mode);
  if (!names.empty()) {
    json_.key("allowedFunctionNames").begin_array();
    for (const auto& name : names) {
      json_.string(wire_tool_name(Dialect::Gemini, name));
    }
    json_.end_array();
  }
  json_.end_object().end_object();
}

// A strict tool is one whose calls fit its schema. VALIDATED promises that, as does ANY by itself.
void ToolsWriter::tool_choice() {
  const bool given = request_.tool_choice && wanted("tool_choice");
  const auto choice = given ? *request_.tool_choice : ToolChoice{};
  const bool strict =
      std::ranges::any_of(request_.tools, [](const Tool& tool) { return tool.strict == true; });
  switch (choice.kind) {
    case ToolChoice::Kind::Auto:
      if (given || strict) {
        calling(strict ? "VALIDATED" : "AUTO", {});
      }
      break;
    case ToolChoice::Kind::None:
      calling("NONE", {});
      break;
    case ToolChoice::Kind::Required:
      calling("ANY", {});
      break;
    case ToolChoice::Kind::Named:
      calling("ANY", {choice.name});
      break;
  }
}

// OpenAI's choice among some of the tools. Names may stand beside ANY and VALIDATED only.
bool ToolsWriter::allowed_tools() {
  if (choice_json_ == nullptr || !wanted("tool_choice")) {
    return false;
  }
  const auto choice = thread_json_parser().parse(*choice_json_);
  const auto allowed = choice ? (*choice)["allowed_tools"] : JsonValue();
  std::vector<std::string> names;
  for (const auto tool : allowed["tools"].items()) {
    names.push_back(tool["function"]["name"].text());
  }
  if (names.empty() || std::ranges::find(names, "") != names.end()) {
    return false;  // judge_openai_field refuses it.
  }
  calling(allowed["mode"].inside() == "required" ? "ANY" : "VALIDATED", names);
  return true;
}

}  // namespace

bool write_gemini_tools(const ChatRequest& request,
                        const std::string* choice_json,
                        Unsupported& unsupported,
                        JsonWriter& json) {
  ToolsWriter writer(request, choice_json, unsupported, json);
  writer.tools();
  const bool among = writer.allowed_tools();
  if (!among) {
    writer.tool_choice();
  }
  return among;
}

}  // namespace meridian
