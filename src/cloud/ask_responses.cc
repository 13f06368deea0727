#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "cloud/ask_parts.h"

namespace meridian {
namespace {

namespace json = boost::json;

using Checked = std::expected<bool, CloudRefusal>;

Checked read_parts(const json::array& parts, std::size_t index, bool user, CloudAsk& ask) {
  constexpr std::array<std::string_view, 5> kKinds = {
      "input_text", "output_text", "refusal", "input_image", "input_file"};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto* const part = parts[i].if_object();
    const auto type = part == nullptr ? std::string_view() : text_in(*part, "type");
    if (std::ranges::find(kKinds, type) == kKinds.end()) {
      return invalid(fmt::format("Invalid value: '{}'. Supported values are: 'input_text', "
                                 "'input_image', 'output_text', 'refusal', and 'input_file'.",
                                 type),
                     fmt::format("input[{}].content[{}].type", index, i));
    }
    const auto text = text_in(*part, "text");
    ask.prompt_bytes += text.empty() ? json::serialize(*part).size() : text.size();
    if (user && !text.empty()) {
      ask.last_words.append(ask.last_words.empty() ? "" : "\n").append(text);
    }
  }
  return true;
}

Checked read_message(const json::object& item, std::size_t index, CloudAsk& ask) {
  constexpr std::array<std::string_view, 4> kRoles = {"system", "assistant", "user", "developer"};
  const auto role = text_in(item, "role");
  if (std::ranges::find(kRoles, role) == kRoles.end()) {
    return invalid(fmt::format("Invalid value: '{}'. Supported values are: 'assistant', 'system', "
                               "'developer', and 'user'.",
                               role),
                   fmt::format("input[{}].role", index));
  }
  const bool user = role == "user";
  ask.after_tool = false;
  if (user) {
    ask.last_words.clear();
  }
  const auto* const content = given(item, "content");
  if (content != nullptr && content->is_string()) {
    ask.prompt_bytes += content->get_string().size();
    if (user) {
      ask.last_words = view(content->get_string());
    }
    return true;
  }
  const auto* const parts = content == nullptr ? nullptr : content->if_array();
  if (parts == nullptr) {
    return invalid(fmt::format("Missing required parameter: 'input[{}].content'.", index),
                   fmt::format("input[{}].content", index));
  }
  return read_parts(*parts, index, user, ask);
}

// What OpenAI encrypted begins so; what others made it cannot read.
Checked read_reasoning(const json::object& item, std::size_t index) {
  const auto sealed = text_in(item, "encrypted_content");
  if (text_in(item, "id").empty() || array_in(item, "summary") == nullptr) {
    return invalid(fmt::format("Missing required parameter: 'input[{}].summary'.", index),
                   fmt::format("input[{}].summary", index));
  }
  if (!sealed.starts_with("gAAAA")) {
    return invalid(fmt::format("The encrypted content for item {} could not be verified.",
                               text_in(item, "id")));
  }
  return true;
}

// A call's output needs the call, and a call its output.
class Calls {
 public:
  Checked add(const json::object& item, std::size_t index) {
    const auto id = text_in(item, "call_id");
    if (id.empty() || text_in(item, "name").empty() || given(item, "arguments") == nullptr) {
      return invalid(fmt::format("Missing required parameter: 'input[{}].call_id'.", index),
                     fmt::format("input[{}].call_id", index));
    }
    open_.emplace_back(id);
    return true;
  }

  Checked answer(const json::object& item) {
    const auto id = text_in(item, "call_id");
    const auto found = std::ranges::find(open_, id);
    if (found == open_.end()) {
      return invalid(
          fmt::format("No tool call found for function call output with call_id {}.", id), "input");
    }
    open_.erase(found);
    return true;
  }

  Checked all_answered() const {
    return open_.empty() ? Checked(true)
                         : Checked(invalid(fmt::format("No tool output found for function call {}.",
                                                       open_.front()),
                                           "input"));
  }

 private:
  std::vector<std::string> open_;
};

Checked read_item(const json::object& item, std::size_t index, Calls& calls, CloudAsk& ask) {
  const auto type = text_in(item, "type");
  if (type.empty() || type == "message") {
    return read_message(item, index, ask);
  }
  ask.prompt_bytes += json::serialize(item).size();
  if (type == "reasoning") {
    return read_reasoning(item, index);
  }
  if (type == "function_call") {
    return calls.add(item, index);
  }
  if (type == "function_call_output") {
    ask.after_tool = true;
    return calls.answer(item);
  }
  if (type == "item_reference") {
    return invalid(fmt::format("Item with id '{}' not found.", text_in(item, "id")), "input");
  }
  return true;
}

Checked read_input(const json::object& body, CloudAsk& ask) {
  ask.prompt_bytes += text_in(body, "instructions").size();
  const auto* const input = given(body, "input");
  if (input != nullptr && input->is_string()) {
    ask.last_words = view(input->get_string());
    ask.prompt_bytes += ask.last_words.size();
    ask.messages = 1;
    return true;
  }
  const auto* const items = input == nullptr ? nullptr : input->if_array();
  if (items == nullptr || items->empty()) {
    return invalid("Missing required parameter: 'input'.", "input");
  }
  Calls calls;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const auto* const item = (*items)[i].if_object();
    if (item == nullptr) {
      return invalid(fmt::format("Invalid type for 'input[{}]': expected an object.", i),
                     fmt::format("input[{}]", i));
    }
    if (auto checked = read_item(*item, i, calls, ask); !checked) {
      return checked;
    }
  }
  ask.messages = items->size();
  return calls.all_answered();
}

Checked read_tools(const json::object& body, CloudAsk& ask) {
  const auto* const tools = array_in(body, "tools");
  for (std::size_t i = 0; tools != nullptr && i < tools->size(); ++i) {
    const auto* const tool = (*tools)[i].if_object();
    if (tool == nullptr || text_in(*tool, "type") != "function") {
      continue;  // One that is hosted.
    }
    if (text_in(*tool, "name").empty()) {
      return invalid(fmt::format("Missing required parameter: 'tools[{}].name'.", i),
                     fmt::format("tools[{}].name", i));
    }
    const auto* const schema = given(*tool, "parameters");
    ask.tools.push_back(
        {std::string(text_in(*tool, "name")),
         schema == nullptr ? json::value() : json::value(*schema, json::storage_ptr())});
    ask.prompt_bytes += json::serialize(*tool).size();
  }
  const auto* const choice = given(body, "tool_choice");
  if (choice != nullptr && choice->is_object()) {
    ask.wish = ToolWish::Named;
    ask.wished_tool = text_in(choice->get_object(), "name");
  } else if (choice != nullptr && choice->is_string()) {
    const auto word = view(choice->get_string());
    ask.wish = word == "none"       ? ToolWish::None
               : word == "required" ? ToolWish::Any
                                    : ToolWish::Auto;
  }
  return true;
}

Checked read_limits(const json::object& body, CloudAsk& ask) {
  const auto limit = count_in(body, "max_output_tokens");
  if (!limit) {
    return std::unexpected(limit.error());
  }
  ask.tokens_max = *limit;
  ask.stream = flag_in(body, "stream");
  return true;
}

Checked read_format(const json::object& body, CloudAsk& ask) {
  const auto* const text = object_in(body, "text");
  const auto* const format = text == nullptr ? nullptr : object_in(*text, "format");
  if (format == nullptr || text_in(*format, "type") == "text") {
    return true;
  }
  ask.wants_json = true;
  if (const auto* schema = given(*format, "schema")) {
    ask.json_schema = json::value(*schema, json::storage_ptr());
  } else if (text_in(*format, "type") == "json_schema") {
    return invalid("Missing required parameter: 'text.format.schema'.", "text.format.schema");
  }
  return true;
}

// It stores nothing, so there is nothing to refer to.
Checked check_known(const json::object& body) {
  if (const auto id = text_in(body, "previous_response_id"); !id.empty()) {
    return invalid(fmt::format("Previous response with id '{}' not found.", id),
                   "previous_response_id");
  }
  const auto name = stranger(body,
                             {"model",
                              "input",
                              "background",
                              "conversation",
                              "context_management",
                              "include",
                              "instructions",
                              "max_output_tokens",
                              "max_tool_calls",
                              "metadata",
                              "moderation",
                              "parallel_tool_calls",
                              "previous_response_id",
                              "prompt",
                              "prompt_cache_key",
                              "prompt_cache_options",
                              "prompt_cache_retention",
                              "reasoning",
                              "safety_identifier",
                              "service_tier",
                              "store",
                              "stream",
                              "stream_options",
                              "temperature",
                              "text",
                              "tool_choice",
                              "tools",
                              "top_logprobs",
                              "top_p",
                              "truncation",
                              "user"});
  return name.empty()
             ? Checked(true)
             : Checked(invalid(fmt::format("Unknown parameter: '{}'.", name), std::string(name)));
}

}  // namespace

AskResult read_responses(const json::object& body) {
  CloudAsk ask;
  ask.model = text_in(body, "model");
  if (ask.model.empty()) {
    return invalid("Missing required parameter: 'model'.", "model");
  }
  if (const auto checked = check_known(body); !checked) {
    return std::unexpected(checked.error());
  }
  for (const auto& read : {read_input, read_tools, read_limits, read_format}) {
    if (const auto checked = read(body, ask); !checked) {
      return std::unexpected(checked.error());
    }
  }
  return ask;
}

}  // namespace meridian
