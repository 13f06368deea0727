#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "cloud/ask_parts.h"

namespace meridian {
namespace {

namespace json = boost::json;

using Checked = std::expected<bool, CloudRefusal>;

// Proto3 JSON takes both spellings.
const json::value* either(const json::object& object,
                          std::string_view camel,
                          std::string_view snake) {
  const auto* const found = given(object, camel);
  return found != nullptr ? found : given(object, snake);
}

const json::object* either_object(const json::object& object,
                                  std::string_view camel,
                                  std::string_view snake) {
  const auto* const found = either(object, camel, snake);
  return found == nullptr ? nullptr : found->if_object();
}

Checked read_parts(const json::object& content, std::string_view where, CloudAsk& ask) {
  const auto* const parts = array_in(content, "parts");
  if (parts == nullptr || parts->empty()) {
    return invalid(fmt::format(
        "* GenerateContentRequest.{}.parts: contents.parts must not be empty.\n", where));
  }
  const bool user = text_in(content, "role") != "model";
  for (const auto& entry : *parts) {
    const auto* const part = entry.if_object();
    if (part == nullptr || part->empty()) {
      return invalid(
          fmt::format("Unable to submit request because {} has a part without data.", where));
    }
    const auto text = text_in(*part, "text");
    ask.prompt_bytes += text.empty() ? json::serialize(entry).size() : text.size();
    ask.after_tool =
        ask.after_tool || either(*part, "functionResponse", "function_response") != nullptr;
    if (user && !text.empty()) {
      ask.last_words.append(ask.last_words.empty() ? "" : "\n").append(text);
    }
  }
  return true;
}

Checked read_contents(const json::object& body, CloudAsk& ask) {
  const auto* const contents = array_in(body, "contents");
  if (contents == nullptr || contents->empty()) {
    return invalid("* GenerateContentRequest.contents: contents is not specified\n");
  }
  for (std::size_t i = 0; i < contents->size(); ++i) {
    const auto* const content = (*contents)[i].if_object();
    const auto role = content == nullptr ? std::string_view("?") : text_in(*content, "role");
    if (!role.empty() && role != "user" && role != "model") {
      return invalid("Please use a valid role: user, model.");
    }
    ask.after_tool = false;
    if (role != "model") {
      ask.last_words.clear();
    }
    if (auto checked = read_parts(*content, fmt::format("contents[{}]", i), ask); !checked) {
      return checked;
    }
  }
  ask.messages = contents->size();
  return true;
}

void read_declarations(const json::array& declarations, CloudAsk& ask) {
  for (const auto& entry : declarations) {
    const auto* const declaration = entry.if_object();
    if (declaration == nullptr) {
      continue;
    }
    const auto* schema = given(*declaration, "parameters");
    if (schema == nullptr) {
      schema = either(*declaration, "parametersJsonSchema", "parameters_json_schema");
    }
    ask.tools.push_back(
        {std::string(text_in(*declaration, "name")),
         schema == nullptr ? json::value() : json::value(*schema, json::storage_ptr())});
  }
}

void read_tools(const json::object& body, CloudAsk& ask) {
  if (const auto* tools = array_in(body, "tools")) {
    for (const auto& entry : *tools) {
      const auto* const tool = entry.if_object();
      const auto* const declarations =
          tool == nullptr ? nullptr
                          : either(*tool, "functionDeclarations", "function_declarations");
      if (declarations != nullptr && declarations->is_array()) {
        read_declarations(declarations->get_array(), ask);
      }
    }
    ask.prompt_bytes += json::serialize(*tools).size();
  }
}

void read_choice(const json::object& body, CloudAsk& ask) {
  const auto* const config = either_object(body, "toolConfig", "tool_config");
  const auto* const calling =
      config == nullptr
          ? nullptr
          : either_object(*config, "functionCallingConfig", "function_calling_config");
  if (calling != nullptr) {
    const auto mode = text_in(*calling, "mode");
    ask.wish = mode == "ANY" ? ToolWish::Any : mode == "NONE" ? ToolWish::None : ToolWish::Auto;
    const auto* const names = either(*calling, "allowedFunctionNames", "allowed_function_names");
    const auto* const list = names == nullptr ? nullptr : names->if_array();
    if (ask.wish == ToolWish::Any && list != nullptr && !list->empty() &&
        list->front().is_string()) {
      ask.wish = ToolWish::Named;
      ask.wished_tool = view(list->front().get_string());
    }
  }
}

Checked read_config(const json::object& body, CloudAsk& ask) {
  const auto* const config = either_object(body, "generationConfig", "generation_config");
  if (config == nullptr) {
    return true;
  }
  auto limit = count_in(*config, "maxOutputTokens");
  if (limit && !*limit) {
    limit = count_in(*config, "max_output_tokens");
  }
  if (!limit) {
    return std::unexpected(limit.error());
  }
  ask.tokens_max = *limit;
  const auto* const type = either(*config, "responseMimeType", "response_mime_type");
  ask.wants_json = type != nullptr && type->is_string() && type->get_string() == "application/json";
  const auto* schema = either(*config, "responseSchema", "response_schema");
  if (schema == nullptr) {
    schema = either(*config, "responseJsonSchema", "response_json_schema");
  }
  if (schema != nullptr) {
    ask.json_schema = json::value(*schema, json::storage_ptr());
  }
  return true;
}

Checked check_known(const json::object& body) {
  const auto name = stranger(body,
                             {"contents",
                              "systemInstruction",
                              "system_instruction",
                              "cachedContent",
                              "cached_content",
                              "tools",
                              "toolConfig",
                              "tool_config",
                              "safetySettings",
                              "safety_settings",
                              "generationConfig",
                              "generation_config",
                              "labels",
                              "modelArmorConfig",
                              "model_armor_config",
                              "model",
                              "serviceTier",
                              "service_tier"});
  return name.empty()
             ? Checked(true)
             : Checked(invalid(fmt::format("Invalid JSON payload received. Unknown name \"{}\": "
                                           "Cannot find field.",
                                           name)));
}

}  // namespace

AskResult read_generate(const json::object& body, bool counting) {
  CloudAsk ask;
  // The developer API's countTokens may wrap the whole request.
  const auto* const inner =
      counting ? either_object(body, "generateContentRequest", "generate_content_request")
               : nullptr;
  const auto& request = inner == nullptr ? body : *inner;
  if (const auto checked = check_known(request); !checked) {
    return std::unexpected(checked.error());
  }
  for (const auto& read : {read_contents, read_config}) {
    if (const auto checked = read(request, ask); !checked) {
      return std::unexpected(checked.error());
    }
  }
  read_tools(request, ask);
  read_choice(request, ask);
  if (const auto* system = either(request, "systemInstruction", "system_instruction")) {
    ask.prompt_bytes += json::serialize(*system).size();
  }
  return ask;
}

}  // namespace meridian
