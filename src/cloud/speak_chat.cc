#include <fmt/format.h>

#include "cloud/speak.h"

namespace meridian {
namespace {

constexpr std::string_view kHarmless =
    R"({"hate":{"filtered":false,"severity":"safe"},"self_harm":{"filtered":false,"severity":"safe"},)"
    R"("sexual":{"filtered":false,"severity":"safe"},"violence":{"filtered":false,"severity":"safe"}})";

std::string_view finish_of(StopCause stop) {
  switch (stop) {
    case StopCause::Finished:
      return "stop";
    case StopCause::Length:
      return "length";
    case StopCause::ToolCall:
      return "tool_calls";
  }
  return "";
}

std::string usage_of(const CloudAnswer& answer) {
  return fmt::format(R"({{"prompt_tokens":{},"completion_tokens":{},"total_tokens":{},)"
                     R"("prompt_tokens_details":{{"cached_tokens":0,"audio_tokens":0}},)"
                     R"("completion_tokens_details":{{"reasoning_tokens":0,"audio_tokens":0,)"
                     R"("accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}})",
                     answer.tokens_in,
                     answer.tokens_out,
                     answer.tokens_in + answer.tokens_out);
}

std::string call_id(const CloudAnswer& answer) {
  return "call_" + answer.id;
}

std::string message_of(const CloudAnswer& answer) {
  if (!answer.call) {
    return fmt::format(R"({{"role":"assistant","content":{},"refusal":null}})",
                       quoted(joined(answer.pieces)));
  }
  return fmt::format(
      R"({{"role":"assistant","content":null,"refusal":null,"tool_calls":[{{"id":"{}","type":"function",)"
      R"("function":{{"name":{},"arguments":{}}}}}]}})",
      call_id(answer),
      quoted(answer.call->name),
      quoted(answer.call->arguments));
}

std::string text_choice(std::string_view text, std::string_view finish) {
  return fmt::format(R"({{"text":{},"index":0,"logprobs":null,"finish_reason":{}}})",
                     quoted(text),
                     finish.empty() ? "null" : fmt::format("\"{}\"", finish));
}

std::string whole_text(const Speech& speech) {
  return fmt::format(
      R"({{"id":"cmpl-{}","object":"text_completion","created":{},"model":{},"choices":[{}],"usage":{}}})",
      speech.answer.id,
      speech.created,
      quoted(speech.model),
      text_choice(joined(speech.answer.pieces), finish_of(speech.answer.stop)),
      usage_of(speech.answer));
}

std::vector<CloudBeat> text_stream(const Speech& speech) {
  const auto chunk = [&](std::string_view choice, std::string_view usage) {
    return fmt::format(
        "data: {{\"id\":\"cmpl-{}\",\"object\":\"text_completion\",\"created\":{},"
        "\"model\":{},\"choices\":[{}]{}}}\n\n",
        speech.answer.id,
        speech.created,
        quoted(speech.model),
        choice,
        usage);
  };
  const std::string_view none = speech.include_usage ? ",\"usage\":null" : "";
  std::vector<CloudBeat> beats;
  beats.reserve(speech.answer.pieces.size() + 3);
  for (const auto& piece : speech.answer.pieces) {
    beats.push_back({chunk(text_choice(piece, ""), none), 1});
  }
  beats.push_back({chunk(text_choice("", finish_of(speech.answer.stop)), none), 0});
  if (speech.include_usage) {
    beats.push_back({chunk("", ",\"usage\":" + usage_of(speech.answer)), 0});
  }
  beats.push_back({"data: [DONE]\n\n", 0});
  return beats;
}

std::string whole(const Speech& speech) {
  const bool azure = speech.provider == Provider::Azure;
  return fmt::format(
      R"({{"id":"chatcmpl-{}","object":"chat.completion","created":{},"model":{},)"
      R"("choices":[{{"index":0,"message":{},"logprobs":null,"finish_reason":"{}"{}}}],)"
      R"("usage":{},"system_fingerprint":"fp_simulated"{}}})",
      speech.answer.id,
      speech.created,
      quoted(speech.model),
      message_of(speech.answer),
      finish_of(speech.answer.stop),
      azure ? fmt::format(R"(,"content_filter_results":{})", kHarmless) : "",
      usage_of(speech.answer),
      azure ? fmt::format(
                  R"(,"prompt_filter_results":[{{"prompt_index":0,"content_filter_results":{}}}])",
                  kHarmless)
            : R"(,"service_tier":"default")");
}

// Writes the chunks of one stream; what they have in common is made once.
class Chunks {
 public:
  explicit Chunks(const Speech& speech)
      : head_(fmt::format(
            R"(data: {{"id":"chatcmpl-{}","object":"chat.completion.chunk","created":{},)"
            R"("model":{},"system_fingerprint":"fp_simulated","choices":[)",
            speech.answer.id,
            speech.created,
            quoted(speech.model))),
        end_(speech.include_usage ? "],\"usage\":null}\n\n" : "]}\n\n") {}

  std::string delta(std::string_view delta, std::string_view finish = {}) const {
    return fmt::format(R"({}{{"index":0,"delta":{},"logprobs":null,"finish_reason":{}}}{})",
                       head_,
                       delta,
                       finish.empty() ? "null" : fmt::format("\"{}\"", finish),
                       end_);
  }

  std::string usage(const CloudAnswer& answer) const {
    return fmt::format("{}],\"usage\":{}}}\n\n", head_, usage_of(answer));
  }

 private:
  std::string head_;
  std::string end_;
};

void add_call(const CloudAnswer& answer,
              const CloudToolCall& call,
              const Chunks& chunks,
              std::vector<CloudBeat>& beats) {
  beats.push_back(
      {chunks.delta(fmt::format(
           R"({{"role":"assistant","content":null,"tool_calls":[{{"index":0,"id":"{}",)"
           R"("type":"function","function":{{"name":{},"arguments":""}}}}],"refusal":null}})",
           call_id(answer),
           quoted(call.name))),
       0});
  for (const auto& fragment : fragments(call.arguments)) {
    beats.push_back({chunks.delta(fmt::format(
                         R"({{"tool_calls":[{{"index":0,"function":{{"arguments":{}}}}}]}})",
                         quoted(fragment))),
                     2});
  }
}

std::vector<CloudBeat> stream(const Speech& speech) {
  const Chunks chunks(speech);
  std::vector<CloudBeat> beats;
  beats.reserve(speech.answer.pieces.size() + 5);
  if (speech.provider == Provider::Azure) {
    beats.push_back(
        {fmt::format(
             R"(data: {{"choices":[],"created":0,"id":"","model":"","object":"",)"
             R"("prompt_filter_results":[{{"prompt_index":0,"content_filter_results":{}}}]}})"
             "\n\n",
             kHarmless),
         0});
  }
  if (const auto& call = speech.answer.call) {
    add_call(speech.answer, *call, chunks, beats);
  } else {
    beats.push_back({chunks.delta(R"({"role":"assistant","content":"","refusal":null})"), 0});
    for (const auto& piece : speech.answer.pieces) {
      beats.push_back({chunks.delta(fmt::format(R"({{"content":{}}})", quoted(piece))), 1});
    }
  }
  beats.push_back({chunks.delta("{}", finish_of(speech.answer.stop)), 0});
  if (speech.include_usage) {
    beats.push_back({chunks.usage(speech.answer), 0});
  }
  beats.push_back({"data: [DONE]\n\n", 0});
  return beats;
}

}  // namespace

CloudPerformance speak_chat(const Speech& speech) {
  const bool text = speech.operation == CloudOperation::Completions;
  CloudPerformance made;
  made.fields = {{"x-request-id", std::string(speech.request_id)},
                 {"openai-version", "2020-10-01"},
                 {"openai-processing-ms", std::to_string(speech.latency_ms)}};
  if (speech.stream) {
    made.fields.emplace_back("content-type", "text/event-stream; charset=utf-8");
    made.chunked = true;
    made.beats = text ? text_stream(speech) : stream(speech);
    made.tail = speech.include_usage ? 3 : 2;
  } else {
    made.fields.emplace_back("content-type", "application/json");
    made.beats.push_back({text ? whole_text(speech) : whole(speech),
                          static_cast<std::uint32_t>(speech.answer.tokens_out)});
  }
  return made;
}

}  // namespace meridian
