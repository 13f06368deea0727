#include "wire/gemini/message_writer.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "wire/arguments.h"
#include "wire/documents.h"
#include "wire/failures.h"
#include "wire/gemini/signatures.h"
#include "wire/json.h"
#include "wire/tool_names.h"

namespace meridian {

namespace {

// Base64 of "skip_thought_signature_validator": what Google's questions and answers name for a
// call that another model made (providers.md §4.4).
constexpr std::string_view kForeignCall = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=";

using Words = std::pair<std::string_view, std::string_view>;

// Gemini wants to be told what lies behind a URL.
std::string_view media_type_of(std::string_view url) {
  constexpr std::array<Words, 12> kTypes{{{".png", "image/png"},
                                          {".jpg", "image/jpeg"},
                                          {".jpeg", "image/jpeg"},
                                          {".webp", "image/webp"},
                                          {".gif", "image/gif"},
                                          {".heic", "image/heic"},
                                          {".heif", "image/heif"},
                                          {".pdf", "application/pdf"},
                                          {".mp3", "audio/mpeg"},
                                          {".wav", "audio/wav"},
                                          {".mp4", "video/mp4"},
                                          {".mov", "video/mov"}}};
  const auto path = url.substr(0, url.find_first_of("?#"));
  const auto* found = std::ranges::find_if(
      kTypes, [path](const Words& type) { return path.ends_with(type.first); });
  return found == kTypes.end() ? std::string_view() : found->second;
}

class ContentsWriter {
 public:
  ContentsWriter(std::string_view provider_name, bool signs_calls, JsonWriter& json)
      : provider_name_(provider_name), signs_calls_(signs_calls), json_(json) {}

  std::optional<Failure> turn(const Turn& turn) {
    return turn.assistant ? model_turn(turn) : user_turn(turn);
  }

 private:
  std::optional<Failure> model_turn(const Turn& turn);
  std::optional<Failure> user_turn(const Turn& turn);
  std::optional<Failure> results(std::vector<const ToolResult*> results);
  std::optional<Failure> said(const std::vector<const Part*>& parts,
                              const std::vector<const ToolResult*>& results);

  void begin(std::string_view role) {
    json_.begin_object().key("role").string(role).key("parts").begin_array();
  }

  void end() { json_.end_array().end_object(); }

  void text(std::string_view text, std::string_view signature);
  void thought(const ThinkingPart& part);
  void call(const ToolCall& call, bool first);
  std::optional<Failure> result(const ToolResult& result);
  std::optional<Failure> image(const ImagePart& image);
  std::optional<Failure> document(const DocumentPart& document);
  std::optional<Failure> file(std::string_view field, std::string_view url);
  std::optional<Failure> opaque(const OpaquePart& part);
  std::optional<Failure> shown(const Part& part);
  void inline_data(std::string_view media_type, std::string_view base64);

  std::string_view provider_name_;
  bool signs_calls_;
  JsonWriter& json_;
  std::vector<const ToolCall*> calls_;  // Of the model's last turn, in its order.
  std::string_view text_signature_;     // Waits for its text.
};

void ContentsWriter::text(std::string_view text, std::string_view signature) {
  json_.begin_object().key("text").string(text);
  if (!signature.empty()) {
    json_.key("thoughtSignature").string(signature);
  }
  json_.end_object();
}

// A signature without a thought is that of a text, which an OpenAI client sends behind it.
void ContentsWriter::thought(const ThinkingPart& part) {
  const auto signature = std::string_view(part.signature).substr(kGeminiSigned.size());
  if (part.text.empty()) {
    text_signature_ = signature;
    return;
  }
  json_.begin_object().key("text").string(part.text).key("thought").boolean(true);
  json_.key("thoughtSignature").string(signature).end_object();
}

// Without its id: Vertex's v1 has no field for it and refuses what it does not know. Calls and
// results are matched by name and order. Of parallel calls only the first one is signed.
void ContentsWriter::call(const ToolCall& call, bool first) {
  auto signature = signature_of_call(call.id);
  if (signature.empty() && first && signs_calls_) {
    signature = kForeignCall;
  }
  json_.begin_object().key("functionCall").begin_object();
  json_.key("name").string(wire_tool_name(Dialect::Gemini, call.name));
  json_.key("args").raw(arguments_object(call.arguments_json)).end_object();
  if (!signature.empty()) {
    json_.key("thoughtSignature").string(signature);
  }
  json_.end_object();
}

std::optional<Failure> ContentsWriter::model_turn(const Turn& turn) {
  calls_.clear();
  text_signature_ = {};
  begin("model");
  for (const auto* part : turn.parts) {
    if (const auto* words = std::get_if<TextPart>(part)) {
      text(words->text, std::exchange(text_signature_, {}));
    } else if (const auto* thinking = std::get_if<ThinkingPart>(part)) {
      thought(*thinking);
    } else if (const auto* made = std::get_if<ToolCall>(part)) {
      call(*made, calls_.empty());
      calls_.push_back(made);
    } else if (auto failed = shown(*part)) {
      return failed;
    }
  }
  if (!text_signature_.empty()) {
    text({}, std::exchange(text_signature_, {}));  // As Gemini itself ends a stream.
  }
  end();
  return std::nullopt;
}

// Results stand alone in their content, in the order of the calls: Gemini 3 refuses siblings.
std::optional<Failure> ContentsWriter::user_turn(const Turn& turn) {
  std::vector<const ToolResult*> answers;
  std::vector<const Part*> rest;
  for (const auto* part : turn.parts) {
    if (const auto* answer = std::get_if<ToolResult>(part)) {
      answers.push_back(answer);
    } else if (!std::holds_alternative<CachePoint>(*part)) {
      // Gemini caches by itself: a cache point is a hint that nothing needs to be done for.
      rest.push_back(part);
    }
  }
  if (auto failed = results(answers)) {
    return failed;
  }
  return said(rest, answers);
}

std::optional<Failure> ContentsWriter::results(std::vector<const ToolResult*> results) {
  if (results.empty()) {
    return std::nullopt;
  }
  std::ranges::stable_sort(results, {}, [this](const ToolResult* result) {
    return std::ranges::find(calls_, result->call_id, &ToolCall::id) - calls_.begin();
  });
  begin("user");
  for (const auto* each : results) {
    if (auto failed = result(*each)) {
      return failed;
    }
  }
  end();
  return std::nullopt;
}

// Gemini demands an object. One that the tool gave is that; else the names that Google's own SDK
// gives.
std::optional<Failure> ContentsWriter::result(const ToolResult& result) {
  const auto found = std::ranges::find(calls_, result.call_id, &ToolCall::id);
  if (found == calls_.end()) {
    return bad_request(
        fmt::format("`tool_call_id`: {} needs the name of the tool that was called, "
                    "and \"{}\" is no call of the assistant's message before it",
                    provider_name_,
                    result.call_id));
  }
  std::string words;
  for (const auto& part : result.content) {
    if (const auto* said = std::get_if<TextPart>(&part)) {
      words += said->text;
    }
  }
  const bool object = is_json_object(words) && !thread_json_parser().check_escapes();
  json_.begin_object().key("functionResponse").begin_object();
  json_.key("name").string(wire_tool_name(Dialect::Gemini, (*found)->name)).key("response");
  if (object && !result.is_error) {
    json_.raw(words);
  } else {
    json_.begin_object().key(result.is_error ? "error" : "output").string(words).end_object();
  }
  json_.end_object().end_object();
  return std::nullopt;
}

// What the user says, and the images and documents in tools' results: a response holds none before
// Gemini 3.
std::optional<Failure> ContentsWriter::said(const std::vector<const Part*>& parts,
                                            const std::vector<const ToolResult*>& results) {
  std::vector<Part> of_tools;
  for (const auto* result : results) {
    for (const auto& part : result->content) {
      if (!std::holds_alternative<TextPart>(part)) {
        std::visit([&](const auto& each) { of_tools.emplace_back(each); }, part);
      }
    }
  }
  if (parts.empty() && of_tools.empty()) {
    return std::nullopt;
  }
  begin("user");
  bool any_text = false;
  for (const auto& part : of_tools) {
    if (auto failed = shown(part)) {
      return failed;
    }
  }
  for (const auto* part : parts) {
    if (const auto* words = std::get_if<TextPart>(part)) {
      text(words->text, {});
      any_text = true;
    } else if (auto failed = shown(*part)) {
      return failed;
    }
  }
  if (!any_text) {
    text(" ", {});  // Some models refuse a turn without a word (providers.md §4.3).
  }
  end();
  return std::nullopt;
}

void ContentsWriter::inline_data(std::string_view media_type, std::string_view base64) {
  json_.begin_object().key("inlineData").begin_object().key("mimeType").string(media_type);
  json_.key("data").string(base64).end_object().end_object();
}

std::optional<Failure> ContentsWriter::image(const ImagePart& image) {
  if (image.url.empty()) {
    inline_data(image.media_type == "image/jpg" ? "image/jpeg" : std::string_view(image.media_type),
                image.data);
    return std::nullopt;
  }
  return file("image_url", image.url);
}

std::optional<Failure> ContentsWriter::file(std::string_view field, std::string_view url) {
  const auto type = media_type_of(url);
  if (type.empty() || !(url.starts_with("https://") || url.starts_with("gs://"))) {
    return bad_request(
        fmt::format("`{}`: {} fetches only https:// and gs:// addresses whose path ends in a "
                    "known type (.png, .jpg, .webp, .gif, .heic, .pdf); send the {} itself as a "
                    "data URL (data:{};base64,...)",
                    field,
                    provider_name_,
                    field == "image_url" ? "image" : "document",
                    field == "image_url" ? "image/png" : "application/pdf"),
        field == "image_url" ? "unsupported_image" : "unsupported_document");
  }
  json_.begin_object().key("fileData").begin_object().key("mimeType").string(type);
  json_.key("fileUri").string(url).end_object().end_object();
  return std::nullopt;
}

// Gemini has no place for a file's name, and reads text as text.
std::optional<Failure> ContentsWriter::document(const DocumentPart& document) {
  if (!document.texts.empty()) {
    text(words_of(document), {});
    return std::nullopt;
  }
  if (!document.context.empty()) {
    text(document.context, {});
  }
  if (!document.url.empty()) {
    return file("file_url", document.url);
  }
  inline_data(document.media_type, document.data);
  return std::nullopt;
}

// What is no text; nothing of parts that stand elsewhere.
std::optional<Failure> ContentsWriter::shown(const Part& part) {
  if (const auto* image = std::get_if<ImagePart>(&part)) {
    return this->image(*image);
  }
  if (const auto* document = std::get_if<DocumentPart>(&part)) {
    return this->document(*document);
  }
  const auto* other = std::get_if<OpaquePart>(&part);
  return other == nullptr ? std::nullopt : opaque(*other);
}

// OpenAI's audio, which the internal model only carries.
std::optional<Failure> ContentsWriter::opaque(const OpaquePart& part) {
  std::string media_type;
  std::string data;
  if (const auto value = thread_json_parser().parse(part.json)) {
    if (const auto audio = (*value)["input_audio"]; audio.given()) {
      media_type = "audio/" + audio["format"].text();
      data = audio["data"].text();
    }
  }
  if (data.empty()) {
    return refuse_part(part, provider_name_);
  }
  inline_data(media_type, data);
  return std::nullopt;
}

}  // namespace

std::optional<Failure> write_gemini_contents(const Turns& turns,
                                             std::string_view provider_name,
                                             bool signs_calls,
                                             JsonWriter& json) {
  json.begin_array();
  ContentsWriter writer(provider_name, signs_calls, json);
  for (const auto& turn : turns.turns) {
    if (auto failed = writer.turn(turn)) {
      return failed;
    }
  }
  json.end_array();
  return std::nullopt;
}

}  // namespace meridian
