#include "wire/count_tokens.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/check.h"
#include "wire/base64.h"
#include "wire/failures.h"
#include "wire/json.h"
#include "wire/json_writer.h"

namespace meridian {

namespace {

using Names = std::span<const std::string_view>;

// What a Messages request says about its answer. Anthropic's count_tokens refuses fields that it
// does not have, and these are all of them (the API's reference, "Count tokens in a Message").
constexpr std::array<std::string_view, 11> kOfTheAnswer{"max_tokens",
                                                        "stream",
                                                        "temperature",
                                                        "top_p",
                                                        "top_k",
                                                        "stop_sequences",
                                                        "metadata",
                                                        "service_tier",
                                                        "inference_geo",
                                                        "container",
                                                        "speed"};

// ConverseTokensRequest, and Vertex' CountTokensRequest.
constexpr std::array<std::string_view, 4> kConverse{"messages",
                                                    "system",
                                                    "toolConfig",
                                                    "additionalModelRequestFields"};
constexpr std::array<std::string_view, 4> kVertex{"contents",
                                                  "systemInstruction",
                                                  "tools",
                                                  "generationConfig"};

bool is_one_of(Names names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

template <class Wanted>
void copy_members(std::string_view object, const Wanted& wanted, JsonWriter& json) {
  const auto parsed = thread_json_parser().parse(object);
  MERIDIAN_CHECK(parsed);  // A body that we have written.
  for (const auto member : parsed->members()) {
    if (wanted(member.name)) {
      json.key(member.name).raw(member.raw());
    }
  }
}

// Anthropic's own rule of thumb is width * height / 750, and larger images are scaled down to about
// 1600; how large one is, nobody looks.
constexpr std::int64_t kImage = 1600;
constexpr std::int64_t kMessage = 3;  // Its role, and where it begins and ends.

struct Counter {
  std::int64_t tokens = 0;

  void operator()(const TextPart& part) { text(part.text); }

  void operator()(const ImagePart&) { tokens += kImage; }

  // A page is seen as an image and read as text; one of a PDF takes some 50 KB.
  void operator()(const DocumentPart& part) {
    constexpr std::int64_t kPageBytes = 50000;
    constexpr std::int64_t kPage = 2000;
    for (const auto& words : part.texts) {
      text(words);
    }
    text(part.context);
    if (part.texts.empty()) {
      tokens += kPage * (1 + static_cast<std::int64_t>(part.data.size()) / kPageBytes);
    }
  }

  void operator()(const ToolCall& call) {
    text(call.name);
    text(call.arguments_json);
  }

  void operator()(const ToolResult& result) {
    for (const auto& part : result.content) {
      std::visit(*this, part);
    }
  }

  void operator()(const ThinkingPart& part) { text(part.text); }

  void operator()(const OpaquePart& part) { text(part.json); }

  void operator()(const CachePoint&) {}

  void text(std::string_view text) { tokens += estimate_tokens(text); }
};

}  // namespace

std::string count_body(CountForm form, std::string_view chat_body, std::string_view model) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  switch (form) {
    case CountForm::Anthropic:
      copy_members(chat_body, [](auto name) { return !is_one_of(kOfTheAnswer, name); }, json);
      break;
    case CountForm::VertexGemini:
      copy_members(chat_body, [](auto name) { return is_one_of(kVertex, name); }, json);
      break;
    case CountForm::BedrockConverse:
      json.key("input").begin_object().key("converse").begin_object();
      copy_members(chat_body, [](auto name) { return is_one_of(kConverse, name); }, json);
      json.end_object().end_object();
      break;
    case CountForm::BedrockInvoke: {
      std::string encoded;
      append_base64(encoded, chat_body);
      json.key("input").begin_object().key("invokeModel").begin_object();
      json.key("body").string(encoded).end_object().end_object();
      break;
    }
    case CountForm::Gemini:
      json.key("generateContentRequest").begin_object();
      json.key("model").string("models/" + std::string(model));
      copy_members(chat_body, [](auto) { return true; }, json);
      json.end_object();
      break;
    case CountForm::None:
      MERIDIAN_CHECK(false);
  }
  json.end_object();
  return out;
}

Result<std::int64_t> read_count_reply(CountForm form, std::string_view json) {
  std::string_view name = "input_tokens";
  switch (form) {
    case CountForm::BedrockConverse:
    case CountForm::BedrockInvoke:
      name = "inputTokens";
      break;
    case CountForm::Gemini:
    case CountForm::VertexGemini:
      name = "totalTokens";
      break;
    case CountForm::Anthropic:
    case CountForm::None:
      break;
  }
  const auto reply = thread_json_parser().parse(json);
  const auto count = reply ? (*reply)[name].integer() : std::nullopt;
  if (!count || *count < 0) {
    return std::unexpected(bad_reply("the provider's answer holds no count of tokens"));
  }
  return *count;
}

std::string write_count_reply(std::int64_t tokens) {
  std::string out;
  JsonWriter(out).begin_object().key("input_tokens").integer(tokens).end_object();
  return out;
}

std::int64_t estimate_tokens(std::string_view text) {
  constexpr std::int64_t kBytes = 4;
  const auto plain =
      std::ranges::count_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  const auto others =
      std::ranges::count_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0xC0; });
  return (plain + kBytes - 1) / kBytes + others;
}

std::int64_t estimate_tokens(const ChatRequest& request) {
  Counter counter;
  for (const auto& message : request.messages) {
    counter.tokens += kMessage;
    counter.text(message.opaque_json);
    for (const auto& part : message.parts) {
      std::visit(counter, part);
    }
  }
  for (const auto& tool : request.tools) {
    for (const auto* text : {&tool.name, &tool.description, &tool.schema_json, &tool.opaque_json}) {
      counter.text(*text);
    }
  }
  return counter.tokens;
}

}  // namespace meridian
