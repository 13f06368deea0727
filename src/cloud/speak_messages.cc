#include <fmt/format.h>

#include "cloud/event_frame.h"
#include "cloud/speak.h"

namespace meridian {
namespace {

std::string_view stop_of(StopCause stop) {
  switch (stop) {
    case StopCause::Finished:
      return "end_turn";
    case StopCause::Length:
      return "max_tokens";
    case StopCause::ToolCall:
      return "tool_use";
  }
  return "";
}

// "msg_bdrk_...": each way in has its own beginning.
std::string_view origin_of(Provider provider) {
  return provider == Provider::Bedrock ? "bdrk_" : provider == Provider::Vertex ? "vrtx_" : "";
}

std::string usage_of(const CloudAnswer& answer, std::int64_t tokens_out) {
  return fmt::format(
      R"({{"input_tokens":{},"cache_creation_input_tokens":0,"cache_read_input_tokens":0,)"
      R"("output_tokens":{},"service_tier":"standard"}})",
      answer.tokens_in,
      tokens_out);
}

std::string message_of(const Speech& speech,
                       std::string_view content,
                       std::string_view stop,
                       std::int64_t tokens_out) {
  return fmt::format(
      R"({{"id":"msg_{}{}","type":"message","role":"assistant","model":{},"content":[{}],)"
      R"("stop_reason":{},"stop_sequence":null,"usage":{}}})",
      origin_of(speech.provider),
      speech.answer.id,
      quoted(speech.model),
      content,
      stop,
      usage_of(speech.answer, tokens_out));
}

std::string tool_block(const Speech& speech, const CloudToolCall& call, std::string_view input) {
  return fmt::format(R"({{"type":"tool_use","id":"toolu_{}{}","name":{},"input":{}}})",
                     origin_of(speech.provider),
                     speech.answer.id,
                     quoted(call.name),
                     input);
}

std::string whole(const Speech& speech) {
  const auto& call = speech.answer.call;
  const auto content =
      call ? tool_block(speech, *call, call->arguments)
           : fmt::format(R"({{"type":"text","text":{}}})", quoted(joined(speech.answer.pieces)));
  return message_of(speech,
                    content,
                    fmt::format("\"{}\"", stop_of(speech.answer.stop)),
                    speech.answer.tokens_out);
}

struct Event {
  std::string_view name;
  std::string json;
  std::uint32_t tokens = 0;
};

void add_deltas(const Speech& speech, std::vector<Event>& events) {
  constexpr std::string_view kStart =
      R"({{"type":"content_block_start","index":0,"content_block":{}}})";
  constexpr std::string_view kDelta = R"({{"type":"content_block_delta","index":0,"delta":{}}})";
  if (const auto& call = speech.answer.call) {
    events.push_back({"content_block_start", fmt::format(kStart, tool_block(speech, *call, "{}"))});
    events.push_back({"content_block_delta",
                      fmt::format(kDelta, R"({"type":"input_json_delta","partial_json":""})")});
    for (const auto& fragment : fragments(call->arguments)) {
      events.push_back(
          {"content_block_delta",
           fmt::format(
               kDelta,
               fmt::format(R"({{"type":"input_json_delta","partial_json":{}}})", quoted(fragment))),
           2});
    }
    return;
  }
  events.push_back({"content_block_start", fmt::format(kStart, R"({"type":"text","text":""})")});
  events.push_back({"ping", R"({"type":"ping"})"});
  for (const auto& piece : speech.answer.pieces) {
    events.push_back(
        {"content_block_delta",
         fmt::format(kDelta, fmt::format(R"({{"type":"text_delta","text":{}}})", quoted(piece))),
         1});
  }
}

// Of InvokeModel's last event only.
std::string metrics_of(const Speech& speech) {
  if (speech.provider != Provider::Bedrock) {
    return {};
  }
  return fmt::format(
      R"(,"amazon-bedrock-invocationMetrics":{{"inputTokenCount":{},"outputTokenCount":{},)"
      R"("invocationLatency":{},"firstByteLatency":{}}})",
      speech.answer.tokens_in,
      speech.answer.tokens_out,
      speech.latency_ms,
      speech.latency_ms / 2);
}

constexpr std::size_t kTail = 2;  // message_delta and message_stop.

std::vector<Event> events_of(const Speech& speech) {
  std::vector<Event> events;
  events.reserve(speech.answer.pieces.size() + 7);
  events.push_back({"message_start",
                    fmt::format(R"({{"type":"message_start","message":{}}})",
                                message_of(speech, "", "null", 1))});
  add_deltas(speech, events);
  events.push_back({"content_block_stop", R"({"type":"content_block_stop","index":0})"});
  events.push_back(
      {"message_delta",
       fmt::format(
           R"({{"type":"message_delta","delta":{{"stop_reason":"{}","stop_sequence":null}},)"
           R"("usage":{{"output_tokens":{}}}}})",
           stop_of(speech.answer.stop),
           speech.answer.tokens_out)});
  events.push_back(
      {"message_stop", fmt::format(R"({{"type":"message_stop"{}}})", metrics_of(speech))});
  return events;
}

// Bedrock wraps each event, in base64, into a frame of its own.
std::string framed(const Event& event) {
  std::string frame;
  append_event(frame,
               "chunk",
               fmt::format(R"({{"bytes":"{}","p":"abcdefghijklm"}})", base64_of(event.json)));
  return frame;
}

void add_fields(const Speech& speech, CloudFields& fields) {
  if (speech.provider == Provider::Bedrock) {
    fields.emplace_back("x-amzn-requestid", speech.request_id);
    fields.emplace_back("x-amzn-bedrock-input-token-count",
                        std::to_string(speech.answer.tokens_in));
    fields.emplace_back("x-amzn-bedrock-output-token-count",
                        std::to_string(speech.answer.tokens_out));
  } else {
    fields.emplace_back("request-id", speech.request_id);
  }
}

}  // namespace

CloudPerformance speak_messages(const Speech& speech) {
  CloudPerformance made;
  add_fields(speech, made.fields);
  if (!speech.stream) {
    made.fields.emplace_back("content-type", "application/json");
    made.beats.push_back({whole(speech), static_cast<std::uint32_t>(speech.answer.tokens_out)});
    return made;
  }
  const bool bedrock = speech.provider == Provider::Bedrock;
  made.fields.emplace_back(
      "content-type",
      bedrock ? "application/vnd.amazon.eventstream" : "text/event-stream; charset=utf-8");
  if (bedrock) {
    made.fields.emplace_back("x-amzn-bedrock-content-type", "application/json");
  }
  made.chunked = true;
  made.tail = kTail;
  for (const auto& event : events_of(speech)) {
    made.beats.push_back(
        {bedrock ? framed(event) : fmt::format("event: {}\ndata: {}\n\n", event.name, event.json),
         event.tokens});
  }
  return made;
}

}  // namespace meridian
