#include "wire/openai/foreign_message.h"

#include <optional>
#include <string>
#include <utility>

#include "wire/documents.h"
#include "wire/json.h"
#include "wire/tool_names.h"

namespace meridian {

namespace {

// Stored files and audio, which have the same shape in what is read of both of OpenAI's dialects.
bool is_chats_own(const OpaquePart& part) {
  const auto value = thread_json_parser().parse(part.json);
  const auto type = value ? (*value)["type"].inside() : std::string_view();
  return type == "file" || type == "input_audio";
}

class Translator {
 public:
  Translator(Dialect from, Dialect to, std::string_view provider_name)
      : from_(from), to_(to), provider_name_(provider_name) {}

  std::optional<Failure> message(const Message& message, Message& to) {
    for (const auto& each : message.parts) {
      if (auto failed = part(each, to.parts)) {
        return failed;
      }
    }
    return std::nullopt;
  }

 private:
  std::optional<Failure> part(const Part& part, std::vector<Part>& to) {
    if (const auto* opaque = std::get_if<OpaquePart>(&part)) {
      if (from_ == Dialect::AnthropicMessages || !is_chats_own(*opaque)) {
        return refuse_part(*opaque, provider_name_);
      }
      to.push_back(part);
    } else if (const auto* document = std::get_if<DocumentPart>(&part)) {
      return this->document(*document, to);
    } else if (const auto* given = std::get_if<ToolResult>(&part)) {
      return result(*given, to);
    } else if (const auto* call = std::get_if<ToolCall>(&part)) {
      to.emplace_back(ToolCall{.id = call->id,
                               .name = wire_tool_name(Dialect::OpenAiChat, call->name),
                               .arguments_json = call->arguments_json});
    } else if (!std::holds_alternative<CachePoint>(part)) {
      to.push_back(part);
    }
    return std::nullopt;
  }

  // OpenAI's chat takes PDFs alone and fetches none; each has to have a name.
  template <class Parts>
  std::optional<Failure> document(const DocumentPart& document, Parts& to) const {
    if (!document.url.empty() && to_ == Dialect::OpenAiChat) {
      return refuse_document_url(provider_name_);
    }
    auto made = document;
    made.citations = false;
    if (auto text = plain_text(document)) {
      made.texts = {std::move(*text)};
    }
    if (!made.texts.empty()) {
      to.emplace_back(TextPart{.text = words_of(made)});
      return std::nullopt;
    }
    if (!made.context.empty()) {
      to.emplace_back(TextPart{.text = std::exchange(made.context, {})});
    }
    if (made.url.empty() && made.name.empty()) {
      made.name = "document.pdf";
    }
    to.emplace_back(std::move(made));
    return std::nullopt;
  }

  std::optional<Failure> result(const ToolResult& result, std::vector<Part>& to) const {
    ToolResult made{.call_id = result.call_id, .content = {}, .is_error = result.is_error};
    for (const auto& part : result.content) {
      if (const auto* opaque = std::get_if<OpaquePart>(&part)) {
        return refuse_part(*opaque, provider_name_);
      }
      const auto* given = std::get_if<DocumentPart>(&part);
      if (given == nullptr) {
        made.content.push_back(part);
      } else if (auto failed = document(*given, made.content)) {
        return failed;
      }
    }
    to.emplace_back(std::move(made));
    return std::nullopt;
  }

  Dialect from_;
  Dialect to_;
  std::string_view provider_name_;
};

}  // namespace

Result<Message> as_openai(const Message& message,
                          Dialect from,
                          Dialect to,
                          std::string_view provider_name) {
  if (!message.opaque_json.empty()) {
    return std::unexpected(refuse_message(from, provider_name));
  }
  Message made;
  made.role = message.role;
  made.name = message.name;
  made.developer = message.developer;
  if (auto failed = Translator(from, to, provider_name).message(message, made)) {
    return std::unexpected(std::move(*failed));
  }
  return made;
}

}  // namespace meridian
