#include "wire/anthropic/message_writer.h"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "wire/anthropic/citations.h"
#include "wire/arguments.h"
#include "wire/documents.h"
#include "wire/failures.h"
#include "wire/tool_names.h"

namespace meridian {

namespace {

class PartWriter {
 public:
  PartWriter(const CachePoint* cache, const PartStyle& style, JsonWriter& json)
      : cache_(cache), style_(style), json_(json) {}

  std::optional<Failure> operator()(const TextPart& part) {
    std::string_view text = part.text;
    if (style_.prefill) {
      text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    }
    json_.begin_object().key("type").string("text").key("text").string(text);
    if (own()) {
      write_anthropic_citations(part.citations, true, json_);
    }
    return end();
  }

  std::optional<Failure> operator()(const ImagePart& part) {
    if (!part.url.empty() && !style_.urls) {
      return bad_request(
          "`image_url`: this provider fetches no images; send the image itself as a data "
          "URL (data:image/png;base64,...)",
          "unsupported_image");
    }
    json_.begin_object().key("type").string("image").key("source").begin_object().key("type");
    if (part.url.empty()) {
      const std::string_view type =
          part.media_type == "image/jpg" ? "image/jpeg" : std::string_view(part.media_type);
      json_.string("base64").key("media_type").string(type).key("data").string(part.data);
    } else {
      json_.string("url").key("url").string(part.url);
    }
    json_.end_object();
    return end();
  }

  std::optional<Failure> operator()(const DocumentPart& part) {
    auto text = part.texts.empty() ? plain_text(part) : std::nullopt;
    const bool pdf = part.media_type == "application/pdf" || own();
    if (!part.url.empty() && !style_.urls) {
      return refuse_document_url(style_.provider_name);
    }
    if (part.url.empty() && part.texts.empty() && !text && !pdf) {
      return bad_request(fmt::format("`file_data`: {} takes PDF documents and text, not \"{}\"",
                                     style_.provider_name,
                                     part.media_type),
                         "unsupported_document");
    }
    json_.begin_object().key("type").string("document").key("source").begin_object().key("type");
    if (!part.url.empty()) {
      json_.string("url").key("url").string(part.url);
    } else if (part.in_blocks) {
      blocks(part.texts);
    } else if (!part.texts.empty() || text) {
      json_.string("text").key("media_type").string("text/plain").key("data");
      json_.string(text ? *text : part.texts.front());
    } else {
      json_.string("base64").key("media_type").string(part.media_type);
      json_.key("data").string(part.data);
    }
    json_.end_object();
    about(part);
    return end();
  }

  std::optional<Failure> operator()(const ToolCall& call) {
    json_.begin_object().key("type").string("tool_use");
    json_.key("id").string(call_id(call.id));
    json_.key("name").string(own() ? call.name
                                   : wire_tool_name(Dialect::AnthropicMessages, call.name));
    json_.key("input").raw(arguments_object(call.arguments_json));
    return end();
  }

  std::optional<Failure> operator()(const ToolResult& result) {
    json_.begin_object().key("type").string("tool_result");
    json_.key("tool_use_id").string(call_id(result.call_id));
    json_.key("content");
    const auto* only =
        result.content.size() == 1 ? std::get_if<TextPart>(&result.content.front()) : nullptr;
    if (only != nullptr) {
      json_.string(only->text);
    } else {
      json_.begin_array();
      for (const auto& part : result.content) {
        const auto* text = std::get_if<TextPart>(&part);
        if (text != nullptr && text->text.empty()) {
          continue;
        }
        if (auto failed = std::visit(PartWriter(nullptr, style_, json_), part)) {
          return failed;
        }
      }
      json_.end_array();
    }
    if (result.is_error) {
      json_.key("is_error").boolean(true);
    }
    return end();
  }

  // Thinking takes no cache_control.
  std::optional<Failure> operator()(const ThinkingPart& part) {
    json_.begin_object();
    if (!part.redacted.empty()) {
      json_.key("type").string("redacted_thinking").key("data").string(part.redacted);
    } else {
      json_.key("type").string("thinking").key("thinking").string(part.text);
      json_.key("signature").string(part.signature);
    }
    json_.end_object();
    return std::nullopt;
  }

  std::optional<Failure> operator()(const OpaquePart& part) {
    if (own()) {
      json_.raw(part.json);
      return std::nullopt;
    }
    return refuse_part(part, style_.provider_name);
  }

  std::optional<Failure> operator()(const CachePoint&) { return std::nullopt; }

 private:
  void blocks(const std::vector<std::string>& texts) {
    json_.string("content").key("content").begin_array();
    for (const auto& text : texts) {
      json_.begin_object().key("type").string("text").key("text").string(text).end_object();
    }
    json_.end_array();
  }

  void about(const DocumentPart& part) {
    if (!part.name.empty()) {
      json_.key("title").string(part.name);
    }
    if (!part.context.empty()) {
      json_.key("context").string(part.context);
    }
    if (part.citations) {
      json_.key("citations").begin_object().key("enabled").boolean(true).end_object();
    }
  }

  bool own() const { return style_.from == Dialect::AnthropicMessages; }

  // A client of the same dialect is taken at its word.
  std::string call_id(const std::string& id) const {
    return own() ? id : wire_call_id(Dialect::AnthropicMessages, id);
  }

  std::optional<Failure> end() {
    write_cache_control(cache_, json_);
    json_.end_object();
    return std::nullopt;
  }

  const CachePoint* cache_;
  const PartStyle& style_;
  JsonWriter& json_;
};

}  // namespace

std::optional<Failure> write_anthropic_part(const Part& part,
                                            const CachePoint* cache,
                                            const PartStyle& style,
                                            JsonWriter& json) {
  return std::visit(PartWriter(cache, style, json), part);
}

void write_cache_control(const CachePoint* cache, JsonWriter& json) {
  if (cache == nullptr) {
    return;
  }
  json.key("cache_control").begin_object().key("type").string("ephemeral");
  if (!cache->ttl.empty()) {
    json.key("ttl").string(cache->ttl);
  }
  json.end_object();
}

}  // namespace meridian
