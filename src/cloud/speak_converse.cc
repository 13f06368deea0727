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

std::string usage_of(const CloudAnswer& answer) {
  return fmt::format(R"({{"inputTokens":{},"outputTokens":{},"totalTokens":{}}})",
                     answer.tokens_in,
                     answer.tokens_out,
                     answer.tokens_in + answer.tokens_out);
}

std::string call_id(const CloudAnswer& answer) {
  return "tooluse_" + answer.id;
}

std::string whole(const Speech& speech) {
  const auto& answer = speech.answer;
  const auto block = answer.call
                         ? fmt::format(R"({{"toolUse":{{"toolUseId":"{}","name":{},"input":{}}}}})",
                                       call_id(answer),
                                       quoted(answer.call->name),
                                       answer.call->arguments)
                         : fmt::format(R"({{"text":{}}})", quoted(joined(answer.pieces)));
  return fmt::format(
      R"({{"metrics":{{"latencyMs":{}}},"output":{{"message":{{"content":[{}],"role":"assistant"}}}},)"
      R"("stopReason":"{}","usage":{}}})",
      speech.latency_ms,
      block,
      stop_of(answer.stop),
      usage_of(answer));
}

// A stream's frames. Bedrock pads each payload to hide how long the words are; `members` is the
// inside of the payload's object.
class Frames {
 public:
  void add(std::string_view type, std::string_view members, std::uint32_t tokens) {
    static constexpr std::string_view kPadding =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const auto length = (members.size() * 7 + beats_.size() * 5) % kPadding.size();
    std::string frame;
    append_event(
        frame, type, fmt::format(R"({{{},"p":"{}"}})", members, kPadding.substr(0, length + 1)));
    beats_.push_back({std::move(frame), tokens});
  }

  std::vector<CloudBeat> take() { return std::move(beats_); }

 private:
  std::vector<CloudBeat> beats_;
};

void add_call(const CloudAnswer& answer, const CloudToolCall& call, Frames& frames) {
  frames.add(
      "contentBlockStart",
      fmt::format(R"("contentBlockIndex":0,"start":{{"toolUse":{{"name":{},"toolUseId":"{}"}}}})",
                  quoted(call.name),
                  call_id(answer)),
      0);
  for (const auto& fragment : fragments(call.arguments)) {
    frames.add("contentBlockDelta",
               fmt::format(R"("contentBlockIndex":0,"delta":{{"toolUse":{{"input":{}}}}})",
                           quoted(fragment)),
               2);
  }
}

// No contentBlockStart before text: Bedrock sends none.
std::vector<CloudBeat> stream(const Speech& speech) {
  const auto& answer = speech.answer;
  Frames frames;
  frames.add("messageStart", R"("role":"assistant")", 0);
  if (const auto& call = answer.call) {
    add_call(answer, *call, frames);
  }
  for (const auto& piece : answer.pieces) {
    frames.add("contentBlockDelta",
               fmt::format(R"("contentBlockIndex":0,"delta":{{"text":{}}})", quoted(piece)),
               1);
  }
  frames.add("contentBlockStop", R"("contentBlockIndex":0)", 0);
  frames.add("messageStop", fmt::format(R"("stopReason":"{}")", stop_of(answer.stop)), 0);
  frames.add("metadata",
             fmt::format(
                 R"("metrics":{{"latencyMs":{}}},"usage":{})", speech.latency_ms, usage_of(answer)),
             0);
  return frames.take();
}

}  // namespace

CloudPerformance speak_converse(const Speech& speech) {
  CloudPerformance made;
  made.fields.emplace_back("x-amzn-requestid", speech.request_id);
  if (speech.stream) {
    made.fields.emplace_back("content-type", "application/vnd.amazon.eventstream");
    made.chunked = true;
    made.beats = stream(speech);
    made.tail = 2;
  } else {
    made.fields.emplace_back("content-type", "application/json");
    made.beats.push_back({whole(speech), static_cast<std::uint32_t>(speech.answer.tokens_out)});
  }
  return made;
}

}  // namespace meridian
