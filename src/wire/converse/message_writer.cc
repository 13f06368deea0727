#include "wire/converse/message_writer.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "wire/arguments.h"
#include "wire/documents.h"
#include "wire/failures.h"
#include "wire/tool_names.h"

namespace meridian {

namespace {

// "image/jpeg" is "jpeg" here; nothing for a format that Converse does not have.
std::string_view image_format(std::string_view media_type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kFormats{{
      {"image/png", "png"},
      {"image/jpeg", "jpeg"},
      {"image/jpg", "jpeg"},
      {"image/gif", "gif"},
      {"image/webp", "webp"},
  }};
  const auto* found = std::ranges::find(
      kFormats, media_type, &std::pair<std::string_view, std::string_view>::first);
  return found == kFormats.end() ? std::string_view() : found->second;
}

// "application/pdf" is "pdf" here.
std::string_view document_format(std::string_view media_type) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kFormats{{
      {"application/pdf", "pdf"},
      {"text/plain", "txt"},
      {"text/markdown", "md"},
      {"text/csv", "csv"},
      {"text/html", "html"},
      {"application/msword", "doc"},
      {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"},
      {"application/vnd.ms-excel", "xls"},
      {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"},
  }};
  const auto* found = std::ranges::find(
      kFormats, media_type, &std::pair<std::string_view, std::string_view>::first);
  return found == kFormats.end() ? std::string_view() : found->second;
}

class PartWriter {
 public:
  PartWriter(bool prefill, DocumentNames& names, JsonWriter& json)
      : prefill_(prefill), names_(names), json_(json) {}

  std::optional<Failure> operator()(const TextPart& part) {
    std::string_view text = part.text;
    if (prefill_) {
      text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
    }
    json_.begin_object().key("text").string(text).end_object();
    return std::nullopt;
  }

  std::optional<Failure> operator()(const ImagePart& part) {
    if (!part.url.empty()) {
      return bad_request(
          "`image_url`: Bedrock fetches no images; send the image itself as a data URL "
          "(data:image/png;base64,...)",
          "unsupported_image");
    }
    const auto format = image_format(part.media_type);
    if (format.empty()) {
      return bad_request(
          fmt::format("`image_url`: Bedrock takes PNG, JPEG, GIF and WebP images, not \"{}\"",
                      part.media_type),
          "unsupported_image");
    }
    json_.begin_object().key("image").begin_object().key("format").string(format);
    json_.key("source").begin_object().key("bytes").string(part.data);
    json_.end_object().end_object().end_object();
    return std::nullopt;
  }

  std::optional<Failure> operator()(const DocumentPart& part) {
    if (!part.url.empty()) {
      return refuse_document_url("Bedrock");
    }
    const auto format =
        part.texts.empty() ? document_format(part.media_type) : std::string_view("txt");
    if (format.empty()) {
      return bad_request(
          fmt::format("`file_data`: Bedrock takes PDF, text, Markdown, CSV, HTML, Word and Excel "
                      "documents, not \"{}\"",
                      part.media_type),
          "unsupported_document");
    }
    json_.begin_object().key("document").begin_object().key("format").string(format);
    json_.key("name").string(names_.name_for(part)).key("source").begin_object();
    if (part.in_blocks) {
      json_.key("content").begin_array();
      for (const auto& text : part.texts) {
        json_.begin_object().key("text").string(text).end_object();
      }
      json_.end_array();
    } else if (!part.texts.empty()) {
      json_.key("text").string(part.texts.front());
    } else {
      json_.key("bytes").string(part.data);
    }
    json_.end_object();
    if (!part.context.empty()) {
      json_.key("context").string(part.context);
    }
    if (part.citations) {
      json_.key("citations").begin_object().key("enabled").boolean(true).end_object();
    }
    json_.end_object().end_object();
    return std::nullopt;
  }

  std::optional<Failure> operator()(const ToolCall& call) {
    json_.begin_object().key("toolUse").begin_object();
    json_.key("toolUseId").string(wire_call_id(Dialect::BedrockConverse, call.id));
    json_.key("name").string(wire_tool_name(Dialect::BedrockConverse, call.name));
    json_.key("input").raw(arguments_object(call.arguments_json));
    json_.end_object().end_object();
    return std::nullopt;
  }

  std::optional<Failure> operator()(const ToolResult& result) {
    json_.begin_object().key("toolResult").begin_object();
    json_.key("toolUseId").string(wire_call_id(Dialect::BedrockConverse, result.call_id));
    json_.key("content").begin_array();
    for (const auto& part : result.content) {
      const auto* text = std::get_if<TextPart>(&part);
      if (text != nullptr && text->text.empty()) {
        continue;
      }
      if (auto failed = std::visit(*this, part)) {
        return failed;
      }
    }
    json_.end_array();
    if (result.is_error) {
      json_.key("status").string("error");
    }
    json_.end_object().end_object();
    return std::nullopt;
  }

  std::optional<Failure> operator()(const ThinkingPart& part) {
    json_.begin_object().key("reasoningContent").begin_object();
    if (!part.redacted.empty()) {
      json_.key("redactedContent").string(part.redacted);
    } else {
      json_.key("reasoningText").begin_object().key("text").string(part.text);
      json_.key("signature").string(part.signature).end_object();
    }
    json_.end_object().end_object();
    return std::nullopt;
  }

  std::optional<Failure> operator()(const OpaquePart& part) { return refuse_part(part, "Bedrock"); }

  std::optional<Failure> operator()(const CachePoint& cache) {
    write_converse_cache_point(cache, json_);
    return std::nullopt;
  }

 private:
  bool prefill_;
  DocumentNames& names_;
  JsonWriter& json_;
};

}  // namespace

std::string DocumentNames::name_for(const DocumentPart& document) {
  constexpr std::size_t kBytesMax = 190;  // Of 200: a number may follow.
  constexpr std::string_view kSigns = "-()[]";
  std::string name;
  // "report.pdf" is a report whose format is said beside it.
  const auto dot = document.name.rfind('.');
  const bool ending = dot != std::string::npos && document.name.size() - dot <= 5;
  for (const char c : document.name.substr(0, ending ? dot : std::string::npos)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain || kSigns.contains(c)) {
      name += c;
    } else if (!name.empty() && name.back() != ' ') {
      name += ' ';
    }
    if (name.size() >= kBytesMax) {
      break;
    }
  }
  name.resize(name.find_last_not_of(' ') + 1);
  if (name.empty()) {
    name = "document";
  }
  auto made = name;
  for (int number = 2; std::ranges::find(given_, made) != given_.end(); ++number) {
    made = fmt::format("{} {}", name, number);
  }
  return given_.emplace_back(std::move(made));
}

std::optional<Failure> write_converse_part(const Part& part,
                                           bool prefill,
                                           DocumentNames& names,
                                           JsonWriter& json) {
  return std::visit(PartWriter(prefill, names, json), part);
}

void write_converse_system(const Part& part, JsonWriter& json) {
  if (const auto* text = std::get_if<TextPart>(&part)) {
    json.begin_object().key("text").string(text->text).end_object();
  } else if (const auto* cache = std::get_if<CachePoint>(&part)) {
    write_converse_cache_point(*cache, json);
  }
}

void write_converse_cache_point(const CachePoint& cache, JsonWriter& json) {
  json.begin_object().key("cachePoint").begin_object().key("type").string("default");
  if (!cache.ttl.empty()) {
    json.key("ttl").string(cache.ttl);
  }
  json.end_object().end_object();
}

}  // namespace meridian
