#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "wire/codec.h"

namespace meridian {

// For tests: a stream's events as lines that can be read in a review ("Text: Hi").

inline std::string citation_line(const Citation& cited) {
  if (!cited.opaque_json.empty()) {
    return cited.opaque_json;
  }
  std::string line =
      "[" + cited.url + "|" + cited.title + "|" + cited.cited_text + "|" + cited.proof;
  for (const auto number : {static_cast<std::int64_t>(cited.source),
                            cited.index,
                            static_cast<std::int64_t>(cited.unit),
                            cited.begin,
                            cited.end,
                            cited.from,
                            cited.to}) {
    line += " " + std::to_string(number);
  }
  return line + "]";
}

inline std::string script_line(const StreamEvent& event) {
  static constexpr std::array<std::string_view, 17> kNames{"Start",
                                                           "TextBlock",
                                                           "ThinkBlock",
                                                           "RedactedBlock",
                                                           "ToolBlock",
                                                           "Text",
                                                           "Cite",
                                                           "Chances",
                                                           "Think",
                                                           "Signature",
                                                           "Arguments",
                                                           "EndBlock",
                                                           "Finish",
                                                           "Usage",
                                                           "Ping",
                                                           "Fail",
                                                           "End"};
  static constexpr std::array<std::string_view, 5> kReasons{
      "stop", "stop sequence", "length", "tool calls", "content filter"};
  using Kind = StreamEvent::Kind;
  std::string line(kNames.at(static_cast<std::size_t>(event.kind)));
  if (event.choice != 0) {
    line += " #" + std::to_string(event.choice);
  }
  for (const auto& each : event.citations) {
    line += " " + citation_line(each);
  }
  for (const auto& each : event.chances) {
    line += " " + each.token + "=" + std::to_string(each.logprob);
    for (const auto& [token, logprob] : each.top) {
      line += "/" + token + "=" + std::to_string(logprob);
    }
  }
  const auto& usage = event.usage;
  if (!event.id.empty()) {
    line += " " + event.id;
  }
  if (event.kind == Kind::Finish) {
    line += " " + std::string(kReasons.at(static_cast<std::size_t>(event.finish)));
  }
  if (event.kind == Kind::UsageCount) {
    for (const auto count :
         {usage.input, usage.cache_read, usage.cache_write, usage.output, usage.reasoning}) {
      line += " " + std::to_string(count);
    }
  }
  if (event.failure) {
    line += " " + std::to_string(static_cast<int>(event.failure->kind)) + " " +
            std::to_string(event.failure->status) + " " + event.failure->code + ": " +
            event.failure->message;
  }
  return event.text.empty() ? line : line + ": " + event.text;
}

inline std::string script(const std::vector<StreamEvent>& events) {
  std::string text;
  for (const auto& event : events) {
    text += script_line(event) + "\n";
  }
  return text;
}

// Everything that a reader makes of the bytes, given to it in pieces of that size.
inline std::string read_in_pieces(Dialect dialect,
                                  std::string_view bytes,
                                  std::size_t piece,
                                  const NameMap& names = {},
                                  Framing framing = Framing::Own) {
  const auto reader = make_stream_reader(dialect, "req-1", names, framing);
  std::vector<StreamEvent> events;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const std::string copy(
        bytes.substr(at, piece));  // So that a view kept too long is seen by ASan.
    reader->feed(copy, events);
  }
  reader->finish(events);
  return script(events);
}

// The same for two pieces.
inline std::string read_cut_at(Dialect dialect, std::string_view bytes, std::size_t cut) {
  const auto reader = make_stream_reader(dialect, "req-1");
  std::vector<StreamEvent> events;
  for (const auto part : {bytes.substr(0, cut), bytes.substr(cut)}) {
    const std::string copy(part);
    reader->feed(copy, events);
  }
  reader->finish(events);
  return script(events);
}

}  // namespace meridian
