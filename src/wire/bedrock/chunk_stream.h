#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/failure.h"
#include "wire/codec.h"
#include "wire/event_stream.h"

namespace meridian {

// Bedrock's InvokeModelWithResponseStream: an AWS event stream whose `chunk` events hold
// {"bytes": base64 of one event in the model's own dialect}. Written anew as server-sent events, so
// that whoever reads or relays Anthropic's streams needs to know nothing of it. One per attempt.
class ChunkStream {
 public:
  // Appends the events that these bytes complete. After a failure nothing more is appended.
  void feed(std::string_view bytes, std::string& sse);

  // An exception inside the stream, a broken frame, or a chunk that holds no event. No SSE event
  // says so: what it means for routing would be lost in one.
  const std::optional<Failure>& failure() const { return failure_; }

 private:
  void take(std::string& sse);
  void take_chunk(std::string& sse);

  FrameReader frames_;
  Frame frame_;
  std::optional<Failure> failure_;
};

// Reads Claude's answers through InvokeModel; arguments as of make_stream_reader.
std::unique_ptr<StreamReader> make_chunk_stream_reader(std::string_view id, NameMap names);

}  // namespace meridian
