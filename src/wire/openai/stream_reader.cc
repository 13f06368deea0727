#include "wire/openai/stream_reader.h"

#include <algorithm>
#include <string>
#include <vector>

#include "wire/failures.h"
#include "wire/json.h"
#include "wire/openai/annotations.h"
#include "wire/openai/reply_reader.h"
#include "wire/sse.h"
#include "wire/stream_events.h"

namespace meridian {

namespace {

using Kind = StreamEvent::Kind;

class OpenAiStreamReader final : public StreamReader {
 public:
  OpenAiStreamReader(std::string_view id, NameMap names) : id_(id), names_(std::move(names)) {}

  void feed(std::string_view bytes, std::vector<StreamEvent>& out) override {
    sink_.to(out);
    events_.feed(bytes);
    SseEvent event;
    while (!sink_.done() && events_.next(event)) {
      take(event.data);
    }
    if (events_.overflowed()) {
      sink_.fail(bad_reply("an event of the provider's stream is larger than 8 MiB"));
    }
  }

  void finish(std::vector<StreamEvent>& out) override {
    sink_.to(out);
    SseEvent event;
    if (!sink_.done() && events_.last(event)) {
      take(event.data);
    }
    if (finish_) {
      end();
    }
    sink_.fail({.kind = FailureKind::CutShort,
                .message = "the provider's stream ended before its finish_reason",
                .code = "stream_cut_short",
                .request_id = {}});
  }

 private:
  // One of several calls at once. Their deltas may be mixed, blocks may not: the first is passed on
  // as it comes, the others wait for the end.
  struct Call {
    std::int64_t index = 0;
    std::string id;
    std::string name;
    std::string arguments;
    bool passed_on = false;
  };

  void take(std::string_view data);
  void take_choice(JsonValue choice);
  void take_calls(JsonValue calls);
  void take_call(JsonValue delta);
  Call& call_of(JsonValue delta);
  void flush_calls();
  void end();

  std::string id_;
  NameMap names_;
  SseReader events_;
  EventSink sink_;
  std::vector<Call> calls_;
  std::size_t held_bytes_ = 0;
  bool refused_ = false;
  std::optional<FinishReason> finish_;
  std::optional<Usage> usage_;
};

void OpenAiStreamReader::take(std::string_view data) {
  if (data.empty()) {
    return;
  }
  if (data.starts_with("[DONE]")) {
    end();
    return;
  }
  const auto chunk = thread_json_parser().parse(data);
  if (!chunk) {
    sink_.fail(bad_reply("an event of the provider's stream is not valid JSON: " +
                         to_text(chunk.error())));
    return;
  }
  if (const auto error = (*chunk)["error"]; error.given()) {
    sink_.fail(read_openai_error(error));
    return;
  }
  const auto id = (*chunk)["id"].text();
  const auto choices = (*chunk)["choices"].items();
  const bool empty = choices.begin() == choices.end();
  if (!sink_.started() && !(empty && id.empty())) {  // Azure's first chunk is empty.
    sink_.start(id.empty() ? id_ : id, (*chunk)["model"].text());
  }
  for (const auto choice : choices) {
    if (choice["index"].integer().value_or(0) == 0) {
      take_choice(choice);
    }
  }
  if (const auto usage = (*chunk)["usage"]; usage.is(JsonValue::Type::Object)) {
    usage_ = read_openai_usage(usage);
  }
}

void OpenAiStreamReader::take_choice(JsonValue choice) {
  const auto delta = choice["delta"];
  const auto pass = [&](JsonValue value, Kind block, Kind kind) {
    if (value.is(JsonValue::Type::String) && !value.inside().empty()) {
      sink_.open(block);
      sink_.add(kind, value.text());
      return true;
    }
    return false;
  };
  if (!pass(delta["reasoning_content"], Kind::ThinkBlock, Kind::Think)) {
    pass(delta["reasoning"], Kind::ThinkBlock, Kind::Think);
  }
  pass(delta["content"], Kind::TextBlock, Kind::Text);
  for (const auto annotation : delta["annotations"].items()) {
    sink_.cite(read_annotation(annotation, Dialect::OpenAiChat));
  }
  refused_ = pass(delta["refusal"], Kind::TextBlock, Kind::Text) || refused_;
  take_calls(delta["tool_calls"]);
  if (const auto reason = choice["finish_reason"]; reason.given()) {
    finish_ = read_openai_finish_reason(reason.inside());
  }
}

void OpenAiStreamReader::take_calls(JsonValue calls) {
  for (const auto delta : calls.items()) {
    take_call(delta);
  }
}

// Some servers number all calls 0 and tell them apart by id.
OpenAiStreamReader::Call& OpenAiStreamReader::call_of(JsonValue delta) {
  const auto index = delta["index"].integer().value_or(0);
  const auto id = delta["id"].text();
  const auto found = std::ranges::find(calls_.rbegin(), calls_.rend(), index, &Call::index);
  if (found != calls_.rend() && (id.empty() || id == found->id)) {
    return *found;
  }
  auto& call = calls_.emplace_back();
  call.index = index;
  call.id = id;
  call.name = client_tool_name(names_, delta["function"]["name"].text());
  return call;
}

void OpenAiStreamReader::take_call(JsonValue delta) {
  constexpr std::size_t kCallsMax = 1024;
  auto& call = call_of(delta);
  const auto arguments = delta["function"]["arguments"].text();
  if (&call == &calls_.front()) {
    if (!std::exchange(call.passed_on, true)) {
      sink_.open_tool(call.id, call.name);
    } else if (!sink_.in(Kind::ToolBlock) && !arguments.empty()) {
      sink_.fail(bad_reply("the provider went on with a tool call after other content"));
      return;
    }
    sink_.add(Kind::Arguments, arguments);
    return;
  }
  call.arguments += arguments;
  held_bytes_ += arguments.size();
  if (held_bytes_ > SseReader::kEventBytesMax || calls_.size() > kCallsMax) {
    sink_.fail(bad_reply("the provider's tool calls are larger than 8 MiB"));
  }
}

void OpenAiStreamReader::flush_calls() {
  for (auto& call : calls_) {
    if (!std::exchange(call.passed_on, true)) {
      sink_.open_tool(call.id, call.name);
      sink_.add(Kind::Arguments, call.arguments);
    }
  }
}

void OpenAiStreamReader::end() {
  if (sink_.done()) {
    return;
  }
  flush_calls();
  auto reason = finish_.value_or(FinishReason::Stop);
  if (reason == FinishReason::Stop && !calls_.empty()) {
    reason = FinishReason::ToolCalls;  // Some servers say "stop" all the same.
  } else if (reason == FinishReason::Stop && refused_) {
    reason = FinishReason::ContentFilter;
  }
  sink_.start(id_, {});
  sink_.finish(reason);
  if (usage_) {
    sink_.usage(*usage_);
  }
  sink_.end();
}

}  // namespace

std::unique_ptr<StreamReader> make_openai_stream_reader(std::string_view id, NameMap names) {
  return std::make_unique<OpenAiStreamReader>(id, std::move(names));
}

}  // namespace meridian
