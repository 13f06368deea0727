#include "wire/documents.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "wire/base64.h"
#include "wire/data_url.h"
#include "wire/failures.h"

namespace meridian {

namespace {

using Words = std::pair<std::string_view, std::string_view>;

std::string_view media_type_of_name(std::string_view name) {
  constexpr std::array<Words, 8> kEndings{
      {{".txt", "text/plain"},
       {".md", "text/markdown"},
       {".csv", "text/csv"},
       {".html", "text/html"},
       {".doc", "application/msword"},
       {".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
       {".xls", "application/vnd.ms-excel"},
       {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}}};
  const auto* found = std::ranges::find_if(
      kEndings, [name](const Words& ending) { return name.ends_with(ending.first); });
  return found == kEndings.end() ? std::string_view("application/pdf") : found->second;
}

bool any_cited(const Part& part) {
  if (const auto* document = std::get_if<DocumentPart>(&part)) {
    return document->citations;
  }
  const auto* result = std::get_if<ToolResult>(&part);
  return result != nullptr && std::ranges::any_of(result->content, [](const auto& inner) {
           const auto* document = std::get_if<DocumentPart>(&inner);
           return document != nullptr && document->citations;
         });
}

// The name of the member that holds a stored file's id, in whatever dialect.
std::string_view file_id_in(JsonValue part) {
  if (part["file"]["file_id"].given()) {
    return "file.file_id";
  }
  if (part["source"]["file_id"].given()) {
    return "source.file_id";
  }
  return part["file_id"].given() ? "file_id" : std::string_view();
}

}  // namespace

std::optional<DocumentPart> read_openai_file(JsonValue file) {
  DocumentPart document;
  for (const auto& [name, value, _] : file.members()) {
    if (!value.given() || name == "type" || name == "cache_control") {
      continue;
    }
    if (!value.is(JsonValue::Type::String)) {
      return std::nullopt;
    }
    if (name == "filename") {
      document.name = value.text();
    } else if (name == "file_data") {
      document.data = value.text();
    } else if (name == "file_url") {
      document.url = value.text();
    } else {
      return std::nullopt;
    }
  }
  if (document.data.empty() == document.url.empty()) {
    return std::nullopt;
  }
  if (const auto inlined = read_data_url(document.data)) {
    document.media_type = inlined->media_type;
    document.data = std::string(inlined->base64);
  } else if (document.data.starts_with("data:")) {
    return std::nullopt;
  } else if (!document.data.empty()) {
    document.media_type = media_type_of_name(document.name);
  }
  return document;
}

std::string data_url_of(const DocumentPart& document) {
  return "data:" + document.media_type + ";base64," + document.data;
}

std::string words_of(const DocumentPart& document) {
  std::string words;
  const auto add = [&words](std::string_view text) {
    words += words.empty() || text.empty() ? "" : "\n\n";
    words += text;
  };
  add(document.name);
  add(document.context);
  for (const auto& text : document.texts) {
    add(text);
  }
  return words;
}

std::optional<std::string> plain_text(const DocumentPart& document) {
  return document.media_type.starts_with("text/") ? from_base64(document.data) : std::nullopt;
}

void refuse_citations(const ChatRequest& request, Unsupported& unsupported) {
  const bool any = std::ranges::any_of(request.messages, [](const Message& message) {
    return std::ranges::any_of(message.parts, any_cited);
  });
  if (any && !unsupported.dropped_by_name("citations")) {
    unsupported.field("citations", "(of a document)");
  }
}

Failure refuse_message(Dialect from, std::string_view provider_name) {
  if (from == Dialect::OpenAiResponses) {
    return bad_request(
        fmt::format("`input`: an item other than a message, function_call, function_call_output or "
                    "reasoning cannot be sent to {}; leave it out",
                    provider_name),
        "unsupported_content");
  }
  return bad_request(
      fmt::format("{} takes no messages with role \"function\", `function_call`, "
                  "`audio` or custom tool calls; use `tools` and role \"tool\"",
                  provider_name));
}

Failure refuse_part(const OpaquePart& part, std::string_view provider_name) {
  const auto value = thread_json_parser().parse(part.json);
  const auto json = value ? *value : JsonValue();
  if (const auto id = file_id_in(json); !id.empty()) {
    return bad_request(
        fmt::format("`{}`: a file that is stored elsewhere cannot be sent to {}; send the file "
                    "itself (file_data: data:application/pdf;base64,... or a `document` block)",
                    id,
                    provider_name),
        "unsupported_content");
  }
  return bad_request(
      fmt::format("`messages`: a part of type \"{}\" cannot be sent to {}; leave it out, or send "
                  "what it holds as text, image or document",
                  json["type"].text(),
                  provider_name),
      "unsupported_content");
}

Failure refuse_document_url(std::string_view provider_name) {
  return bad_request(fmt::format("`url` of a document: {} fetches none; send the document itself "
                                 "(data:application/pdf;base64,...)",
                                 provider_name),
                     "unsupported_document");
}

}  // namespace meridian
