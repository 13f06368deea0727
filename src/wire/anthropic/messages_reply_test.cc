// Anthropic Messages as clients speak it: replies and streams.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wire/codec.h"

namespace meridian {
namespace {

constexpr auto kAnthropic = Dialect::AnthropicMessages;
constexpr auto kOpenAi = Dialect::OpenAiChat;

ChatReply a_reply() {
  ChatReply reply;
  reply.id = "msg_1";
  reply.model = "claude";
  reply.parts = {ThinkingPart{.text = "t", .signature = "s", .redacted = ""},
                 ThinkingPart{.text = "", .signature = "", .redacted = "d"},
                 TextPart{"Hi"},
                 TextPart{""},
                 ToolCall{.id = "toolu_1", .name = "f", .arguments_json = R"({"a":1})"},
                 ToolCall{.id = "toolu_2", .name = "g", .arguments_json = ""}};
  reply.finish = FinishReason::ToolCalls;
  reply.usage = Usage{.input = 1, .cache_read = 4, .cache_write = 3, .output = 2, .reasoning = 1};
  return reply;
}

TEST(WriteMessagesReply, HasAnthropicsShape) {
  EXPECT_EQ(
      write_reply(kAnthropic, a_reply()),
      R"({"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[{"type":"thinking","thinking":"t","signature":"s"},)"
      R"({"type":"redacted_thinking","data":"d"},{"type":"text","text":"Hi"},{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1}},)"
      R"({"type":"tool_use","id":"toolu_2","name":"g","input":{}}],"stop_reason":"tool_use","stop_sequence":null,)"
      R"("usage":{"input_tokens":1,"cache_creation_input_tokens":3,"cache_read_input_tokens":4,"output_tokens":2,"output_tokens_details":{"thinking_tokens":1}}})");
}

TEST(WriteMessagesReply, IsMadeOfAnOpenAiReply) {
  const auto reply = read_reply(
      kOpenAi,
      R"({"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt","choices":[{"index":0,"message":{"role":"assistant","content":null,)"
      R"("reasoning_content":"hm","tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}],)"
      R"("usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":4}}})");
  ASSERT_TRUE(reply);
  EXPECT_EQ(
      write_reply(kAnthropic, *reply),
      R"({"id":"msg_chatcmpl-1","type":"message","role":"assistant","model":"gpt","content":[{"type":"thinking","thinking":"hm","signature":""},)"
      R"({"type":"tool_use","id":"call_1","name":"f","input":{}}],"stop_reason":"tool_use","stop_sequence":null,)"
      R"("usage":{"input_tokens":6,"cache_creation_input_tokens":0,"cache_read_input_tokens":4,"output_tokens":5}})");
}

// A client of OpenAI's dialect sends a Claude's thinking back as LiteLLM's `thinking_blocks`.
TEST(WriteMessagesReply, LeavesAnOpenAiClientWhatItNeedsToSendThinkingBack) {
  const auto reply = read_reply(kAnthropic, write_reply(kAnthropic, a_reply()));
  ASSERT_TRUE(reply);
  const auto shown = write_reply(kOpenAi, *reply);
  constexpr std::string_view kHead = R"("message":)";
  const auto begin = shown.find(kHead) + kHead.size();
  const auto message = shown.substr(begin, shown.find(R"(,"logprobs")") - begin);
  const auto back = read_request(
      kOpenAi, R"({"model":"m","messages":[{"role":"user","content":"Hi"},)" + message + "]}");
  ASSERT_TRUE(back) << back.error().message;
  auto parts = a_reply().parts;
  std::erase(parts, Part(TextPart{""}));
  std::get<ToolCall>(parts.back()).arguments_json = "{}";
  EXPECT_EQ(back->messages.at(1).parts, parts);
}

TEST(WriteMessagesReply, GivesEveryReasonAndCountsWithoutCounts) {
  const auto ends = [](FinishReason reason, const std::string& sequence) {
    ChatReply reply;
    reply.finish = reason;
    reply.stop_sequence = sequence;
    const auto text = write_reply(kAnthropic, reply);
    return text.substr(text.find(R"("stop_reason")"));
  };
  const std::string usage =
      R"(,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}})";
  EXPECT_EQ(ends(FinishReason::Stop, ""),
            R"("stop_reason":"end_turn","stop_sequence":null)" + usage);
  EXPECT_EQ(ends(FinishReason::StopSequence, "x"),
            R"("stop_reason":"stop_sequence","stop_sequence":"x")" + usage);
  EXPECT_EQ(ends(FinishReason::Length, ""),
            R"("stop_reason":"max_tokens","stop_sequence":null)" + usage);
  EXPECT_EQ(ends(FinishReason::ContentFilter, ""),
            R"("stop_reason":"refusal","stop_sequence":null)" + usage);
}

// A provider's stream as an Anthropic client gets it.
std::string translated(Dialect from, const std::string& bytes) {
  const auto reader = make_stream_reader(from, "req-1");
  std::vector<StreamEvent> events;
  reader->feed(bytes, events);
  reader->finish(events);
  const auto writer = make_stream_writer(
      kAnthropic, {.model = "m", .include_usage = false, .created = 1, .request_id = "r-1"});
  std::string out;
  for (const auto& event : events) {
    writer->write(event, out);
  }
  return out;
}

const std::string kAnthropicStream =
    R"(event: message_start
data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":5,"cache_creation_input_tokens":0,"cache_read_input_tokens":2,"output_tokens":1}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm"}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"s"}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"type":"redacted_thinking","data":"d"}}

event: content_block_stop
data: {"type":"content_block_stop","index":1}

event: ping
data: {"type":"ping"}

event: content_block_start
data: {"type":"content_block_start","index":2,"content_block":{"type":"text","text":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"Hé"}}

event: content_block_stop
data: {"type":"content_block_stop","index":2}

event: content_block_start
data: {"type":"content_block_start","index":3,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"{\"a\":"}}

event: content_block_delta
data: {"type":"content_block_delta","index":3,"delta":{"type":"input_json_delta","partial_json":"1}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":3}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":5,"cache_creation_input_tokens":0,"cache_read_input_tokens":2,"output_tokens":9}}

event: message_stop
data: {"type":"message_stop"}

)";

TEST(WriteMessagesStream, HasAnthropicsEventsInItsOrder) {
  EXPECT_EQ(translated(kAnthropic, kAnthropicStream), kAnthropicStream);
}

TEST(WriteMessagesStream, GivesCountsThatComeOnlyAtTheEnd) {
  const auto chunk = [](const std::string& rest) {
    return R"(data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt",)" +
           rest + "}\n\n";
  };
  EXPECT_EQ(
      translated(
          kOpenAi,
          chunk(
              R"("choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}])") +
              chunk(R"("choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}])") +
              chunk(R"("choices":[{"index":0,"delta":{},"finish_reason":"length"}])") +
              chunk(R"("choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2})") +
              "data: [DONE]\n\n"),
      R"(event: message_start
data: {"type":"message_start","message":{"id":"msg_c1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"max_tokens","stop_sequence":null},"usage":{"input_tokens":9,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":2}}

event: message_stop
data: {"type":"message_stop"}

)");
}

TEST(WriteMessagesStream, EndsWithAnErrorEventWhereTheProvidersBreaksOff) {
  const auto cut = kAnthropicStream.substr(0, kAnthropicStream.find("event: content_block_stop"));
  EXPECT_EQ(translated(kAnthropic, cut),
            cut +
                R"(event: error
data: {"type":"error","error":{"type":"api_error","message":"the provider's stream ended before its message_stop event"},"request_id":"r-1"}

)");
}

TEST(WriteMessagesStream, MakesAWholeMessageOfAnEmptyAnswer) {
  const auto head = kAnthropicStream.substr(0, kAnthropicStream.find("event: content_block_start"));
  const auto tail = kAnthropicStream.substr(kAnthropicStream.find("event: message_delta"));
  EXPECT_EQ(translated(kAnthropic, head + tail), head + tail);
}

}  // namespace
}  // namespace meridian
