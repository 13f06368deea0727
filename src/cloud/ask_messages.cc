#include <algorithm>
#include <array>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "cloud/ask_parts.h"

namespace meridian {
namespace {

namespace json = boost::json;

using Checked = std::expected<bool, CloudRefusal>;

Checked read_block(const json::object& block, std::string_view where, bool user, CloudAsk& ask) {
  const auto type = text_in(block, "type");
  if (type.empty()) {
    return invalid(fmt::format("{}.type: Field required", where));
  }
  if (type == "text") {
    const auto text = text_in(block, "text");
    if (text.empty()) {
      return invalid("messages: text content blocks must be non-empty");
    }
    if (blank(text)) {
      return invalid("messages: text content blocks must contain non-whitespace text");
    }
    ask.prompt_bytes += text.size();
    if (user) {
      ask.last_words.append(ask.last_words.empty() ? "" : "\n").append(text);
    }
    return true;
  }
  if (type == "tool_result") {
    if (text_in(block, "tool_use_id").empty()) {
      return invalid(fmt::format("{}.tool_result.tool_use_id: Field required", where));
    }
    ask.after_tool = true;
  } else if (type == "tool_use" && object_in(block, "input") == nullptr) {
    return invalid(fmt::format("{}.tool_use.input: Input should be a valid dictionary", where));
  }
  // An image or a document weighs what its text would; a model counts it otherwise.
  ask.prompt_bytes += json::serialize(block).size();
  return true;
}

Checked read_content(const json::value& content, std::size_t index, bool user, CloudAsk& ask) {
  if (const auto* text = content.if_string()) {
    if (text->empty()) {
      return invalid(fmt::format("messages.{}: user messages must have non-empty content", index));
    }
    ask.prompt_bytes += text->size();
    if (user) {
      ask.last_words = view(*text);
    }
    return true;
  }
  const auto* const blocks = content.if_array();
  if (blocks == nullptr) {
    return invalid(fmt::format("messages.{}.content: Input should be a valid list", index));
  }
  for (std::size_t i = 0; i < blocks->size(); ++i) {
    const auto where = fmt::format("messages.{}.content.{}", index, i);
    const auto* const block = (*blocks)[i].if_object();
    if (block == nullptr) {
      return invalid(fmt::format("{}: Input should be a valid dictionary", where));
    }
    if (auto checked = read_block(*block, where, user, ask); !checked) {
      return checked;
    }
  }
  return true;
}

Checked read_all_messages(const json::object& body, CloudAsk& ask) {
  const auto* const messages = array_in(body, "messages");
  if (messages == nullptr) {
    return invalid("messages: Field required");
  }
  if (messages->empty()) {
    return invalid("messages: at least one message is required");
  }
  for (std::size_t i = 0; i < messages->size(); ++i) {
    const auto* const message = (*messages)[i].if_object();
    const auto role = message == nullptr ? std::string_view() : text_in(*message, "role");
    if (role != "user" && role != "assistant") {
      return invalid(fmt::format("messages.{}.role: Input should be 'user' or 'assistant'", i));
    }
    if (i == 0 && role != "user") {
      return invalid("messages: first message must use the \"user\" role");
    }
    const auto* const content = given(*message, "content");
    if (content == nullptr) {
      return invalid(fmt::format("messages.{}.content: Field required", i));
    }
    ask.after_tool = false;
    if (role == "user") {
      ask.last_words.clear();
    }
    if (auto checked = read_content(*content, i, role == "user", ask); !checked) {
      return checked;
    }
  }
  ask.messages = messages->size();
  return true;
}

Checked read_system(const json::object& body, CloudAsk& ask) {
  const auto* const system = given(body, "system");
  if (system == nullptr) {
    return true;
  }
  if (const auto* text = system->if_string()) {
    ask.prompt_bytes += text->size();
    return true;
  }
  const auto* const blocks = system->if_array();
  if (blocks == nullptr) {
    return invalid("system: Input should be a valid list");
  }
  for (const auto& block : *blocks) {
    const auto* const object = block.if_object();
    if (object == nullptr || text_in(*object, "text").empty()) {
      return invalid("system: text content blocks must be non-empty");
    }
    ask.prompt_bytes += text_in(*object, "text").size();
  }
  return true;
}

Checked read_tools(const json::object& body, CloudAsk& ask) {
  if (const auto* tools = array_in(body, "tools")) {
    for (std::size_t i = 0; i < tools->size(); ++i) {
      const auto* const tool = (*tools)[i].if_object();
      if (tool == nullptr || text_in(*tool, "name").empty()) {
        return invalid(fmt::format("tools.{}.name: Field required", i));
      }
      const auto* const schema = object_in(*tool, "input_schema");
      const auto type = text_in(*tool, "type");
      if (schema == nullptr && (type.empty() || type == "custom")) {
        return invalid(fmt::format("tools.{}.custom.input_schema: Field required", i));
      }
      if (schema != nullptr) {
        ask.tools.push_back(
            {std::string(text_in(*tool, "name")), json::value(*schema, json::storage_ptr())});
      }
      ask.prompt_bytes += json::serialize(*tool).size();
    }
  }
  return true;
}

void read_choice(const json::object& body, CloudAsk& ask) {
  if (const auto* choice = object_in(body, "tool_choice")) {
    const auto type = text_in(*choice, "type");
    ask.wish = type == "any"    ? ToolWish::Any
               : type == "tool" ? ToolWish::Named
               : type == "none" ? ToolWish::None
                                : ToolWish::Auto;
    ask.wished_tool = text_in(*choice, "name");
  }
}

void read_format(const json::object& body, CloudAsk& ask) {
  if (const auto* config = object_in(body, "output_config")) {
    if (const auto* format = object_in(*config, "format")) {
      ask.wants_json = true;
      if (const auto* schema = given(*format, "schema")) {
        ask.json_schema = json::value(*schema, json::storage_ptr());
      }
    }
  }
}

constexpr std::string_view kNewVersion = "2026-10-21";

// Bedrock has the new version from Claude 4.7 on: of the older families none.
bool too_old_for_new_version(const AskPlace& place) {
  constexpr std::array<std::string_view, 11> kOlder = {"claude-2",
                                                       "claude-instant",
                                                       "claude-3-",
                                                       "claude-sonnet-4-2",
                                                       "claude-sonnet-4-5",
                                                       "claude-sonnet-4-6",
                                                       "claude-haiku-4-",
                                                       "claude-opus-4-1",
                                                       "claude-opus-4-2",
                                                       "claude-opus-4-5",
                                                       "claude-opus-4-6"};
  return place.provider == Provider::Bedrock && std::ranges::any_of(kOlder, [&](auto family) {
           return place.model.find(family) != std::string_view::npos;
         });
}

// The version stands in a header or, on Bedrock and Vertex, in the body.
Checked check_version(const json::object& body, const AskPlace& place, bool direct) {
  const auto version = direct ? place.version : text_in(body, "anthropic_version");
  if (version == kNewVersion) {
    if (too_old_for_new_version(place)) {
      return invalid(
          fmt::format(R"(anthropic_version: "{}" is not supported by {}; use "bedrock-2023-05-31")",
                      version,
                      place.model));
    }
    for (const std::string_view name : {"temperature", "top_p", "top_k"}) {
      if (body.contains({name.data(), name.size()})) {
        return invalid(fmt::format("{}: Extra inputs are not permitted", name));
      }
    }
    return true;
  }
  if (direct) {
    return version.empty() || version == "2023-06-01" || version == "2023-01-01"
               ? Checked(true)
               : Checked(invalid(
                     fmt::format("anthropic-version: \"{}\" is not a valid version", version)));
  }
  const std::string_view wanted =
      place.provider == Provider::Bedrock ? "bedrock-2023-05-31" : "vertex-2023-10-16";
  if (version == wanted) {
    return true;
  }
  return invalid(version.empty()
                     ? std::string("anthropic_version: Field required")
                     : fmt::format(R"(anthropic_version: "{}" is not a valid version; use "{}")",
                                   version,
                                   wanted));
}

// Where the model stands, and which version is named in the body: the three ways in differ.
Checked check_envelope(const json::object& body, const AskPlace& place) {
  const auto operation = place.operation;
  const auto provider = place.provider;
  const bool counting = operation == CloudOperation::MessagesCountTokens ||
                        operation == CloudOperation::RawCountTokens;
  const bool direct = provider != Provider::Bedrock && provider != Provider::Vertex;
  if (direct || operation == CloudOperation::RawCountTokens) {
    if (text_in(body, "model").empty()) {
      return invalid("model: Field required");
    }
  } else if (body.contains("model")) {
    return invalid("model: Extra inputs are not permitted");
  }
  if (direct && body.contains("anthropic_version")) {
    return invalid("anthropic_version: Extra inputs are not permitted");
  }
  if (provider == Provider::Bedrock && body.contains("stream")) {
    return invalid("stream: Extra inputs are not permitted");
  }
  if (auto checked = check_version(body, place, direct); !checked) {
    return checked;
  }
  if (!counting && !body.contains("max_tokens")) {
    return invalid("max_tokens: Field required");
  }
  return true;
}

// Top-level fields that the Messages API has, its betas included.
Checked check_known(const json::object& body) {
  const auto name = stranger(body,
                             {"model",
                              "messages",
                              "max_tokens",
                              "system",
                              "stream",
                              "temperature",
                              "top_p",
                              "top_k",
                              "stop_sequences",
                              "tools",
                              "tool_choice",
                              "thinking",
                              "metadata",
                              "service_tier",
                              "container",
                              "output_config",
                              "output_format",
                              "cache_control",
                              "context_management",
                              "mcp_servers",
                              "anthropic_version",
                              "anthropic_beta",
                              "inference_geo",
                              "speed"});
  return name.empty() ? Checked(true)
                      : Checked(invalid(fmt::format("{}: Extra inputs are not permitted", name)));
}

}  // namespace

AskResult read_messages(const json::object& body, const AskPlace& place) {
  const auto operation = place.operation;
  CloudAsk ask;
  if (const auto checked = check_envelope(body, place); !checked) {
    return std::unexpected(checked.error());
  }
  if (const auto checked = check_known(body); !checked) {
    return std::unexpected(checked.error());
  }
  const auto limit = count_in(body, "max_tokens");
  if (!limit) {
    return std::unexpected(limit.error());
  }
  for (const auto& read : {read_all_messages, read_system, read_tools}) {
    if (const auto checked = read(body, ask); !checked) {
      return std::unexpected(checked.error());
    }
  }
  read_choice(body, ask);
  read_format(body, ask);
  ask.model = text_in(body, "model");
  ask.tokens_max = *limit;
  ask.stream = flag_in(body, "stream") || operation == CloudOperation::InvokeStream ||
               operation == CloudOperation::StreamRawPredict;
  return ask;
}

}  // namespace meridian
