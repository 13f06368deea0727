#include "wire/anthropic/stream_reader.h"

#include <string>

#include "wire/anthropic/citations.h"
#include "wire/anthropic/reply_reader.h"
#include "wire/failures.h"
#include "wire/json.h"
#include "wire/sse.h"
#include "wire/stream_events.h"

namespace meridian {

namespace {

using Kind = StreamEvent::Kind;

class AnthropicStreamReader final : public StreamReader {
 public:
  AnthropicStreamReader(std::string_view id, NameMap names) : id_(id), names_(std::move(names)) {}

  void feed(std::string_view bytes, std::vector<StreamEvent>& out) override {
    sink_.to(out);
    events_.feed(bytes);
    SseEvent event;
    while (!sink_.done() && events_.next(event)) {
      take(event);
    }
    if (events_.overflowed()) {
      sink_.fail(bad_reply("an event of the provider's stream is larger than 8 MiB"));
    }
  }

  void finish(std::vector<StreamEvent>& out) override {
    sink_.to(out);
    SseEvent event;
    if (!sink_.done() && events_.last(event)) {
      take(event);
    }
    sink_.fail({.kind = FailureKind::CutShort,
                .message = "the provider's stream ended before its message_stop event",
                .code = "stream_cut_short",
                .request_id = {}});
  }

 private:
  void take(const SseEvent& event);
  void take_typed(std::string_view type, JsonValue event);
  void start(JsonValue message);
  void start_block(JsonValue block);
  void delta(JsonValue delta);
  void message_delta(JsonValue event);
  void stop();

  std::string id_;
  NameMap names_;
  SseReader events_;
  EventSink sink_;
  Usage usage_;
  bool any_usage_ = false;
  FinishReason finish_ = FinishReason::Stop;
  std::string stop_sequence_;
};

void AnthropicStreamReader::take(const SseEvent& event) {
  if (event.data.empty()) {
    return;
  }
  const auto data = thread_json_parser().parse(event.data);
  if (!data) {
    sink_.fail(
        bad_reply("an event of the provider's stream is not valid JSON: " + to_text(data.error())));
    return;
  }
  // The type inside: a proxy on the way may have lost the `event:` line.
  take_typed((*data)["type"].inside(), *data);
}

void AnthropicStreamReader::take_typed(std::string_view type, JsonValue event) {
  if (type == "content_block_delta") {
    delta(event["delta"]);
  } else if (type == "content_block_start") {
    start_block(event["content_block"]);
  } else if (type == "content_block_stop") {
    sink_.close();
  } else if (type == "message_start") {
    start(event["message"]);
  } else if (type == "message_delta") {
    message_delta(event);
  } else if (type == "message_stop") {
    stop();
  } else if (type == "ping") {
    sink_.ping();
  } else if (type == "error" || event["error"].is(JsonValue::Type::Object)) {
    const auto error = event["error"];
    sink_.fail(anthropic_failure(
        error["type"].text(), error["message"].text(), event["request_id"].text()));
  }
}

void AnthropicStreamReader::start(JsonValue message) {
  const auto id = message["id"].text();
  sink_.start(id.empty() ? id_ : id, message["model"].text());
  if (const auto usage = message["usage"]; usage.given()) {
    read_anthropic_usage(usage, usage_);
    any_usage_ = true;
    sink_.usage(usage_);
  }
}

void AnthropicStreamReader::start_block(JsonValue block) {
  const auto type = block["type"].inside();
  sink_.start(id_, {});
  sink_.close();
  if (type == "text") {
    sink_.open(Kind::TextBlock);
    sink_.add(Kind::Text, block["text"].text());
    for (auto& citation : read_anthropic_citations(block["citations"])) {
      sink_.cite(std::move(citation));
    }
  } else if (type == "thinking") {
    sink_.open(Kind::ThinkBlock);
    sink_.add(Kind::Think, block["thinking"].text());
    sink_.add(Kind::Signature, block["signature"].text());
  } else if (type == "redacted_thinking") {
    sink_.redacted(block["data"].text());
  } else if (type == "tool_use") {
    sink_.open_tool(block["id"].text(), client_tool_name(names_, block["name"].text()));
  }
}

// Only into the block that it fits: the deltas of a block that is not known here are passed over
// with it.
void AnthropicStreamReader::delta(JsonValue delta) {
  const auto type = delta["type"].inside();
  if (type == "text_delta" && sink_.in(Kind::TextBlock)) {
    sink_.add(Kind::Text, delta["text"].text());
  } else if (type == "input_json_delta" && sink_.in(Kind::ToolBlock)) {
    sink_.add(Kind::Arguments, delta["partial_json"].text());
  } else if (type == "thinking_delta" && sink_.in(Kind::ThinkBlock)) {
    sink_.add(Kind::Think, delta["thinking"].text());
  } else if (type == "citations_delta") {
    sink_.cite(read_anthropic_citation(delta["citation"]));
  } else if (type == "signature_delta" && sink_.in(Kind::ThinkBlock)) {
    sink_.add(Kind::Signature, delta["signature"].text());
  }
}

void AnthropicStreamReader::message_delta(JsonValue event) {
  const auto delta = event["delta"];
  if (delta["stop_reason"].given()) {
    finish_ = anthropic_finish_reason(delta["stop_reason"].inside());
    stop_sequence_ = delta["stop_sequence"].text();
  }
  if (const auto usage = event["usage"]; usage.given()) {
    read_anthropic_usage(usage, usage_);
    any_usage_ = true;
  }
}

void AnthropicStreamReader::stop() {
  sink_.start(id_, {});
  sink_.finish(finish_, stop_sequence_);
  if (any_usage_) {
    sink_.usage(usage_);
  }
  sink_.end();
}

}  // namespace

std::unique_ptr<StreamReader> make_anthropic_stream_reader(std::string_view id, NameMap names) {
  return std::make_unique<AnthropicStreamReader>(id, std::move(names));
}

}  // namespace meridian
