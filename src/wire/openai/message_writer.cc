#include "wire/openai/message_writer.h"

#include <algorithm>
#include <string>
#include <vector>

#include "wire/documents.h"
#include "wire/image_url.h"

namespace meridian {

namespace {

void write_image(const ImagePart& image, JsonWriter& json) {
  json.begin_object().key("type").string("image_url").key("image_url").begin_object().key("url");
  json.string(url_of(image));
  if (!image.detail.empty()) {
    json.key("detail").string(image.detail);
  }
  json.end_object();
}

void write_file(const DocumentPart& document, JsonWriter& json) {
  json.begin_object().key("type").string("file").key("file").begin_object();
  if (!document.name.empty()) {
    json.key("filename").string(document.name);
  }
  json.key("file_data").string(data_url_of(document)).end_object();
}

void write_cache_control(const CachePoint& cache, JsonWriter& json) {
  json.key("cache_control").begin_object().key("type").string("ephemeral");
  if (!cache.ttl.empty()) {
    json.key("ttl").string(cache.ttl);
  }
  json.end_object();
}

bool is_content(const Part& part) {
  return std::holds_alternative<TextPart>(part) || std::holds_alternative<ImagePart>(part) ||
         std::holds_alternative<DocumentPart>(part) || std::holds_alternative<OpaquePart>(part);
}

// Leaves the object open: a cache point that follows becomes its member.
void begin_part(const Part& part, JsonWriter& json) {
  if (const auto* text = std::get_if<TextPart>(&part)) {
    const std::string_view kind = text->refusal ? "refusal" : "text";
    json.begin_object().key("type").string(kind).key(kind).string(text->text);
  } else if (const auto* image = std::get_if<ImagePart>(&part)) {
    write_image(*image, json);
  } else if (const auto* document = std::get_if<DocumentPart>(&part)) {
    write_file(*document, json);
  }
}

void write_parts(std::span<const Part> parts, JsonWriter& json) {
  json.begin_array();
  bool open = false;
  const auto close = [&] {
    if (std::exchange(open, false)) {
      json.end_object();
    }
  };
  for (const auto& part : parts) {
    if (const auto* cache = std::get_if<CachePoint>(&part); cache != nullptr && open) {
      write_cache_control(*cache, json);
    } else if (const auto* opaque = std::get_if<OpaquePart>(&part)) {
      close();
      json.raw(opaque->json);
    } else if (is_content(part)) {
      close();
      begin_part(part, json);
      open = true;
    }
  }
  close();
  json.end_array();
}

// A string where one text is all there is, as most clients write it; null where there is nothing.
void write_content(std::span<const Part> parts, bool nullable, JsonWriter& json) {
  json.key("content");
  const auto count = std::ranges::count_if(parts, is_content);
  const auto* text = parts.empty() ? nullptr : std::get_if<TextPart>(&parts.front());
  if (count == 0 && nullable) {
    json.null();
  } else if (count == 0) {
    json.string("");
  } else if (parts.size() == 1 && text != nullptr && !text->refusal) {
    json.string(text->text);
  } else {
    write_parts(parts, json);
  }
}

void write_name(const Message& message, JsonWriter& json) {
  if (!message.name.empty()) {
    json.key("name").string(message.name);
  }
}

// Another vendor's signature means nothing here, and its text without it is not ours to show.
void write_reasoning(std::span<const Part> parts, JsonWriter& json) {
  std::string text;
  for (const auto& part : parts) {
    const auto* thinking = std::get_if<ThinkingPart>(&part);
    if (thinking != nullptr && thinking->signature.empty() && thinking->redacted.empty()) {
      text += thinking->text;
    }
  }
  if (!text.empty()) {
    json.key("reasoning_content").string(text);
  }
}

void write_assistant(const Message& message, JsonWriter& json) {
  std::vector<Part> content;
  std::string refusal;
  bool calls = false;
  for (const auto& part : message.parts) {
    const auto* text = std::get_if<TextPart>(&part);
    calls = calls || std::holds_alternative<ToolCall>(part);
    if (text != nullptr && text->refusal) {
      refusal += text->text;
    } else if (is_content(part) || std::holds_alternative<CachePoint>(part)) {
      content.push_back(part);
    }
  }
  json.begin_object().key("role").string("assistant");
  write_name(message, json);
  write_reasoning(message.parts, json);
  write_content(content, calls || !refusal.empty(), json);
  if (!refusal.empty()) {
    json.key("refusal").string(refusal);
  }
  write_openai_tool_calls(message.parts, json);
  json.end_object();
}

// Text only: OpenAI's tools can show no image and no file, so that they follow in a message of the
// user's.
void write_tool_result(const ToolResult& result,
                       const CachePoint* cache,
                       std::vector<Part>& shown,
                       JsonWriter& json) {
  std::vector<Part> texts;
  for (const auto& part : result.content) {
    if (const auto* text = std::get_if<TextPart>(&part)) {
      texts.emplace_back(*text);
    } else if (const auto* image = std::get_if<ImagePart>(&part)) {
      shown.emplace_back(*image);
    } else if (const auto* document = std::get_if<DocumentPart>(&part)) {
      shown.emplace_back(*document);
    }
  }
  json.begin_object().key("role").string("tool").key("tool_call_id").string(result.call_id);
  write_content(texts, false, json);
  if (cache != nullptr) {
    write_cache_control(*cache, json);
  }
  json.end_object();
}

std::string_view role_name(const Message& message) {
  switch (message.role) {
    case Role::System:
      return message.developer ? "developer" : "system";
    case Role::Assistant:
      return "assistant";
    case Role::User:
    case Role::Tool:
      return "user";
  }
  return "user";
}

// Results first: OpenAI wants them right behind the calls that they answer.
void write_others(const Message& message, JsonWriter& json) {
  std::vector<Part> rest;
  bool results = false;
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    const auto& part = message.parts[i];
    if (const auto* result = std::get_if<ToolResult>(&part)) {
      results = true;
      const auto* cache =
          i + 1 < message.parts.size() ? std::get_if<CachePoint>(&message.parts[i + 1]) : nullptr;
      write_tool_result(*result, cache, rest, json);
      i += cache == nullptr ? 0 : 1;
    } else if (is_content(part) || std::holds_alternative<CachePoint>(part)) {
      rest.push_back(part);
    }
  }
  if (!results || !rest.empty()) {
    json.begin_object().key("role").string(role_name(message));
    write_name(message, json);
    write_content(rest, false, json);
    json.end_object();
  }
}

}  // namespace

void write_openai_message(const Message& message, JsonWriter& json) {
  if (!message.opaque_json.empty()) {
    json.raw(message.opaque_json);
  } else if (message.role == Role::Assistant) {
    write_assistant(message, json);
  } else {
    write_others(message, json);
  }
}

void write_openai_tool_calls(std::span<const Part> parts, JsonWriter& json) {
  bool any = false;
  for (const auto& part : parts) {
    const auto* call = std::get_if<ToolCall>(&part);
    if (call == nullptr) {
      continue;
    }
    if (!std::exchange(any, true)) {
      json.key("tool_calls").begin_array();
    }
    json.begin_object().key("id").string(call->id).key("type").string("function");
    json.key("function").begin_object().key("name").string(call->name);
    json.key("arguments").string(call->arguments_json).end_object().end_object();
  }
  if (any) {
    json.end_array();
  }
}

void write_thinking_blocks(std::span<const Part> parts, JsonWriter& json) {
  json.key("thinking_blocks").begin_array();
  for (const auto& part : parts) {
    const auto* thinking = std::get_if<ThinkingPart>(&part);
    if (thinking == nullptr) {
      continue;
    }
    json.begin_object();
    if (!thinking->redacted.empty()) {
      json.key("type").string("redacted_thinking").key("data").string(thinking->redacted);
    } else {
      json.key("type").string("thinking").key("thinking").string(thinking->text);
      json.key("signature").string(thinking->signature);
    }
    json.end_object();
  }
  json.end_array();
}

void write_openai_usage(const Usage& usage, JsonWriter& json) {
  json.begin_object().key("prompt_tokens").integer(usage.prompt());
  json.key("completion_tokens").integer(usage.output);
  json.key("total_tokens").integer(usage.prompt() + usage.output);
  json.key("prompt_tokens_details").begin_object().key("cached_tokens").integer(usage.cache_read);
  if (usage.cache_write > 0) {
    json.key("cache_write_tokens").integer(usage.cache_write);
  }
  json.end_object().key("completion_tokens_details").begin_object();
  json.key("reasoning_tokens").integer(usage.reasoning).end_object().end_object();
}

std::string_view openai_finish_reason(FinishReason reason) {
  switch (reason) {
    case FinishReason::Stop:
    case FinishReason::StopSequence:
      return "stop";
    case FinishReason::Length:
      return "length";
    case FinishReason::ToolCalls:
      return "tool_calls";
    case FinishReason::ContentFilter:
      return "content_filter";
  }
  return "stop";
}

}  // namespace meridian
