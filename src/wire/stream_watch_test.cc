#include "wire/stream_watch.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace meridian {
namespace {

std::string chunk(const std::string& rest) {
  return R"(data: {"id":"c1","object":"chat.completion.chunk",)" + rest + "}\n\n";
}

const std::string kRole = chunk(
    R"("choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null}])");
const std::string kText =
    chunk(R"("choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}],"usage":null)");
const std::string kFinish =
    chunk(R"("choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null)");
const std::string kUsage =
    chunk(R"("choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11})");
const std::string kDone = "data: [DONE]\n\n";

std::string text(const Passage& passage) {
  return std::string(passage.kept) + std::string(passage.front) + std::string(passage.back);
}

std::string relay(StreamWatch& watch, std::string_view bytes, std::size_t piece) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const std::string copy(bytes.substr(at, piece));
    out += text(watch.pass(copy));
  }
  return out + text(watch.finish());
}

TEST(StreamWatch, KnowsWhenContentHasBegun) {
  StreamWatch watch(Dialect::OpenAiChat);
  watch.pass(kRole);
  EXPECT_FALSE(watch.committed()) << "a role is no content";
  watch.pass(": ping\n\n");
  EXPECT_FALSE(watch.committed());
  const auto half = kText.size() / 2;
  watch.pass(kText.substr(0, half));
  EXPECT_FALSE(watch.committed());
  watch.pass(kText.substr(half));
  EXPECT_TRUE(watch.committed());
}

TEST(StreamWatch, PassesEverythingWhereTheClientAskedForUsage) {
  const auto bytes = kRole + kText + kFinish + kUsage + kDone;
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    StreamWatch watch(Dialect::OpenAiChat);
    EXPECT_EQ(relay(watch, bytes, piece), bytes);
    EXPECT_TRUE(watch.ended());
    EXPECT_TRUE(watch.terminal_event());
    ASSERT_TRUE(watch.usage());
    EXPECT_EQ(*watch.usage(), (Usage{.input = 9, .output = 2}));
    EXPECT_EQ(watch.whole_bytes(), bytes.size());
  }
}

TEST(StreamWatch, TakesOutTheUsageThatOnlyTheGatewayAskedFor) {
  const auto bytes = kRole + kText + kFinish + ": ping\n\n" + kUsage + kDone;
  const auto wanted = kRole + kText + kFinish + ": ping\n\n" + kDone;
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    StreamWatch watch(Dialect::OpenAiChat, true);
    ASSERT_EQ(relay(watch, bytes, piece), wanted) << piece;
    EXPECT_EQ(*watch.usage(), (Usage{.input = 9, .output = 2})) << piece;
    EXPECT_TRUE(watch.ended());
  }
}

TEST(StreamWatch, SendsWholeEventsOnly) {
  StreamWatch watch(Dialect::OpenAiChat);
  const auto half = kText.size() / 2;
  EXPECT_EQ(text(watch.pass(kRole + kText.substr(0, half))), kRole);
  EXPECT_EQ(text(watch.pass(kText.substr(half, 5))), "");
  EXPECT_EQ(text(watch.pass(kText.substr(half + 5) + kFinish)), kText + kFinish);
}

TEST(StreamWatch, KeepsUsageThatComesWithContent) {
  const auto finish = chunk(
      R"("choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2})");
  StreamWatch watch(Dialect::OpenAiChat, true);
  EXPECT_EQ(relay(watch, kText + finish + kDone, 11), kText + finish + kDone);
  EXPECT_TRUE(watch.usage());
}

TEST(StreamWatch, KnowsWhetherAStreamTrulyEnded) {
  StreamWatch cut(Dialect::OpenAiChat);
  relay(cut, kRole + kText, 50);
  EXPECT_FALSE(cut.ended());
  StreamWatch closed(Dialect::OpenAiChat);
  relay(closed, kRole + kText + kFinish, 50);
  EXPECT_TRUE(closed.ended()) << "not every server says [DONE]";
  EXPECT_FALSE(closed.terminal_event());
  StreamWatch open(Dialect::OpenAiChat);
  open.pass(kRole + kText + kFinish);
  EXPECT_FALSE(open.ended());
}

TEST(StreamWatch, TellsWhereACutWouldBeClean) {
  StreamWatch watch(Dialect::OpenAiChat);
  watch.pass(kRole + "data: {\"ch");
  EXPECT_EQ(watch.whole_bytes(), kRole.size());
  EXPECT_EQ(watch.bytes(), kRole.size() + 10);
}

TEST(StreamWatch, SeesAnErrorInside) {
  StreamWatch watch(Dialect::OpenAiChat);
  watch.pass("data: {\"error\":{\"message\":\"boom\",\"type\":\"server_error\"}}\n\n");
  ASSERT_TRUE(watch.error());
  EXPECT_EQ(watch.error()->message, "boom");
  EXPECT_FALSE(watch.committed());
}

// Providers repeat keys, hosts and traces in them.
TEST(StreamWatch, PassesNothingOnFromAnErrorOn) {
  const std::string error =
      "data: {\"error\":{\"message\":\"boom\",\"type\":\"server_error\"}}\n\n";
  const auto bytes = fmt::format("{}{}{}{}", kRole, kText, error, kText);
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    StreamWatch watch(Dialect::OpenAiChat);
    std::string sent;
    for (std::size_t at = 0; at < bytes.size() && !watch.error(); at += step) {
      const auto passage = watch.pass(std::string_view(bytes).substr(at, step));
      sent.append(passage.kept).append(passage.front).append(passage.back);
    }
    ASSERT_TRUE(watch.error()) << step;
    EXPECT_EQ(sent, kRole + kText) << step;
  }
  StreamWatch last(Dialect::OpenAiChat);
  last.pass(kText + error.substr(0, error.size() - 1));
  EXPECT_EQ(last.finish().size(), 0U);
  EXPECT_TRUE(last.error());
}

TEST(StreamWatch, PassesOnWhatItCannotRead) {
  StreamWatch watch(Dialect::OpenAiChat, true);
  const std::string bytes = "data: <html>\n\n" + kText + "rubbish\n\n";
  EXPECT_EQ(relay(watch, bytes, 5), bytes);
}

TEST(StreamWatch, ReadsAnthropicsStreams) {
  const std::string start =
      "event: message_start\ndata: "
      "{\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}"
      "}\n\n";
  const std::string block =
      "event: content_block_start\ndata: "
      "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":"
      "\"\"}}\n\n";
  const std::string delta =
      "event: content_block_delta\ndata: "
      "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":"
      "\"Hi\"}}\n\n";
  const std::string end =
      "event: message_delta\ndata: "
      "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":{\"output_"
      "tokens\":7}}\n\n"
      "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";
  StreamWatch watch(Dialect::AnthropicMessages);
  watch.pass(start + block);
  EXPECT_FALSE(watch.committed());
  watch.pass(delta);
  EXPECT_TRUE(watch.committed());
  EXPECT_FALSE(watch.ended());
  watch.pass(end);
  EXPECT_TRUE(watch.ended());
  EXPECT_EQ(*watch.usage(), (Usage{.input = 3, .output = 7}));
}

std::string named(const std::string& name, const std::string& rest) {
  return "event: " + name + "\ndata: {\"type\":\"" + name + "\"" + rest + "}\n\n";
}

const std::string kMessageStart = named(
    "message_start",
    R"(,"message":{"usage":{"input_tokens":3,"cache_creation_input_tokens":4,"cache_read_input_tokens":5,"output_tokens":1}})");
const std::string kThinkBlock =
    named("content_block_start",
          R"(,"index":0,"content_block":{"type":"thinking","thinking":"","signature":""})");
const std::string kMessageDelta = named(
    "message_delta",
    R"(,"delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":7})");
const std::string kMessageStop = named("message_stop", "");

std::string delta(const std::string& type, const std::string& name, const std::string& text) {
  return named(
      "content_block_delta",
      R"(,"index":0,"delta":{"type":")" + type + R"(",")" + name + R"(":")" + text + R"("})");
}

TEST(StreamWatch, PassesAnthropicsStreamsWhereverTheyAreCut) {
  const auto bytes =
      kMessageStart + named("ping", "") + kThinkBlock + delta("thinking_delta", "thinking", "Hm") +
      delta("signature_delta", "signature", "s") + named("content_block_stop", R"(,"index":0)") +
      named("brand_new", "") + kMessageDelta + kMessageStop;
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    StreamWatch watch(Dialect::AnthropicMessages, true);
    ASSERT_EQ(relay(watch, bytes, piece), bytes) << piece;
    EXPECT_TRUE(watch.committed());
    EXPECT_TRUE(watch.terminal_event());
    EXPECT_FALSE(watch.error());
    ASSERT_TRUE(watch.usage());
    EXPECT_EQ(*watch.usage(), (Usage{.input = 3, .cache_read = 5, .cache_write = 4, .output = 7}));
  }
}

TEST(StreamWatch, KnowsWhenAnthropicsContentHasBegun) {
  const auto committed = [](const std::string& bytes) {
    StreamWatch watch(Dialect::AnthropicMessages);
    watch.pass(kMessageStart + named("ping", "") + bytes);
    return watch.committed();
  };
  EXPECT_FALSE(committed(kThinkBlock));
  EXPECT_FALSE(committed(delta("text_delta", "text", "")));
  EXPECT_FALSE(committed(delta("signature_delta", "signature", "s")));
  EXPECT_TRUE(committed(delta("text_delta", "text", "x")));
  EXPECT_TRUE(committed(delta("thinking_delta", "thinking", "x")));
  EXPECT_TRUE(committed(delta("input_json_delta", "partial_json", "{")));
  EXPECT_TRUE(committed(delta("brand_new_delta", "x", "")));
  EXPECT_TRUE(committed(
      named("content_block_start", R"(,"content_block":{"type":"tool_use","id":"a","name":"f"})")));
  EXPECT_TRUE(committed(
      named("content_block_start", R"(,"content_block":{"type":"redacted_thinking","data":"d"})")));
}

TEST(StreamWatch, TakesNothingButMessageStopForAnthropicsEnd) {
  StreamWatch cut(Dialect::AnthropicMessages);
  relay(cut, kMessageStart + delta("text_delta", "text", "x") + kMessageDelta, 50);
  EXPECT_FALSE(cut.ended()) << "its stop_reason is no end";
  EXPECT_EQ(cut.usage()->output, 7);
}

TEST(StreamWatch, SeesAnthropicsErrorBehindContent) {
  StreamWatch watch(Dialect::AnthropicMessages);
  watch.pass(
      kMessageStart + delta("text_delta", "text", "x") +
      named("error", R"(,"error":{"type":"overloaded_error","message":"busy"},"request_id":"r")"));
  ASSERT_TRUE(watch.error());
  EXPECT_EQ(watch.error()->status, 529);
  EXPECT_EQ(watch.error()->message, "busy");
  EXPECT_EQ(watch.error()->request_id, "r");
  EXPECT_FALSE(watch.ended());
}

std::string responses_event(const std::string& type, const std::string& rest) {
  return fmt::format("event: {}\ndata: ", type) +
         fmt::format(R"({{"type":"{}","sequence_number":1{}}})", type, rest) + "\n\n";
}

const std::string kResponseBegins =
    responses_event("response.created", R"(,"response":{"id":"resp_1","status":"in_progress"})") +
    responses_event("response.in_progress", R"(,"response":{"error":null,"usage":null})") +
    responses_event("response.output_item.added", R"(,"item":{"type":"reasoning","summary":[]})") +
    responses_event("response.output_item.added", R"(,"item":{"type":"message","content":[]})") +
    responses_event("response.content_part.added", R"(,"part":{"type":"output_text","text":""})") +
    responses_event("response.output_text.delta", R"(,"delta":"")");
const std::string kResponseText =
    responses_event("response.output_text.delta", R"(,"delta":"Hi \"usage\" \"error\"")");
const std::string kResponseEnds = responses_event(
    "response.completed",
    R"(,"response":{"usage":{"input_tokens":9,"input_tokens_details":{"cached_tokens":4},"output_tokens":2,"output_tokens_details":{"reasoning_tokens":1}}})");

TEST(StreamWatch, ReadsResponses) {
  const auto bytes = kResponseBegins + kResponseText + kResponseText + kResponseEnds;
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    StreamWatch watch(Dialect::OpenAiResponses);
    EXPECT_EQ(relay(watch, bytes, piece), bytes);
    EXPECT_TRUE(watch.committed());
    EXPECT_TRUE(watch.terminal_event());
    EXPECT_FALSE(watch.error());
    ASSERT_TRUE(watch.usage());
    EXPECT_EQ(*watch.usage(), (Usage{.input = 5, .cache_read = 4, .output = 2, .reasoning = 1}));
  }
}

TEST(StreamWatch, KnowsWhenAResponsesContentHasBegun) {
  for (const auto& [what, gives] : std::vector<std::pair<std::string, bool>>{
           {kResponseBegins, false},
           {kResponseText, true},
           {responses_event("response.reasoning_summary_text.delta", R"(,"delta":"hm")"), true},
           {responses_event("response.output_item.added", R"(,"item":{"type":"function_call"})"),
            true},
           {responses_event("response.web_search_call.in_progress", ""), true},
           {responses_event("keepalive", ""), false},
       }) {
    StreamWatch watch(Dialect::OpenAiResponses);
    watch.pass(what);
    EXPECT_EQ(watch.committed(), gives) << what;
  }
}

TEST(StreamWatch, SeesAResponseFail) {
  StreamWatch failed(Dialect::OpenAiResponses);
  failed.pass(
      kResponseBegins +
      responses_event("response.failed",
                      R"(,"response":{"error":{"code":"rate_limit_exceeded","message":"slow"}})"));
  ASSERT_TRUE(failed.error());
  EXPECT_EQ(failed.error()->kind, FailureKind::RateLimited);
  EXPECT_FALSE(failed.committed()) << "another deployment may still take over";
  StreamWatch errs(Dialect::OpenAiResponses);
  errs.pass(responses_event("error", R"(,"code":"server_error","message":"oops","param":null)"));
  ASSERT_TRUE(errs.error());
  EXPECT_EQ(errs.error()->message, "oops");
  EXPECT_FALSE(errs.ended());
}

TEST(StreamWatch, TakesAnIncompleteResponseForItsEndAndNothingLess) {
  StreamWatch watch(Dialect::OpenAiResponses);
  watch.pass(kResponseBegins + kResponseText + responses_event("response.output_item.done", ""));
  watch.finish();
  EXPECT_FALSE(watch.ended());
  watch.pass(responses_event("response.incomplete", R"(,"response":{})"));
  EXPECT_TRUE(watch.ended());
}

TEST(StreamWatch, ReadsTextCompletions) {
  const std::string text =
      "data: {\"id\":\"c\",\"choices\":[{\"text\":\"Hi\",\"index\":0,\"finish_reason\":null}]}\n\n";
  StreamWatch watch(Dialect::OpenAiCompletions, true);
  watch.pass(
      "data: {\"id\":\"c\",\"choices\":[{\"text\":\"\",\"index\":0,\"finish_reason\":null}]}\n\n");
  EXPECT_FALSE(watch.committed());
  watch.pass(text);
  EXPECT_TRUE(watch.committed());
  watch.pass(
      "data: "
      "{\"id\":\"c\",\"choices\":[{\"text\":\"\",\"index\":0,\"finish_reason\":\"stop\"}]}\n\n");
  EXPECT_EQ(relay(watch, kUsage + kDone, 1000), kDone);
  EXPECT_TRUE(watch.ended());
  EXPECT_EQ(watch.usage(), (Usage{.input = 9, .output = 2}));
}

}  // namespace
}  // namespace meridian
