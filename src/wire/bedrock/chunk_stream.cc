#include "wire/bedrock/chunk_stream.h"

#include <utility>

#include <fmt/format.h>

#include "wire/anthropic/stream_reader.h"
#include "wire/base64.h"
#include "wire/bedrock/exception.h"
#include "wire/failures.h"
#include "wire/json.h"

namespace meridian {

namespace {

class ChunkStreamReader final : public StreamReader {
 public:
  ChunkStreamReader(std::string_view id, NameMap names)
      : inner_(make_anthropic_stream_reader(id, std::move(names))) {}

  void feed(std::string_view bytes, std::vector<StreamEvent>& out) override {
    sse_.clear();
    chunks_.feed(bytes, sse_);
    const auto before = out.size();
    if (!done_) {
      inner_->feed(sse_, out);
      done_ = out.size() > before && (out.back().kind == StreamEvent::Kind::End ||
                                      out.back().kind == StreamEvent::Kind::Fail);
    }
    if (chunks_.failure() && !std::exchange(done_, true)) {
      auto& event = out.emplace_back();
      event.kind = StreamEvent::Kind::Fail;
      event.failure = chunks_.failure();
    }
  }

  void finish(std::vector<StreamEvent>& out) override {
    if (!done_) {
      inner_->finish(out);
    }
  }

 private:
  ChunkStream chunks_;
  std::unique_ptr<StreamReader> inner_;
  std::string sse_;
  bool done_ = false;
};

}  // namespace

void ChunkStream::feed(std::string_view bytes, std::string& sse) {
  if (failure_) {
    return;
  }
  frames_.feed(bytes);
  while (!failure_ && frames_.next(frame_)) {
    take(sse);
  }
  if (!failure_ && !frames_.broken().empty()) {
    failure_ = bad_reply(fmt::format("Bedrock's event stream is broken: {}", frames_.broken()));
  }
}

void ChunkStream::take(std::string& sse) {
  failure_ = bedrock_frame_failure(frame_);
  // Other events are such as later versions may bring.
  if (!failure_ && frame_.header(":event-type") == "chunk") {
    take_chunk(sse);
  }
}

void ChunkStream::take_chunk(std::string& sse) {
  auto& parser = thread_json_parser();
  std::string event;  // Empty is no JSON either.
  if (const auto payload = parser.parse(frame_.payload)) {
    event = from_base64((*payload)["bytes"].text()).value_or("");
  }
  const auto inner = parser.parse(event);
  // A line break between tokens would end the line of data.
  if (!inner || !inner->is(JsonValue::Type::Object) ||
      event.find_first_of("\r\n") != std::string::npos) {
    failure_ = bad_reply("a chunk of Bedrock's stream does not hold one event in base64");
    return;
  }
  const auto type = (*inner)["type"].inside();
  sse.append("event: ").append(type).append("\ndata: ");
  // Bedrock's own counts come with the last event (amazon-bedrock-invocationMetrics): they say the
  // same as the model's, less the cache, and are no part of Anthropic's dialect.
  sse.append(type == "message_stop" ? R"({"type":"message_stop"})" : std::string_view(event));
  sse.append("\n\n");
}

std::unique_ptr<StreamReader> make_chunk_stream_reader(std::string_view id, NameMap names) {
  return std::make_unique<ChunkStreamReader>(id, std::move(names));
}

}  // namespace meridian
