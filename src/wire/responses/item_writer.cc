#include "wire/responses/item_writer.h"

#include "wire/documents.h"
#include "wire/image_url.h"
#include "wire/json.h"
#include "wire/openai/annotations.h"
#include "wire/responses/reasoning.h"

namespace meridian {

namespace {

void write_input_image(const ImagePart& image, JsonWriter& json) {
  json.begin_object().key("type").string("input_image").key("image_url").string(url_of(image));
  if (!image.detail.empty()) {
    json.key("detail").string(image.detail);
  }
  json.end_object();
}

void write_input_file(const DocumentPart& document, JsonWriter& json) {
  json.begin_object().key("type").string("input_file");
  if (!document.name.empty()) {
    json.key("filename").string(document.name);
  }
  if (document.url.empty()) {
    json.key("file_data").string(data_url_of(document));
  } else {
    json.key("file_url").string(document.url);
  }
  json.end_object();
}

// A file in chat's shape is written flat again.
void write_opaque(const OpaquePart& part, JsonWriter& json) {
  const auto value = thread_json_parser().parse(part.json);
  if (!value || (*value)["type"].inside() != "file" || !(*value)["file"].given()) {
    json.raw(part.json);
    return;
  }
  json.begin_object().key("type").string("input_file");
  for (const auto& member : (*value)["file"].members()) {
    json.key(member.name).raw(member.raw());
  }
  json.end_object();
}

void write_input_part(const Part& part, JsonWriter& json) {
  if (const auto* text = std::get_if<TextPart>(&part)) {
    json.begin_object().key("type").string("input_text").key("text").string(text->text);
    json.end_object();
  } else if (const auto* image = std::get_if<ImagePart>(&part)) {
    write_input_image(*image, json);
  } else if (const auto* document = std::get_if<DocumentPart>(&part)) {
    write_input_file(*document, json);
  } else if (const auto* opaque = std::get_if<OpaquePart>(&part)) {
    write_opaque(*opaque, json);
  }
}

void write_result(const ToolResult& result, JsonWriter& json) {
  json.begin_object().key("type").string("function_call_output");
  json.key("call_id").string(result.call_id).key("output");
  const auto* only =
      result.content.size() == 1 ? std::get_if<TextPart>(&result.content.front()) : nullptr;
  if (result.content.empty() || only != nullptr) {
    json.string(only == nullptr ? std::string_view() : std::string_view(only->text));
  } else {
    json.begin_array();
    for (const auto& inner : result.content) {
      std::visit([&](const auto& part) { write_input_part(part, json); }, inner);
    }
    json.end_array();
  }
  json.end_object();
}

std::string_view role_name(const Message& message) {
  if (message.role == Role::System) {
    return message.developer ? "developer" : "system";
  }
  return message.role == Role::Assistant ? "assistant" : "user";
}

bool is_content(const Part& part) {
  return std::holds_alternative<TextPart>(part) || std::holds_alternative<ImagePart>(part) ||
         std::holds_alternative<DocumentPart>(part) || std::holds_alternative<OpaquePart>(part);
}

// Parts that stand together in one message, and items of their own.
class ItemsWriter {
 public:
  ItemsWriter(const Message& message, JsonWriter& json) : message_(message), json_(json) {}

  void write() {
    for (const auto& part : message_.parts) {
      if (is_content(part)) {
        open();
        content(part);
      } else if (!std::holds_alternative<CachePoint>(part)) {
        close();
        item(part);
      }
    }
    // A user's message may be empty; it is still a turn.
    if (message_.parts.empty() && message_.role != Role::Assistant) {
      open();
    }
    close();
  }

 private:
  void open() {
    if (!open_) {
      json_.begin_object().key("type").string("message").key("role").string(role_name(message_));
      json_.key("content").begin_array();
    }
    open_ = true;
  }

  void close() {
    if (open_) {
      json_.end_array().end_object();
    }
    open_ = false;
  }

  void content(const Part& part) {
    const auto* text = std::get_if<TextPart>(&part);
    if (text != nullptr && message_.role == Role::Assistant) {
      write_output_part(*text, json_);
    } else {
      write_input_part(part, json_);
    }
  }

  void item(const Part& part) {
    if (const auto* call = std::get_if<ToolCall>(&part)) {
      json_.begin_object().key("type").string("function_call").key("call_id").string(call->id);
      json_.key("name").string(call->name).key("arguments").string(call->arguments_json);
      json_.end_object();
    } else if (const auto* result = std::get_if<ToolResult>(&part)) {
      write_result(*result, json_);
    } else if (const auto* thought = std::get_if<ThinkingPart>(&part);
               thought != nullptr && thought->signature.starts_with(kOpenAiSigned)) {
      json_.raw(std::string_view(thought->signature).substr(kOpenAiSigned.size()));
    }
  }

  const Message& message_;
  JsonWriter& json_;
  bool open_ = false;
};

void begin_item(std::string_view type, const ItemPlace& place, JsonWriter& json) {
  json.begin_object().key("id").string(place.id).key("type").string(type);
}

}  // namespace

void write_responses_items(const Message& message, JsonWriter& json) {
  if (message.opaque_json.empty()) {
    ItemsWriter(message, json).write();
  } else {
    json.raw(message.opaque_json);
  }
}

void write_output_part(const TextPart& part, JsonWriter& json) {
  json.begin_object();
  if (part.refusal) {
    json.key("type").string("refusal").key("refusal").string(part.text);
  } else {
    json.key("type").string("output_text").key("annotations").begin_array();
    if (!part.citations.empty()) {
      write_annotations(
          part.citations, Dialect::OpenAiResponses, 0, characters_in(part.text), json);
    }
    json.end_array();
    json.key("logprobs").begin_array().end_array().key("text").string(part.text);
  }
  json.end_object();
}

void write_output_message(const ItemPlace& place, const TextPart* part, JsonWriter& json) {
  begin_item("message", place, json);
  json.key("status").string(place.status).key("content").begin_array();
  if (part != nullptr) {
    write_output_part(*part, json);
  }
  json.end_array().key("role").string("assistant").end_object();
}

void write_output_call(const ItemPlace& place, const ToolCall& call, JsonWriter& json) {
  begin_item("function_call", place, json);
  json.key("status").string(place.status).key("arguments").string(call.arguments_json);
  json.key("call_id").string(call.id).key("name").string(call.name).end_object();
}

void write_output_reasoning(const ItemPlace& place, const ThinkingPart& part, JsonWriter& json) {
  begin_item("reasoning", place, json);
  if (const auto sealed = seal(part); !sealed.empty()) {
    json.key("encrypted_content").string(sealed);
  }
  json.key("summary").begin_array();
  if (!part.text.empty()) {
    json.begin_object().key("type").string("summary_text").key("text").string(part.text);
    json.end_object();
  }
  json.end_array().end_object();
}

}  // namespace meridian
