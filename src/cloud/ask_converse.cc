#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "cloud/ask_parts.h"

namespace meridian {
namespace {

namespace json = boost::json;

struct Turn {
  std::string_view role;
  std::size_t tool_uses = 0;
  std::size_t tool_results = 0;
  std::size_t texts = 0;
  std::size_t documents = 0;
};

using Checked = std::expected<bool, CloudRefusal>;

bool tool_name_allowed(std::string_view name) {
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-';
  });
}

Checked check_tool_use(const json::object& use, std::string_view where) {
  if (!tool_name_allowed(text_in(use, "name"))) {
    return invalid(fmt::format(
        "Value '{}' at '{}.toolUse.name' failed to satisfy constraint: Member must satisfy regular "
        "expression pattern: [a-zA-Z0-9_-]{{1,64}}",
        text_in(use, "name"),
        where));
  }
  if (text_in(use, "toolUseId").empty()) {
    return invalid(fmt::format("{}.toolUse.toolUseId: Member must not be null", where));
  }
  if (object_in(use, "input") == nullptr) {
    return invalid(
        fmt::format("The format of the value at {}.toolUse.input is invalid. Provide a json object "
                    "for the field and try again.",
                    where));
  }
  return true;
}

// Letters, digits, single blanks and -()[], as the service model's documentation has it.
bool document_name_allowed(std::string_view name) {
  static constexpr std::string_view kSigns = " -()[]";
  return !name.empty() && name.size() <= 200 && !name.contains("  ") &&
         std::ranges::all_of(name, [](unsigned char c) {
           return std::isalnum(c) != 0 || kSigns.contains(static_cast<char>(c));
         });
}

Checked check_document(const json::object& document, std::string_view where) {
  constexpr std::array<std::string_view, 9> kFormats{
      "pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"};
  const auto name = text_in(document, "name");
  if (!document_name_allowed(name)) {
    return invalid(
        fmt::format("The document file name at {} can only contain alphanumeric characters, "
                    "whitespace characters, hyphens, parentheses, and square brackets. The name "
                    "can't contain more than one consecutive whitespace character.",
                    where));
  }
  if (std::ranges::find(kFormats, text_in(document, "format")) == kFormats.end()) {
    return invalid(fmt::format("{}.document.format: Member must satisfy enum value set", where));
  }
  const auto* const source = object_in(document, "source");
  if (source == nullptr || source->size() != 1) {
    return invalid(fmt::format("{}.document.source has to hold exactly one field.", where));
  }
  return true;
}

// One of the union's members, and nothing else.
Checked check_block(const json::object& block, std::string_view where, Turn& turn, CloudAsk& ask) {
  if (block.size() != 1) {
    return invalid(
        fmt::format("The content block at {} has to hold exactly one field; it holds {}.",
                    where,
                    block.size()));
  }
  if (block.contains("text")) {
    const auto text = text_in(block, "text");
    if (blank(text)) {
      return invalid(
          fmt::format("The text field in the ContentBlock object at {} is blank. Add text to the "
                      "text field, and "
                      "try again.",
                      where));
    }
    ++turn.texts;
    ask.prompt_bytes += text.size();
    if (turn.role == "user") {
      ask.last_words.append(ask.last_words.empty() ? "" : "\n").append(text);
    }
    return true;
  }
  if (const auto* use = object_in(block, "toolUse")) {
    ++turn.tool_uses;
    ask.prompt_bytes += json::serialize(*use).size();
    return check_tool_use(*use, where);
  }
  if (const auto* result = object_in(block, "toolResult")) {
    ++turn.tool_results;
    ask.after_tool = true;
    if (text_in(*result, "toolUseId").empty() || array_in(*result, "content") == nullptr) {
      return invalid(fmt::format("{}.toolResult needs a toolUseId and content.", where));
    }
    ask.prompt_bytes += json::serialize(*result).size();
    return true;
  }
  if (const auto* document = object_in(block, "document")) {
    ++turn.documents;
    return check_document(*document, where);
  }
  if (stranger(block,
               {"image",
                "video",
                "audio",
                "reasoningContent",
                "cachePoint",
                "guardContent",
                "citationsContent",
                "searchResult",
                "toolAddition",
                "toolRemoval"})
          .empty()) {
    return true;
  }
  return invalid(fmt::format("The content block at {} is of an unknown kind.", where));
}

Checked check_turn(const json::value& message, std::size_t index, Turn& turn, CloudAsk& ask) {
  const auto* const object = message.if_object();
  const auto* const content = object == nullptr ? nullptr : array_in(*object, "content");
  turn.role = object == nullptr ? std::string_view() : text_in(*object, "role");
  if (turn.role != "user" && turn.role != "assistant") {
    return invalid(fmt::format(
        "Value '{}' at 'messages.{}.member.role' failed to satisfy constraint: Member must satisfy "
        "enum value set: [user, assistant]",
        turn.role,
        index + 1));
  }
  if (content == nullptr || content->empty()) {
    return invalid(
        fmt::format("The content field in the Message object at messages.{} is empty. Add a "
                    "ContentBlock object to "
                    "the content field and try again.",
                    index));
  }
  ask.after_tool = false;
  if (turn.role == "user") {
    ask.last_words.clear();
  }
  for (std::size_t i = 0; i < content->size(); ++i) {
    const auto* const block = (*content)[i].if_object();
    const auto where = fmt::format("messages.{}.content.{}", index, i);
    if (block == nullptr) {
      return invalid(fmt::format("{} has to be an object.", where));
    }
    if (auto checked = check_block(*block, where, turn, ask); !checked) {
      return checked;
    }
  }
  if (turn.documents > 0 && turn.texts == 0) {
    return invalid(fmt::format(
        "The message at messages.{} holds a document and no text. Add a text block and try again.",
        index));
  }
  return true;
}

// How neighbours fit: roles alternate, and every call is answered in the next message.
Checked check_order(const Turn* before, const Turn& turn, std::size_t index) {
  if (before == nullptr) {
    if (turn.role != "user") {
      return invalid(
          "A conversation must start with a user message. Try again with a conversation that "
          "starts "
          "with a user message.");
    }
  } else if (before->role == turn.role) {
    return invalid(
        "A conversation must alternate between user and assistant roles. Make sure the "
        "conversation "
        "alternates between user and assistant roles and try again.");
  }
  const auto calls = before == nullptr ? 0 : before->tool_uses;
  if (calls > turn.tool_results) {
    return invalid(
        fmt::format("Expected toolResult blocks at messages.{}.content for all of the toolUse "
                    "blocks before it.",
                    index));
  }
  if (calls < turn.tool_results) {
    return invalid(
        fmt::format("The number of toolResult blocks at messages.{}.content exceeds the number of "
                    "toolUse blocks "
                    "of previous turn.",
                    index));
  }
  return true;
}

Checked read_system(const json::object& body, CloudAsk& ask) {
  const auto* const system = array_in(body, "system");
  if (system == nullptr) {
    return body.contains("system") ? Checked(invalid("system has to be a list of content blocks."))
                                   : Checked(true);
  }
  for (std::size_t i = 0; i < system->size(); ++i) {
    const auto* const block = (*system)[i].if_object();
    if (block == nullptr || (block->contains("text") && blank(text_in(*block, "text")))) {
      return invalid(
          fmt::format("The text field in the SystemContentBlock object at system.{} is blank. Add "
                      "text to the text "
                      "field, and try again.",
                      i));
    }
    ask.prompt_bytes += text_in(*block, "text").size();
  }
  return true;
}

Checked read_tool(const json::object& entry, std::size_t index, CloudAsk& ask) {
  const auto* const spec = object_in(entry, "toolSpec");
  if (spec == nullptr) {
    return entry.contains("cachePoint") || entry.contains("systemTool")
               ? Checked(true)
               : Checked(invalid(fmt::format("toolConfig.tools.{} is of an unknown kind.", index)));
  }
  CloudTool tool{.name = std::string(text_in(*spec, "name")), .schema = nullptr};
  if (!tool_name_allowed(tool.name)) {
    return invalid(
        fmt::format("Value '{}' at 'toolConfig.tools.{}.member.toolSpec.name' failed to satisfy "
                    "constraint: Member "
                    "must satisfy regular expression pattern: [a-zA-Z0-9_-]{{1,64}}",
                    tool.name,
                    index + 1));
  }
  if (spec->contains("description") && text_in(*spec, "description").empty()) {
    return invalid(
        fmt::format("Invalid length for parameter toolConfig.tools[{}].toolSpec.description, "
                    "value: 0, valid min "
                    "length: 1",
                    index));
  }
  const auto* const schema = object_in(*spec, "inputSchema");
  if (schema == nullptr || object_in(*schema, "json") == nullptr) {
    return invalid(fmt::format(
        "toolConfig.tools.{}.toolSpec.inputSchema.json: Member must not be null", index));
  }
  tool.schema = json::value(*object_in(*schema, "json"), json::storage_ptr());
  ask.prompt_bytes += json::serialize(*spec).size();
  ask.tools.push_back(std::move(tool));
  return true;
}

Checked read_tools(const json::object& body, CloudAsk& ask) {
  const auto* const config = object_in(body, "toolConfig");
  if (config == nullptr) {
    return true;
  }
  const auto* const tools = array_in(*config, "tools");
  if (tools == nullptr || tools->empty()) {
    return invalid("The toolConfig field must hold at least one tool.");
  }
  for (std::size_t i = 0; i < tools->size(); ++i) {
    const auto* const entry = (*tools)[i].if_object();
    if (entry == nullptr) {
      return invalid(fmt::format("toolConfig.tools.{} has to be an object.", i));
    }
    if (auto checked = read_tool(*entry, i, ask); !checked) {
      return checked;
    }
  }
  const auto* const choice = object_in(*config, "toolChoice");
  if (choice == nullptr) {
    return true;
  }
  if (const auto* named = object_in(*choice, "tool")) {
    ask.wish = ToolWish::Named;
    ask.wished_tool = text_in(*named, "name");
  } else if (choice->contains("any")) {
    ask.wish = ToolWish::Any;
  } else if (!choice->contains("auto")) {
    return invalid("toolChoice has to be one of auto, any and tool.");
  }
  return true;
}

Checked read_limits(const json::object& body, CloudAsk& ask) {
  const auto* const config = object_in(body, "inferenceConfig");
  if (config == nullptr) {
    return true;
  }
  if (const auto name = stranger(*config, {"maxTokens", "temperature", "topP", "stopSequences"});
      !name.empty()) {
    return invalid(
        fmt::format("Malformed input request: extraneous key [{}] is not permitted, please "
                    "reformat your input and try again.",
                    name));
  }
  const auto limit = count_in(*config, "maxTokens");
  if (!limit) {
    return std::unexpected(limit.error());
  }
  ask.tokens_max = *limit;
  for (const std::string_view name : {"temperature", "topP"}) {
    const auto* const value = given(*config, name);
    boost::system::error_code failed;
    const double number = value == nullptr ? 0 : value->to_number<double>(failed);
    if (failed || number < 0 || number > 1) {
      return invalid(
          fmt::format("1 validation error detected: Value at 'inferenceConfig.{}' failed to "
                      "satisfy constraint: Member must have value between 0 and 1",
                      name));
    }
  }
  return true;
}

// outputConfig.textFormat: the schema is a string that holds JSON.
Checked read_format(const json::object& body, CloudAsk& ask) {
  const auto* const config = object_in(body, "outputConfig");
  const auto* const format = config == nullptr ? nullptr : object_in(*config, "textFormat");
  const auto* const structure = format == nullptr ? nullptr : object_in(*format, "structure");
  const auto* const described =
      structure == nullptr ? nullptr : object_in(*structure, "jsonSchema");
  if (described == nullptr) {
    return true;
  }
  boost::system::error_code failed;
  const auto schema = text_in(*described, "schema");
  ask.json_schema = json::parse({schema.data(), schema.size()}, failed);
  if (failed) {
    return invalid("outputConfig.textFormat.structure.jsonSchema.schema is not valid JSON.");
  }
  ask.wants_json = true;
  return true;
}

}  // namespace

AskResult read_converse(const json::object& body) {
  CloudAsk ask;
  const auto* const messages = array_in(body, "messages");
  if (messages == nullptr || messages->empty()) {
    return invalid(
        "A conversation must start with a user message. Try again with a conversation that starts "
        "with "
        "a user message.");
  }
  Turn before;
  bool speaks_of_tools = false;
  for (std::size_t i = 0; i < messages->size(); ++i) {
    Turn turn;
    if (const auto checked = check_turn((*messages)[i], i, turn, ask); !checked) {
      return std::unexpected(checked.error());
    }
    if (const auto checked = check_order(i == 0 ? nullptr : &before, turn, i); !checked) {
      return std::unexpected(checked.error());
    }
    speaks_of_tools = speaks_of_tools || turn.tool_uses + turn.tool_results > 0;
    before = turn;
  }
  ask.messages = messages->size();
  for (const auto& read : {read_system, read_tools, read_limits, read_format}) {
    if (const auto checked = read(body, ask); !checked) {
      return std::unexpected(checked.error());
    }
  }
  if (speaks_of_tools && ask.tools.empty()) {
    return invalid(
        "The toolConfig field must be defined when using toolUse and toolResult content blocks.");
  }
  return ask;
}

}  // namespace meridian
