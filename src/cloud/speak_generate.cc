#include <fmt/format.h>

#include "cloud/speak.h"

namespace meridian {
namespace {

// A function call ends with STOP too.
std::string_view finish_of(StopCause stop) {
  return stop == StopCause::Length ? "MAX_TOKENS" : "STOP";
}

std::string usage_of(const CloudAnswer& answer) {
  return fmt::format(
      R"({{"promptTokenCount":{},"candidatesTokenCount":{},"totalTokenCount":{},"trafficType":"ON_DEMAND"}})",
      answer.tokens_in,
      answer.tokens_out,
      answer.tokens_in + answer.tokens_out);
}

std::string call_part(const CloudToolCall& call) {
  return fmt::format(
      R"({{"functionCall":{{"name":{},"args":{}}}}})", quoted(call.name), call.arguments);
}

std::string response(const Speech& speech, std::string_view part, bool last) {
  return fmt::format(
      R"({{"candidates":[{{"index":0,"content":{{"role":"model","parts":[{}]}}{}}}]{},)"
      R"("modelVersion":{},"responseId":"{}"}})",
      part,
      last ? fmt::format(R"(,"finishReason":"{}")", finish_of(speech.answer.stop)) : "",
      last ? fmt::format(R"(,"usageMetadata":{})", usage_of(speech.answer)) : "",
      quoted(speech.model),
      speech.answer.id);
}

std::string text_part(std::string_view text) {
  return fmt::format(R"({{"text":{}}})", quoted(text));
}

// Without alt=sse the stream is one JSON array, sent bit by bit.
std::string dressed(std::string json, bool sse, bool begin, bool end) {
  if (sse) {
    return fmt::format("data: {}\r\n\r\n", json);
  }
  return fmt::format("{}{}{}", begin ? "[" : ",\r\n", json, end ? "]" : "");
}

std::vector<CloudBeat> stream(const Speech& speech) {
  const bool sse = speech.query.contains("alt=sse");
  const auto& pieces = speech.answer.pieces;
  std::vector<CloudBeat> beats;
  if (speech.answer.call) {
    beats.push_back(
        {dressed(response(speech, call_part(*speech.answer.call), true), sse, true, true),
         static_cast<std::uint32_t>(speech.answer.tokens_out)});
    return beats;
  }
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const bool last = i + 1 == pieces.size();
    beats.push_back({dressed(response(speech, text_part(pieces[i]), last), sse, i == 0, last), 1});
  }
  return beats;
}

}  // namespace

CloudPerformance speak_generate(const Speech& speech) {
  CloudPerformance made;
  const bool sse = speech.query.contains("alt=sse");
  made.fields.emplace_back(
      "content-type",
      speech.stream && sse ? "text/event-stream" : "application/json; charset=UTF-8");
  if (speech.stream) {
    made.chunked = true;
    made.beats = stream(speech);
    made.tail = 1;
  } else {
    const auto part = speech.answer.call ? call_part(*speech.answer.call)
                                         : text_part(joined(speech.answer.pieces));
    made.beats.push_back(
        {response(speech, part, true), static_cast<std::uint32_t>(speech.answer.tokens_out)});
  }
  return made;
}

}  // namespace meridian
