#include "wire/responses/stream_reader.h"

#include "wire/failures.h"
#include "wire/json.h"
#include "wire/openai/annotations.h"
#include "wire/responses/reasoning.h"
#include "wire/responses/reply_reader.h"
#include "wire/sse.h"
#include "wire/stream_events.h"

namespace meridian {

namespace {

using Kind = StreamEvent::Kind;

class ResponsesStreamReader final : public StreamReader {
 public:
  explicit ResponsesStreamReader(NameMap names) : names_(std::move(names)) {}

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
                .message = "the provider's stream ended before its response.completed event",
                .code = "stream_cut_short",
                .request_id = {}});
  }

 private:
  void take(const SseEvent& event);
  void take_typed(std::string_view type, JsonValue event);
  void begin_item(JsonValue item);
  void end_item(JsonValue item);
  void end(JsonValue response);

  NameMap names_;
  SseReader events_;
  EventSink sink_;
};

void ResponsesStreamReader::take(const SseEvent& event) {
  if (event.data.empty()) {
    return;
  }
  const auto data = thread_json_parser().parse(event.data);
  if (!data) {
    sink_.fail(
        bad_reply("an event of the provider's stream is not valid JSON: " + to_text(data.error())));
    return;
  }
  take_typed((*data)["type"].inside(), *data);
}

void ResponsesStreamReader::take_typed(std::string_view type, JsonValue event) {
  const auto response = event["response"];
  if (type == "response.created") {
    sink_.start(response["id"].text(), response["model"].text());
  } else if (type == "response.output_item.added") {
    begin_item(event["item"]);
  } else if (type == "response.output_item.done") {
    end_item(event["item"]);
  } else if (type == "response.output_text.delta" || type == "response.refusal.delta") {
    sink_.open(Kind::TextBlock);
    sink_.add(Kind::Text, event["delta"].text());
  } else if (type == "response.output_text.annotation.added") {
    sink_.cite(read_annotation(event["annotation"], Dialect::OpenAiResponses));
  } else if (type == "response.reasoning_summary_text.delta" ||
             type == "response.reasoning_text.delta") {
    sink_.open(Kind::ThinkBlock);
    sink_.add(Kind::Think, event["delta"].text());
  } else if (type == "response.function_call_arguments.delta" && sink_.in(Kind::ToolBlock)) {
    sink_.add(Kind::Arguments, event["delta"].text());
  } else if (type == "response.completed" || type == "response.incomplete") {
    end(response);
  } else if (type == "response.failed") {
    sink_.fail(read_responses_error(response["error"]));
  } else if (type == "error") {
    sink_.fail(read_responses_error(event["error"].given() ? event["error"] : event));
  }
}

void ResponsesStreamReader::begin_item(JsonValue item) {
  if (item["type"].inside() == "function_call") {
    sink_.open_tool(item["call_id"].text(), client_tool_name(names_, item["name"].text()));
  }
}

// Only its end says what proves a thought.
void ResponsesStreamReader::end_item(JsonValue item) {
  if (item["type"].inside() == "reasoning") {
    const auto part = read_reasoning(item);
    if (!part.redacted.empty()) {
      sink_.redacted(part.redacted);
    } else {
      sink_.open(Kind::ThinkBlock);
      sink_.add(Kind::Signature, part.signature);
    }
  }
  sink_.close();
}

void ResponsesStreamReader::end(JsonValue response) {
  sink_.finish(read_responses_finish(response));
  if (const auto usage = response["usage"]; usage.given()) {
    sink_.usage(read_responses_usage(usage));
  }
  sink_.end();
}

}  // namespace

std::unique_ptr<StreamReader> make_responses_stream_reader(NameMap names) {
  return std::make_unique<ResponsesStreamReader>(std::move(names));
}

}  // namespace meridian
