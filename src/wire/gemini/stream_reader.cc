#include "wire/gemini/stream_reader.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "wire/failures.h"
#include "wire/gemini/grounding.h"
#include "wire/gemini/reply_reader.h"
#include "wire/json.h"
#include "wire/sse.h"
#include "wire/stream_events.h"

namespace meridian {

namespace {

using Kind = StreamEvent::Kind;
using Type = JsonValue::Type;

// Of a body that is no event stream: an error's JSON, perhaps over many lines.
constexpr std::size_t kPlainBytesMax = 64UL * 1024;

// Behind a longer text places are those of its begin alone.
constexpr std::size_t kCitedBytesMax = std::size_t{1} << 20;

class GeminiStreamReader final : public StreamReader {
 public:
  GeminiStreamReader(std::string_view id, NameMap names) : id_(id), names_(std::move(names)) {}

  void feed(std::string_view bytes, std::vector<StreamEvent>& out) override {
    sink_.to(out);
    keep_plain(bytes);
    events_.feed(bytes);
    SseEvent event;
    while (!sink_.done() && events_.next(event)) {
      take(event.data);
    }
    if (events_.overflowed()) {
      sink_.fail(bad_reply("an event of Gemini's stream is larger than 8 MiB"));
    }
  }

  void finish(std::vector<StreamEvent>& out) override {
    sink_.to(out);
    SseEvent event;
    if (!sink_.done() && events_.last(event)) {
      take(event.data);
    }
    if (!sink_.done() && !sink_.started()) {
      take_plain();
    }
    if (sink_.finished()) {
      sink_.end();
      return;
    }
    sink_.fail({.kind = FailureKind::CutShort,
                .message = "Gemini's stream ended before a finishReason",
                .code = "stream_cut_short",
                .request_id = {}});
  }

 private:
  void keep_plain(std::string_view bytes);
  void take_plain();
  void take(std::string_view data);
  void take_response(JsonValue response);
  void take_candidate(JsonValue candidate);
  void take_part(JsonValue part);
  void keep_text(std::string_view text);
  void take_groundings(JsonValue candidate);
  void finish_with(FinishReason reason);

  std::string id_;
  NameMap names_;
  SseReader events_;
  EventSink sink_;
  std::string plain_;
  Usage usage_;
  bool any_usage_ = false;
  std::size_t calls_ = 0;
  std::string text_;             // Of the open text block: what places in it are counted in.
  std::vector<Citation> cited_;  // Groundings may be repeated.
};

// Only before the first event: then nothing has been given to the client, and what the error says
// decides where the request goes next.
void GeminiStreamReader::keep_plain(std::string_view bytes) {
  if (!sink_.started() && plain_.size() < kPlainBytesMax) {
    plain_ += bytes.substr(0, kPlainBytesMax - plain_.size());
  }
}

void GeminiStreamReader::take_plain() {
  if (plain_.find_first_of("{[") != plain_.find_first_not_of(" \t\r\n")) {
    return;
  }
  if (const auto body = thread_json_parser().parse(plain_)) {
    if (auto failed = read_gemini_error(*body)) {
      sink_.fail(std::move(*failed));
    }
  }
}

void GeminiStreamReader::take(std::string_view data) {
  if (data.empty()) {
    return;
  }
  const auto response = thread_json_parser().parse(data);
  if (!response) {
    sink_.fail(
        bad_reply("an event of Gemini's stream is not valid JSON: " + to_text(response.error())));
    return;
  }
  if (auto failed = read_gemini_error(*response)) {
    sink_.fail(std::move(*failed));
    return;
  }
  take_response(*response);
}

void GeminiStreamReader::take_response(JsonValue response) {
  if (!sink_.started()) {
    if (const auto id = response["responseId"].text(); !id.empty()) {
      id_ = id;
    }
    sink_.start(id_, response["modelVersion"].text());
  }
  const auto usage = response["usageMetadata"];
  if (usage.given()) {
    usage_ = read_gemini_usage(usage);
    any_usage_ = true;
  }
  if (usage.given() && sink_.finished()) {
    sink_.usage(usage_);  // Behind the finishReason, which came without.
  }
  const auto candidates = response["candidates"];
  for (const auto candidate : candidates.items()) {
    if (!sink_.done() && candidate["index"].integer().value_or(0) == 0) {
      take_candidate(candidate);
    }
  }
  if (candidates.size() == 0 && response["promptFeedback"]["blockReason"].given()) {
    finish_with(FinishReason::ContentFilter);
  }
}

void GeminiStreamReader::take_candidate(JsonValue candidate) {
  for (const auto part : candidate["content"]["parts"].items()) {
    take_part(part);
  }
  take_groundings(candidate);
  const auto reason = candidate["finishReason"];
  if (!reason.given()) {
    return;
  }
  if (auto failed = gemini_broken_call(reason.inside())) {
    sink_.fail(std::move(*failed));
    return;
  }
  finish_with(gemini_finish_reason(reason.inside(), calls_ > 0));
}

void GeminiStreamReader::take_part(JsonValue part) {
  if (part["functionCall"].given()) {
    const auto call = read_gemini_call(part, id_, calls_++, names_);
    sink_.open_tool(call.id, call.name);
    sink_.add(Kind::Arguments, call.arguments_json);
    sink_.close();
    return;
  }
  const auto text = part["text"].text();
  const bool thought = part["thought"].boolean() == true;
  if (!text.empty()) {
    if (!thought) {
      keep_text(text);
    }
    sink_.open(thought ? Kind::ThinkBlock : Kind::TextBlock);
    sink_.add(thought ? Kind::Think : Kind::Text, text);
  }
  const auto signature = read_gemini_signature(part);
  if (!signature.empty()) {
    // A text's signature is a thinking block of its own, which ends with it.
    sink_.open(Kind::ThinkBlock);
    sink_.add(Kind::Signature, signature);
    sink_.close();
  }
}

// Before the block is opened.
void GeminiStreamReader::keep_text(std::string_view text) {
  if (!sink_.in(Kind::TextBlock)) {
    text_.clear();
  }
  if (text_.size() + text.size() <= kCitedBytesMax) {
    text_ += text;
  }
}

void GeminiStreamReader::take_groundings(JsonValue candidate) {
  const std::string_view text = text_;
  for (auto& grounding : read_gemini_groundings(candidate, {&text, 1})) {
    if (std::ranges::find(cited_, grounding.citation) == cited_.end()) {
      cited_.push_back(grounding.citation);
      sink_.cite(std::move(grounding.citation));
    }
  }
}

void GeminiStreamReader::finish_with(FinishReason reason) {
  if (sink_.finished()) {
    return;
  }
  sink_.finish(reason);
  if (any_usage_) {
    sink_.usage(usage_);
  }
}

}  // namespace

std::unique_ptr<StreamReader> make_gemini_stream_reader(std::string_view id, NameMap names) {
  return std::make_unique<GeminiStreamReader>(id, std::move(names));
}

}  // namespace meridian
