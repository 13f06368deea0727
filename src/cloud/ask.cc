#include "cloud/ask.h"

#include <algorithm>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "cloud/ask_parts.h"

namespace meridian {

namespace json = boost::json;

std::unexpected<CloudRefusal> invalid(std::string message, std::string param) {
  return std::unexpected(CloudRefusal{
      .kind = RefusalKind::Invalid, .message = std::move(message), .param = std::move(param)});
}

const json::value* given(const json::object& object, std::string_view key) {
  const auto* const found = object.if_contains({key.data(), key.size()});
  return found == nullptr || found->is_null() ? nullptr : found;
}

const json::object* object_in(const json::object& object, std::string_view key) {
  const auto* const found = given(object, key);
  return found == nullptr ? nullptr : found->if_object();
}

const json::array* array_in(const json::object& object, std::string_view key) {
  const auto* const found = given(object, key);
  return found == nullptr ? nullptr : found->if_array();
}

std::string_view view(const json::string& text) {
  return {text.data(), text.size()};
}

std::string_view text_in(const json::object& object, std::string_view key) {
  const auto* const found = given(object, key);
  const auto* const text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr ? std::string_view() : view(*text);
}

bool flag_in(const json::object& object, std::string_view key) {
  const auto* const found = given(object, key);
  return found != nullptr && found->is_bool() && found->get_bool();
}

bool blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string_view stranger(const json::object& object,
                          std::initializer_list<std::string_view> known) {
  for (const auto& member : object) {
    const std::string_view name(member.key().data(), member.key().size());
    if (std::ranges::find(known, name) == known.end()) {
      return name;
    }
  }
  return {};
}

std::expected<std::optional<std::int64_t>, CloudRefusal> count_in(const json::object& object,
                                                                  std::string_view key) {
  const auto* const found = given(object, key);
  if (found == nullptr) {
    return std::nullopt;
  }
  boost::system::error_code failed;
  const auto count = found->to_number<std::int64_t>(failed);
  if (failed || found->is_double()) {
    return invalid(fmt::format("{}: Input should be a valid integer", key), std::string(key));
  }
  if (count < 1) {
    return invalid(fmt::format("{}: Input should be greater than or equal to 1", key),
                   std::string(key));
  }
  return count;
}

namespace {

// {"input":{"converse":{...}}} or {"input":{"invokeModel":{"body":"<base64>"}}}. The second is
// judged by its length only. Claude alone can be counted, by its own name and not a profile's.
AskResult read_bedrock_count(const json::object& body, std::string_view model) {
  if (!model.starts_with("anthropic.")) {
    return invalid("The provided model doesn't support counting tokens.");
  }
  const auto* const input = object_in(body, "input");
  if (input == nullptr) {
    return invalid(
        "1 validation error detected: Value at 'input' failed to satisfy constraint: Member must "
        "not be null");
  }
  if (const auto* converse = object_in(*input, "converse")) {
    return read_converse(*converse);
  }
  const auto* const invoke = object_in(*input, "invokeModel");
  if (invoke == nullptr || text_in(*invoke, "body").empty()) {
    return invalid("The input has to be either converse or invokeModel.");
  }
  CloudAsk ask;
  ask.prompt_bytes = text_in(*invoke, "body").size() / 4 * 3;
  return ask;
}

AskResult read_object(const AskPlace& place, const json::object& body) {
  const auto operation = place.operation;
  switch (operation) {
    case CloudOperation::Converse:
    case CloudOperation::ConverseStream: {
      auto ask = read_converse(body);
      if (ask) {
        ask->stream = operation == CloudOperation::ConverseStream;
      }
      return ask;
    }
    case CloudOperation::BedrockCountTokens:
      return read_bedrock_count(body, place.model);
    case CloudOperation::Invoke:
      return is_embedding_model(place.model) ? read_embeddings(body, place)
                                             : read_messages(body, place);
    case CloudOperation::InvokeStream:
    case CloudOperation::Messages:
    case CloudOperation::MessagesCountTokens:
    case CloudOperation::RawPredict:
    case CloudOperation::StreamRawPredict:
    case CloudOperation::RawCountTokens:
      return read_messages(body, place);
    case CloudOperation::Generate:
    case CloudOperation::StreamGenerate:
    case CloudOperation::GeminiCountTokens: {
      auto ask = read_generate(body, operation == CloudOperation::GeminiCountTokens);
      if (ask) {
        ask->stream = operation == CloudOperation::StreamGenerate;
      }
      return ask;
    }
    case CloudOperation::Chat:
      return read_chat(body, place.provider);
    case CloudOperation::Responses:
      return read_responses(body);
    case CloudOperation::Completions:
      return read_completions(body, place.provider);
    case CloudOperation::Embeddings:
    case CloudOperation::Predict:
    case CloudOperation::BatchEmbedContents:
      return read_embeddings(body, place);
    case CloudOperation::Models:
    case CloudOperation::GoogleToken:
    case CloudOperation::EntraToken:
    case CloudOperation::Sts:
    case CloudOperation::Unknown:
      break;
  }
  return CloudAsk();
}

}  // namespace

AskResult read_ask(const AskPlace& place, std::string_view body) {
  boost::system::error_code failed;
  json::parse_options options;
  options.max_depth = 256;  // Boost's own 32 would refuse schemas that providers take.
  json::monotonic_resource memory;
  const auto value = json::parse({body.data(), body.size()}, failed, &memory, options);
  if (failed) {
    return invalid(
        fmt::format("Malformed input request: the body is not valid JSON ({}), please reformat "
                    "your input and try again.",
                    failed.message()));
  }
  const auto* const object = value.if_object();
  if (object == nullptr) {
    return invalid(
        "Malformed input request: expected a JSON object, please reformat your input and try "
        "again.");
  }
  return read_object(place, *object);
}

}  // namespace meridian
