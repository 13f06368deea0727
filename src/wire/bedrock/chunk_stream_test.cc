#include "wire/bedrock/chunk_stream.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/base64.h"
#include "wire/stream_script.h"

namespace meridian {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

std::string frame(std::string_view kind, std::string_view name, std::string_view payload) {
  const std::array headers{
      FrameHeader{.name = kind == "event" ? ":event-type" : ":exception-type", .text = name},
      FrameHeader{.name = ":content-type", .text = "application/json"},
      FrameHeader{.name = ":message-type", .text = kind}};
  std::string bytes;
  append_frame(headers, payload, bytes);
  return bytes;
}

std::string chunk(std::string_view event) {
  std::string payload = R"({"bytes":")";
  append_base64(payload, event);
  return frame("event", "chunk", payload + R"(","p":"abcdefghij"})");
}

constexpr std::string_view kStart =
    R"({"type":"message_start","message":{"id":"msg_bdrk_1","type":"message","role":"assistant",)"
    R"("model":"claude-3-5-sonnet-20241022","content":[],"stop_reason":null,"stop_sequence":null,)"
    R"("usage":{"input_tokens":9,"cache_read_input_tokens":4,"output_tokens":1}}})";
constexpr std::string_view kOpen =
    R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})";
constexpr std::string_view kText =
    R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Grüße 😀"}})";
constexpr std::string_view kClose = R"({"type":"content_block_stop","index":0})";
constexpr std::string_view kDelta =
    R"({"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},)"
    R"("usage":{"output_tokens":5}})";
constexpr std::string_view kStop =
    R"({"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":9,)"
    R"("outputTokenCount":5,"invocationLatency":812,"firstByteLatency":301}})";

std::string answer() {
  std::string bytes;
  for (const auto event : {kStart, kOpen, kText, kClose, kDelta, kStop}) {
    bytes += chunk(event);
  }
  return bytes;
}

constexpr std::string_view kScript =
    "Start msg_bdrk_1: claude-3-5-sonnet-20241022\n"
    "Usage 9 4 0 1 0\n"
    "TextBlock\n"
    "Text: Grüße 😀\n"
    "EndBlock\n"
    "Finish stop\n"
    "Usage 9 4 0 5 0\n"
    "End\n";

// In pieces of that size, until the bytes end.
std::string read(std::string_view bytes, std::size_t piece) {
  const auto reader =
      make_stream_reader(Dialect::AnthropicMessages, "req-1", {}, Framing::BedrockChunks);
  std::vector<StreamEvent> events;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const std::string copy(bytes.substr(at, piece));
    reader->feed(copy, events);
  }
  reader->finish(events);
  return script(events);
}

TEST(ChunkStream, IsReadWhereverItIsCut) {
  const auto bytes = answer();
  for (std::size_t piece = 1; piece < bytes.size(); piece += piece < 64 ? 1 : 61) {
    ASSERT_EQ(read(bytes, piece), kScript) << piece;
  }
  EXPECT_EQ(read(bytes, bytes.size()), kScript);
}

TEST(ChunkStream, BecomesTheEventsThatAnthropicItselfWouldSend) {
  ChunkStream chunks;
  std::string sse;
  chunks.feed(answer(), sse);
  std::string expected;
  for (const auto& [name, event] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"message_start", kStart},
           {"content_block_start", kOpen},
           {"content_block_delta", kText},
           {"content_block_stop", kClose},
           {"message_delta", kDelta},
           {"message_stop", R"({"type":"message_stop"})"}}) {
    expected.append("event: ").append(name).append("\ndata: ").append(event).append("\n\n");
  }
  EXPECT_EQ(sse, expected);
  EXPECT_EQ(chunks.failure(), std::nullopt);
}

TEST(ChunkStream, TellsAnExceptionByItsKind) {
  ChunkStream chunks;
  std::string sse;
  chunks.feed(chunk(kStart) +
                  frame("exception", "throttlingException", R"({"message":"Too many requests"})") +
                  chunk(kOpen),
              sse);
  EXPECT_THAT(sse, EndsWith(std::string(kStart) + "\n\n"));
  ASSERT_TRUE(chunks.failure());
  EXPECT_EQ(chunks.failure()->kind, FailureKind::RateLimited);
  EXPECT_THAT(chunks.failure()->message, HasSubstr("Too many requests"));
}

TEST(ChunkStream, FailsOnceAndSaysNothingMore) {
  const auto bytes = chunk(kStart) + chunk(kOpen) + chunk(kText) +
                     frame("exception", "modelTimeoutException", R"({"message":"took too long"})") +
                     answer();
  for (const std::size_t piece : {std::size_t{1}, std::size_t{100}, bytes.size()}) {
    const auto said = read(bytes, piece);
    EXPECT_THAT(said, HasSubstr("Text: Grüße 😀\nFail ")) << piece;
    EXPECT_THAT(said, EndsWith("took too long\n")) << piece;
  }
}

TEST(ChunkStream, WithoutItsLastEventIsCutShort) {
  EXPECT_THAT(read(chunk(kStart) + chunk(kOpen) + chunk(kText), 1000),
              HasSubstr("stream_cut_short"));
}

TEST(ChunkStream, RefusesAChunkThatHoldsNoEvent) {
  for (const auto& bytes : {frame("event", "chunk", R"({"bytes":"%%%"})"),
                            frame("event", "chunk", R"({"p":"abc"})"),
                            frame("event", "chunk", "not JSON"),
                            chunk("[1]"),
                            chunk("{\n}"),
                            chunk(R"({"type":)")}) {
    ChunkStream chunks;
    std::string sse;
    chunks.feed(bytes, sse);
    EXPECT_EQ(sse, "");
    ASSERT_TRUE(chunks.failure());
    EXPECT_EQ(chunks.failure()->kind, FailureKind::ServerError);
  }
}

TEST(ChunkStream, PassesOverEventsThatItDoesNotKnow) {
  ChunkStream chunks;
  std::string sse;
  chunks.feed(frame("event", "somethingNew", "{}"), sse);
  EXPECT_EQ(sse, "");
  EXPECT_EQ(chunks.failure(), std::nullopt);
}

TEST(ChunkStream, NoticesABrokenFrame) {
  auto bytes = chunk(kStart);
  bytes[bytes.size() / 2] ^= 1;
  ChunkStream chunks;
  std::string sse;
  chunks.feed(bytes, sse);
  ASSERT_TRUE(chunks.failure());
  EXPECT_THAT(chunks.failure()->message, HasSubstr("broken"));
}

}  // namespace
}  // namespace meridian
