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

constexpr std::array<std::string_view, 6> kRoles =
    {"system", "assistant", "user", "function", "tool", "developer"};

Checked read_parts(const json::array& parts, std::size_t index, bool user, CloudAsk& ask) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto where = fmt::format("messages[{}].content[{}]", index, i);
    const auto* const part = parts[i].if_object();
    const auto type = part == nullptr ? std::string_view() : text_in(*part, "type");
    if (type.empty()) {
      return invalid(fmt::format("Missing required parameter: '{}.type'.", where), where + ".type");
    }
    if (type != "text") {
      ask.prompt_bytes += json::serialize(*part).size();
      continue;
    }
    const auto text = text_in(*part, "text");
    ask.prompt_bytes += text.size();
    if (user) {
      ask.last_words.append(ask.last_words.empty() ? "" : "\n").append(text);
    }
  }
  return true;
}

Checked read_message(const json::object& message, std::size_t index, CloudAsk& ask) {
  const auto role = text_in(message, "role");
  if (std::ranges::find(kRoles, role) == kRoles.end()) {
    return invalid(
        fmt::format("Invalid value: '{}'. Supported values are: 'system', 'assistant', 'user', "
                    "'function', 'tool', and 'developer'.",
                    role),
        fmt::format("messages[{}].role", index));
  }
  const bool user = role == "user";
  ask.after_tool = role == "tool" || role == "function";
  if (user) {
    ask.last_words.clear();
  }
  if (role == "tool" && text_in(message, "tool_call_id").empty()) {
    const auto where = fmt::format("messages[{}].tool_call_id", index);
    return invalid(fmt::format("Missing parameter 'tool_call_id': messages with role 'tool' must "
                               "have a 'tool_call_id'."),
                   where);
  }
  if (const auto* calls = array_in(message, "tool_calls")) {
    ask.prompt_bytes += json::serialize(*calls).size();
  }
  const auto* const content = given(message, "content");
  if (content == nullptr) {
    if (role != "assistant" ||
        (!message.contains("tool_calls") && !message.contains("function_call"))) {
      return invalid("Invalid value for 'content': expected a string, got null.",
                     fmt::format("messages[{}].content", index));
    }
    return true;
  }
  if (const auto* text = content->if_string()) {
    ask.prompt_bytes += text->size();
    if (user) {
      ask.last_words = view(*text);
    }
    return true;
  }
  const auto* const parts = content->if_array();
  if (parts == nullptr) {
    return invalid(fmt::format("Invalid type for 'messages[{}].content': expected one of a string "
                               "or array of objects.",
                               index),
                   fmt::format("messages[{}].content", index));
  }
  return read_parts(*parts, index, user, ask);
}

// A tool's answer has to follow the call that it answers, and every call needs one.
Checked check_tool_order(const json::array& messages) {
  std::size_t open = 0;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto& message = messages[i].get_object();
    if (text_in(message, "role") == "tool") {
      if (open == 0) {
        return invalid(
            "Invalid parameter: messages with role 'tool' must be a response to a preceeding "
            "message "
            "with 'tool_calls'.",
            fmt::format("messages.[{}].role", i));
      }
      --open;
      continue;
    }
    if (open != 0) {
      return invalid(
          "An assistant message with 'tool_calls' must be followed by tool messages responding to "
          "each "
          "'tool_call_id'.",
          fmt::format("messages.[{}].role", i));
    }
    const auto* const calls = array_in(message, "tool_calls");
    open = calls == nullptr ? 0 : calls->size();
  }
  return true;
}

Checked read_tools(const json::object& body, CloudAsk& ask) {
  if (const auto* tools = array_in(body, "tools")) {
    for (std::size_t i = 0; i < tools->size(); ++i) {
      const auto* const tool = (*tools)[i].if_object();
      const auto* const function = tool == nullptr ? nullptr : object_in(*tool, "function");
      if (function == nullptr || text_in(*function, "name").empty()) {
        const auto where = fmt::format("tools[{}].function", i);
        return invalid(fmt::format("Missing required parameter: '{}'.", where), where);
      }
      const auto* const schema = given(*function, "parameters");
      ask.tools.push_back(
          {std::string(text_in(*function, "name")),
           schema == nullptr ? json::value() : json::value(*schema, json::storage_ptr())});
      ask.prompt_bytes += json::serialize(*tool).size();
    }
  }
  return true;
}

// After the tools: without them there is nothing to choose.
Checked read_choice(const json::object& body, CloudAsk& ask) {
  const auto* const choice = given(body, "tool_choice");
  if (choice == nullptr) {
    return true;
  }
  if (ask.tools.empty()) {
    return invalid(
        "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are "
        "specified.",
        "tool_choice");
  }
  if (const auto* word = choice->if_string()) {
    ask.wish = *word == "none"       ? ToolWish::None
               : *word == "required" ? ToolWish::Any
                                     : ToolWish::Auto;
  } else if (const auto* named = choice->if_object()) {
    const auto* const function = object_in(*named, "function");
    ask.wish = ToolWish::Named;
    ask.wished_tool = function == nullptr ? std::string_view() : text_in(*function, "name");
  }
  return true;
}

void read_format(const json::object& body, CloudAsk& ask) {
  const auto* const format = object_in(body, "response_format");
  if (format == nullptr || text_in(*format, "type") == "text") {
    return;
  }
  ask.wants_json = true;
  if (const auto* described = object_in(*format, "json_schema")) {
    if (const auto* schema = given(*described, "schema")) {
      ask.json_schema = json::value(*schema, json::storage_ptr());
    }
  }
}

// OpenAI refuses what it does not know; compatible servers mostly pass over it.
Checked check_known(const json::object& body) {
  const auto name = stranger(body,
                             {"model",
                              "messages",
                              "audio",
                              "frequency_penalty",
                              "function_call",
                              "functions",
                              "logit_bias",
                              "logprobs",
                              "max_completion_tokens",
                              "max_tokens",
                              "metadata",
                              "modalities",
                              "moderation",
                              "n",
                              "parallel_tool_calls",
                              "prediction",
                              "presence_penalty",
                              "prompt_cache_key",
                              "prompt_cache_options",
                              "prompt_cache_retention",
                              "reasoning_effort",
                              "response_format",
                              "safety_identifier",
                              "seed",
                              "service_tier",
                              "stop",
                              "store",
                              "stream",
                              "stream_options",
                              "temperature",
                              "tool_choice",
                              "tools",
                              "top_logprobs",
                              "top_p",
                              "user",
                              "verbosity",
                              "web_search_options",
                              "data_sources"});
  return name.empty()
             ? Checked(true)
             : Checked(invalid(fmt::format("Unrecognized request argument supplied: {}", name)));
}

Checked read_limits(const json::object& body, CloudAsk& ask) {
  for (const std::string_view name : {"max_tokens", "max_completion_tokens"}) {
    const auto limit = count_in(body, name);
    if (!limit) {
      return std::unexpected(limit.error());
    }
    ask.tokens_max = *limit ? *limit : ask.tokens_max;
  }
  const auto* const options = object_in(body, "stream_options");
  ask.stream = flag_in(body, "stream");
  if (options != nullptr && !ask.stream) {
    return invalid("The 'stream_options' parameter is only allowed when 'stream' is enabled.",
                   "stream_options");
  }
  ask.include_usage = options != nullptr && flag_in(*options, "include_usage");
  return true;
}

Checked read_all_messages(const json::object& body, CloudAsk& ask) {
  const auto* const messages = array_in(body, "messages");
  if (messages == nullptr) {
    return invalid("Missing required parameter: 'messages'.", "messages");
  }
  if (messages->empty()) {
    return invalid(
        "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an "
        "empty array instead.",
        "messages");
  }
  for (std::size_t i = 0; i < messages->size(); ++i) {
    const auto* const message = (*messages)[i].if_object();
    if (message == nullptr) {
      return invalid(fmt::format("Invalid type for 'messages[{}]': expected an object.", i),
                     fmt::format("messages[{}]", i));
    }
    if (auto checked = read_message(*message, i, ask); !checked) {
      return checked;
    }
  }
  ask.messages = messages->size();
  return check_tool_order(*messages);
}

}  // namespace

// One prompt of text; of several the last decides the answer.
AskResult read_completions(const json::object& body, Provider provider) {
  CloudAsk ask;
  ask.model = text_in(body, "model");
  if (ask.model.empty() && provider != Provider::Azure) {
    return invalid("you must provide a model parameter");
  }
  if (const auto talkative = ask.model.find("gpt-4"); talkative != std::string::npos) {
    return invalid(
        "This is a chat model and not supported in the v1/completions endpoint. Did you mean to "
        "use v1/chat/completions?",
        "model");
  }
  const auto* const prompt = given(body, "prompt");
  if (prompt == nullptr || !prompt->is_string()) {
    return invalid("The simulated cloud completes one prompt of text.", "prompt");
  }
  ask.last_words = view(prompt->get_string());
  ask.prompt_bytes = ask.last_words.size();
  ask.messages = 1;
  if (const auto checked = read_limits(body, ask); !checked) {
    return std::unexpected(checked.error());
  }
  return ask;
}

AskResult read_chat(const json::object& body, Provider provider) {
  CloudAsk ask;
  ask.model = text_in(body, "model");
  if (ask.model.empty() && provider != Provider::Azure) {
    return invalid("you must provide a model parameter");
  }
  if (provider == Provider::OpenAi || provider == Provider::Azure) {
    if (const auto checked = check_known(body); !checked) {
      return std::unexpected(checked.error());
    }
  }
  for (const auto& read : {read_all_messages, read_tools, read_choice, read_limits}) {
    if (const auto checked = read(body, ask); !checked) {
      return std::unexpected(checked.error());
    }
  }
  read_format(body, ask);
  return ask;
}

}  // namespace meridian
