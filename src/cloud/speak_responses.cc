#include <fmt/format.h>

#include "cloud/speak.h"

namespace meridian {
namespace {

bool cut(const CloudAnswer& answer) {
  return answer.stop == StopCause::Length;
}

std::string item_id(const CloudAnswer& answer) {
  return (answer.call ? "fc_" : "msg_") + answer.id;
}

std::string text_part(std::string_view text) {
  return fmt::format(R"({{"type":"output_text","annotations":[],"logprobs":[],"text":{}}})",
                     quoted(text));
}

std::string_view status_of(const CloudAnswer& answer) {
  return cut(answer) ? "incomplete" : "completed";
}

// `content` empty: it has just begun.
std::string message_item(const CloudAnswer& answer,
                         std::string_view status,
                         std::string_view content) {
  return fmt::format(
      R"({{"id":"{}","type":"message","status":"{}","content":[{}],"role":"assistant"}})",
      item_id(answer),
      status,
      content);
}

std::string call_item(const CloudAnswer& answer,
                      const CloudToolCall& call,
                      std::string_view status,
                      std::string_view arguments) {
  return fmt::format(
      R"({{"id":"{}","type":"function_call","status":"{}","arguments":{},"call_id":"call_{}","name":{}}})",
      item_id(answer),
      status,
      quoted(arguments),
      answer.id,
      quoted(call.name));
}

std::string whole_item(const CloudAnswer& answer) {
  return answer.call ? call_item(answer, *answer.call, "completed", answer.call->arguments)
                     : message_item(answer, status_of(answer), text_part(joined(answer.pieces)));
}

std::string usage_of(const CloudAnswer& answer) {
  return fmt::format(
      R"({{"input_tokens":{},"input_tokens_details":{{"cached_tokens":0,"cache_write_tokens":0}},)"
      R"("output_tokens":{},"output_tokens_details":{{"reasoning_tokens":0}},)"
      R"("total_tokens":{}}})",
      answer.tokens_in,
      answer.tokens_out,
      answer.tokens_in + answer.tokens_out);
}

std::string response(const Speech& speech,
                     std::string_view status,
                     std::string_view output,
                     std::string_view usage) {
  return fmt::format(
      R"({{"id":"resp_{}","object":"response","created_at":{},"status":"{}","background":false,)"
      R"("error":null,"incomplete_details":{},"instructions":null,"max_output_tokens":null,)"
      R"("model":{},"output":[{}],"parallel_tool_calls":true,"previous_response_id":null,)"
      R"("reasoning":{{"effort":null,"summary":null}},"store":true,"temperature":1.0,)"
      R"("text":{{"format":{{"type":"text"}}}},"tool_choice":"auto","tools":[],"top_p":1.0,)"
      R"("truncation":"disabled","usage":{},"user":null,"metadata":{{}}}})",
      speech.answer.id,
      speech.created,
      status,
      status == "incomplete" ? R"({"reason":"max_output_tokens"})" : "null",
      quoted(speech.model),
      output,
      usage);
}

// Writes one stream's events and numbers them.
class Events {
 public:
  std::string next(std::string_view type, std::string_view rest) {
    return fmt::format("event: {0}\ndata: {{\"type\":\"{0}\",\"sequence_number\":{1},{2}}}\n\n",
                       type,
                       number_++,
                       rest);
  }

 private:
  int number_ = 0;
};

void add_message(const CloudAnswer& answer, Events& events, std::vector<CloudBeat>& beats) {
  const auto place =
      fmt::format(R"("item_id":"{}","output_index":0,"content_index":0)", item_id(answer));
  const auto text = joined(answer.pieces);
  const auto add = [&](std::string_view type, std::string_view rest, std::uint32_t tokens) {
    beats.push_back({events.next(type, fmt::format("{},{}", place, rest)), tokens});
  };
  add("response.content_part.added", fmt::format(R"("part":{})", text_part("")), 0);
  for (const auto& piece : answer.pieces) {
    add("response.output_text.delta",
        fmt::format(R"("delta":{},"logprobs":[],"obfuscation":"x")", quoted(piece)),
        1);
  }
  add("response.output_text.done", fmt::format(R"("text":{},"logprobs":[])", quoted(text)), 0);
  add("response.content_part.done", fmt::format(R"("part":{})", text_part(text)), 0);
}

void add_call(const CloudAnswer& answer,
              const CloudToolCall& call,
              Events& events,
              std::vector<CloudBeat>& beats) {
  const auto place = fmt::format(R"("item_id":"{}","output_index":0)", item_id(answer));
  for (const auto& fragment : fragments(call.arguments)) {
    beats.push_back({events.next("response.function_call_arguments.delta",
                                 fmt::format(R"({},"delta":{})", place, quoted(fragment))),
                     2});
  }
  beats.push_back({events.next("response.function_call_arguments.done",
                               fmt::format(R"({},"arguments":{})", place, quoted(call.arguments))),
                   0});
}

std::vector<CloudBeat> stream(const Speech& speech) {
  const auto& answer = speech.answer;
  std::vector<CloudBeat> beats;
  Events events;
  const auto add = [&](std::string_view type, std::string_view name, std::string_view value) {
    const std::string_view index = name == "item" ? R"("output_index":0,)" : "";
    beats.push_back({events.next(type, fmt::format(R"({}"{}":{})", index, name, value)), 0});
  };
  const auto begun = response(speech, "in_progress", "", "null");
  add("response.created", "response", begun);
  add("response.in_progress", "response", begun);
  add("response.output_item.added",
      "item",
      answer.call ? call_item(answer, *answer.call, "in_progress", "")
                  : message_item(answer, "in_progress", ""));
  if (const auto& call = answer.call) {
    add_call(answer, *call, events, beats);
  } else {
    add_message(answer, events, beats);
  }
  add("response.output_item.done", "item", whole_item(answer));
  add(cut(answer) ? "response.incomplete" : "response.completed",
      "response",
      response(speech, status_of(answer), whole_item(answer), usage_of(answer)));
  return beats;
}

}  // namespace

CloudPerformance speak_responses(const Speech& speech) {
  CloudPerformance made;
  made.fields = {{"x-request-id", std::string(speech.request_id)},
                 {"openai-version", "2020-10-01"},
                 {"openai-processing-ms", std::to_string(speech.latency_ms)}};
  if (speech.stream) {
    made.fields.emplace_back("content-type", "text/event-stream; charset=utf-8");
    made.chunked = true;
    made.beats = stream(speech);
    made.tail = 4;
  } else {
    made.fields.emplace_back("content-type", "application/json");
    made.beats.push_back(
        {response(
             speech, status_of(speech.answer), whole_item(speech.answer), usage_of(speech.answer)),
         static_cast<std::uint32_t>(speech.answer.tokens_out)});
  }
  return made;
}

}  // namespace meridian
