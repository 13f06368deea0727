#include "wire/converse/stream_reader.h"

#include <string>

#include <fmt/format.h>

#include "wire/bedrock/exception.h"
#include "wire/converse/citations.h"
#include "wire/converse/reply_reader.h"
#include "wire/event_stream.h"
#include "wire/failures.h"
#include "wire/json.h"
#include "wire/sse.h"
#include "wire/stream_events.h"

namespace meridian {

namespace {

using Kind = StreamEvent::Kind;

class ConverseStreamReader final : public StreamReader {
 public:
  ConverseStreamReader(std::string_view id, NameMap names) : id_(id), names_(std::move(names)) {}

  void feed(std::string_view bytes, std::vector<StreamEvent>& out) override {
    sink_.to(out);
    frames_.feed(bytes);
    while (!sink_.done() && frames_.next(frame_)) {
      take();
    }
    if (!frames_.broken().empty()) {
      sink_.fail(bad_reply(fmt::format("Bedrock's event stream is broken: {}", frames_.broken())));
    }
  }

  void finish(std::vector<StreamEvent>& out) override {
    sink_.to(out);
    if (sink_.finished() && !frames_.unfinished()) {
      sink_.end();  // `metadata` is all that is missing: the answer is whole, only its usage is
                    // unknown.
      return;
    }
    sink_.fail({.kind = FailureKind::CutShort,
                .message = "Bedrock's stream ended before its messageStop event",
                .code = "stream_cut_short",
                .request_id = {}});
  }

 private:
  void take();
  void take_event(std::string_view type, JsonValue payload);
  void start_block(JsonValue payload);
  void delta(JsonValue payload);
  void enter(JsonValue payload);

  std::string id_;
  NameMap names_;
  FrameReader frames_;
  Frame frame_;
  EventSink sink_;
  std::optional<std::int64_t> index_;  // Of the block that is open.
  std::string redacted_;               // Base64 of a redacted block so far.
};

void ConverseStreamReader::take() {
  if (auto failure = bedrock_frame_failure(frame_)) {
    sink_.fail(std::move(*failure));
    return;
  }
  const auto payload = thread_json_parser().parse(frame_.payload);
  if (!payload) {
    sink_.fail(
        bad_reply("an event of Bedrock's stream is not valid JSON: " + to_text(payload.error())));
    return;
  }
  take_event(frame_.header(":event-type"), *payload);
}

void ConverseStreamReader::take_event(std::string_view type, JsonValue payload) {
  if (type == "contentBlockDelta") {
    delta(payload);
  } else if (type == "contentBlockStart") {
    start_block(payload);
  } else if (type == "contentBlockStop") {
    enter({});
    sink_.close();
  } else if (type == "messageStart") {
    sink_.start(id_, {});
  } else if (type == "messageStop") {
    enter({});
    sink_.start(id_, {});
    sink_.finish(converse_finish_reason(payload["stopReason"].inside()),
                 payload["additionalModelResponseFields"]["stop_sequence"].text());
  } else if (type == "metadata") {
    if (const auto usage = payload["usage"]; usage.given()) {
      sink_.usage(read_converse_usage(usage));
    }
    if (sink_.finished()) {
      sink_.end();
    }
  }
}

// Blocks of text and reasoning are not announced, and old streams do not end theirs: a new index
// does both.
void ConverseStreamReader::enter(JsonValue payload) {
  const auto index = payload["contentBlockIndex"].integer();
  if (index_ && index == index_) {
    return;
  }
  if (!redacted_.empty()) {
    sink_.redacted(redacted_);
    redacted_.clear();
  }
  if (index_) {
    sink_.close();
  }
  index_ = index;
}

void ConverseStreamReader::start_block(JsonValue payload) {
  sink_.start(id_, {});
  enter(payload);
  if (const auto use = payload["start"]["toolUse"]; use.given()) {
    sink_.open_tool(use["toolUseId"].text(), client_tool_name(names_, use["name"].text()));
  }
}

void ConverseStreamReader::delta(JsonValue payload) {
  sink_.start(id_, {});
  enter(payload);
  const auto delta = payload["delta"];
  if (const auto text = delta["text"]; text.given()) {
    sink_.open(Kind::TextBlock);
    sink_.add(Kind::Text, text.text());
  } else if (const auto cited = delta["citation"]; cited.given()) {
    sink_.open(Kind::TextBlock);
    if (auto citation = read_converse_citation(cited)) {
      sink_.cite(std::move(*citation));
    }
  } else if (const auto use = delta["toolUse"]; use.given()) {
    if (sink_.in(Kind::ToolBlock)) {
      sink_.add(Kind::Arguments, use["input"].text());
    }
  } else if (const auto reasoning = delta["reasoningContent"]; reasoning.given()) {
    if (const auto data = reasoning["redactedContent"]; data.given()) {
      if (redacted_.size() < SseReader::kEventBytesMax) {
        redacted_ += data.text();
      }
      return;
    }
    sink_.open(Kind::ThinkBlock);
    sink_.add(Kind::Think, reasoning["text"].text());
    sink_.add(Kind::Signature, reasoning["signature"].text());
  }
}

}  // namespace

std::unique_ptr<StreamReader> make_converse_stream_reader(std::string_view id, NameMap names) {
  return std::make_unique<ConverseStreamReader>(id, std::move(names));
}

}  // namespace meridian
