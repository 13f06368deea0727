// A provider's stream or reply: no crash; the grammar of the events holds whatever came in; cuts
// change nothing.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "wire/codec.h"
#include "wire/json.h"
#include "wire/stream_script.h"
#include "wire/stream_watch.h"

namespace {

using namespace meridian;
using Kind = StreamEvent::Kind;

constexpr std::array kDialects{Dialect::OpenAiChat,
                               Dialect::AnthropicMessages,
                               Dialect::BedrockConverse,
                               Dialect::Gemini,
                               Dialect::OpenAiResponses,
                               Dialect::OpenAiCompletions};

// Each answer's blocks follow one another; those of several answers may be interleaved.
void check_grammar(const std::vector<StreamEvent>& events) {
  struct Answer {
    bool open = false;
    bool finished = false;
  };

  std::map<std::int64_t, Answer> answers;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const auto kind = events[i].kind;
    const bool last = kind == Kind::Fail || kind == Kind::End;
    MERIDIAN_CHECK(last == (i + 1 == events.size()));
    auto& [open, finished] = answers[events[i].choice];
    const bool begins = kind == Kind::TextBlock || kind == Kind::ThinkBlock ||
                        kind == Kind::ToolBlock || kind == Kind::RedactedBlock;
    const bool inside = kind == Kind::Text || kind == Kind::Think || kind == Kind::Signature ||
                        kind == Kind::Arguments;
    MERIDIAN_CHECK(!begins || (!open && !finished));
    MERIDIAN_CHECK(!inside || open);
    MERIDIAN_CHECK(kind != Kind::EndBlock || open);
    MERIDIAN_CHECK(kind != Kind::Finish || (!open && !finished));
    open = begins || (open && kind != Kind::EndBlock);
    finished = finished || kind == Kind::Finish;
  }
  const bool ended = !events.empty() && events.back().kind == Kind::End;
  MERIDIAN_CHECK(!ended || std::ranges::all_of(
                               answers, [](const auto& each) { return each.second.finished; }));
}

void watch(Dialect dialect, std::string_view bytes, std::size_t piece) {
  StreamWatch looking(dialect, true);
  std::size_t sent = 0;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const std::string copy(bytes.substr(at, piece));
    sent += looking.pass(copy).size();
    MERIDIAN_CHECK(sent <= at + copy.size());
  }
  sent += looking.finish().size();
  MERIDIAN_CHECK(sent == bytes.size() || looking.usage() || looking.error());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) {
    return 0;
  }
  const auto dialect = kDialects[data[0] % kDialects.size()];
  const auto framing = dialect == Dialect::AnthropicMessages && data[0] >= kDialects.size()
                           ? Framing::BedrockChunks
                           : Framing::Own;
  const std::size_t piece = 1U + data[1];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto reader = make_stream_reader(dialect, "req-1", {}, framing);
  std::vector<StreamEvent> events;
  reader->feed(bytes, events);
  reader->finish(events);
  check_grammar(events);
  MERIDIAN_CHECK(script(events) == read_in_pieces(dialect, bytes, piece, {}, framing));
  const auto reply = read_reply(dialect, bytes);
  for (const auto client : {Dialect::OpenAiChat,
                            Dialect::AnthropicMessages,
                            Dialect::OpenAiResponses,
                            Dialect::OpenAiCompletions}) {
    const auto writer = make_stream_writer(client, {});
    std::string out;
    for (const auto& event : events) {
      writer->write(event, out);
    }
    JsonParser parser;
    MERIDIAN_CHECK(!reply || parser.parse(write_reply(client, *reply)));
  }
  if (dialect != Dialect::BedrockConverse && dialect != Dialect::Gemini) {
    watch(dialect, bytes, piece);
  }
  return 0;
}
