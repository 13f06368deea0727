#include "wire/gemini/stream_reader.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
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

// Of a body that is no event stream: an error's JSON, perhaps over many lines.
constexpr std::size_t kPlainBytesMax = 64UL * 1024;

// Behind a longer text places are those of its begin alone.
constexpr std::size_t kCitedBytesMax = std::size_t{1} << 20;

// One of the answers.
class Candidate {
 public:
  explicit Candidate(std::int64_t choice) : sink_(choice) {}

  EventSink& sink() { return sink_; }

  // `calls`: how many tools all candidates have called, which numbers calls without an id.
  void take(JsonValue candidate, std::string_view id, const NameMap& names, std::size_t& calls);

 private:
  void take_part(JsonValue part, std::string_view id, const NameMap& names, std::size_t& calls);
  void keep_text(std::string_view text);
  void take_groundings(JsonValue candidate);

  EventSink sink_;
  bool called_ = false;
  std::string text_;             // Of the open text block: what places in it are counted in.
  std::vector<Citation> cited_;  // Groundings may be repeated.
};

void Candidate::take(JsonValue candidate,
                     std::string_view id,
                     const NameMap& names,
                     std::size_t& calls) {
  for (const auto part : candidate["content"]["parts"].items()) {
    take_part(part, id, names, calls);
  }
  sink_.chances(read_gemini_chances(candidate));
  take_groundings(candidate);
  const auto reason = candidate["finishReason"];
  if (!reason.given()) {
    return;
  }
  if (auto failed = gemini_broken_call(reason.inside())) {
    sink_.fail(std::move(*failed));
    return;
  }
  sink_.finish(gemini_finish_reason(reason.inside(), called_));
}

void Candidate::take_part(JsonValue part,
                          std::string_view id,
                          const NameMap& names,
                          std::size_t& calls) {
  if (part["functionCall"].given()) {
    const auto call = read_gemini_call(part, id, calls++, names);
    called_ = true;
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
void Candidate::keep_text(std::string_view text) {
  if (!sink_.in(Kind::TextBlock)) {
    text_.clear();
  }
  if (text_.size() + text.size() <= kCitedBytesMax) {
    text_ += text;
  }
}

void Candidate::take_groundings(JsonValue candidate) {
  const std::string_view text = text_;
  for (auto& grounding : read_gemini_groundings(candidate, {&text, 1})) {
    if (std::ranges::find(cited_, grounding.citation) == cited_.end()) {
      cited_.push_back(grounding.citation);
      sink_.cite(std::move(grounding.citation));
    }
  }
}

class GeminiStreamReader final : public StreamReader {
 public:
  GeminiStreamReader(std::string_view id, NameMap names) : id_(id), names_(std::move(names)) {}

  void feed(std::string_view bytes, std::vector<StreamEvent>& out) override {
    to(out);
    keep_plain(bytes);
    events_.feed(bytes);
    SseEvent event;
    while (!done() && events_.next(event)) {
      take(event.data);
    }
    if (events_.overflowed()) {
      fail(bad_reply("an event of Gemini's stream is larger than 8 MiB"));
    }
  }

  void finish(std::vector<StreamEvent>& out) override {
    to(out);
    SseEvent event;
    if (!done() && events_.last(event)) {
      take(event.data);
    }
    if (!done() && !sink().started()) {
      take_plain();
    }
    if (done()) {
      return;
    }
    const bool whole = std::ranges::all_of(
        candidates_, [](Candidate& candidate) { return candidate.sink().finished(); });
    if (whole) {
      sink().end();
      return;
    }
    fail({.kind = FailureKind::CutShort,
          .message = "Gemini's stream ended before a finishReason",
          .code = "stream_cut_short",
          .request_id = {}});
  }

 private:
  // As many as OpenAI's `n` may be.
  static constexpr std::int64_t kCandidatesMax = 128;

  void to(std::vector<StreamEvent>& out) {
    out_ = &out;
    for (auto& candidate : candidates_) {
      candidate.sink().to(out);
    }
  }

  // The first answer's, which stands for the stream.
  EventSink& sink() { return candidates_.front().sink(); }

  bool done() {
    return std::ranges::any_of(candidates_,
                               [](Candidate& candidate) { return candidate.sink().done(); });
  }

  void fail(Failure failure) {
    if (!done()) {
      sink().fail(std::move(failure));
    }
  }

  void keep_plain(std::string_view bytes);
  void take_plain();
  void take(std::string_view data);
  void take_response(JsonValue response);
  void take_candidate(JsonValue candidate);
  void count();

  std::string id_;
  NameMap names_;
  SseReader events_;
  std::vector<StreamEvent>* out_ = nullptr;
  std::vector<Candidate> candidates_{Candidate(0)};
  std::string plain_;
  Usage usage_;
  bool any_usage_ = false;
  bool counted_ = false;  // `usage_` has been told.
  std::size_t calls_ = 0;
};

// Only before the first event: then nothing has been given to the client, and what the error says
// decides where the request goes next.
void GeminiStreamReader::keep_plain(std::string_view bytes) {
  if (!sink().started() && plain_.size() < kPlainBytesMax) {
    plain_ += bytes.substr(0, kPlainBytesMax - plain_.size());
  }
}

void GeminiStreamReader::take_plain() {
  if (plain_.find_first_of("{[") != plain_.find_first_not_of(" \t\r\n")) {
    return;
  }
  if (const auto body = thread_json_parser().parse(plain_)) {
    if (auto failed = read_gemini_error(*body)) {
      fail(std::move(*failed));
    }
  }
}

void GeminiStreamReader::take(std::string_view data) {
  if (data.empty()) {
    return;
  }
  const auto response = thread_json_parser().parse(data);
  if (!response) {
    fail(bad_reply("an event of Gemini's stream is not valid JSON: " + to_text(response.error())));
    return;
  }
  if (auto failed = read_gemini_error(*response)) {
    fail(std::move(*failed));
    return;
  }
  take_response(*response);
}

void GeminiStreamReader::take_response(JsonValue response) {
  if (!sink().started()) {
    if (const auto id = response["responseId"].text(); !id.empty()) {
      id_ = id;
    }
    sink().start(id_, response["modelVersion"].text());
  }
  if (const auto usage = response["usageMetadata"]; usage.given()) {
    usage_ = read_gemini_usage(usage);
    any_usage_ = true;
    counted_ = false;
  }
  const auto candidates = response["candidates"];
  for (const auto candidate : candidates.items()) {
    if (!done()) {
      take_candidate(candidate);
    }
  }
  if (candidates.size() == 0 && response["promptFeedback"]["blockReason"].given()) {
    sink().finish(FinishReason::ContentFilter);
  }
  count();
}

void GeminiStreamReader::take_candidate(JsonValue candidate) {
  const auto index = candidate["index"].integer().value_or(0);
  if (index < 0 || index >= kCandidatesMax) {
    return;
  }
  while (std::ssize(candidates_) <= index) {
    candidates_.emplace_back(std::ssize(candidates_)).sink().to(*out_);
  }
  candidates_[static_cast<std::size_t>(index)].take(candidate, id_, names_, calls_);
}

// Behind a finishReason, with which the counts mostly come; else they follow it.
void GeminiStreamReader::count() {
  if (any_usage_ && sink().finished() && !done() && !std::exchange(counted_, true)) {
    sink().usage(usage_);
  }
}

}  // namespace

std::unique_ptr<StreamReader> make_gemini_stream_reader(std::string_view id, NameMap names) {
  return std::make_unique<GeminiStreamReader>(id, std::move(names));
}

}  // namespace meridian
