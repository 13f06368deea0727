#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wire/codec.h"
#include "wire/stream_script.h"

namespace meridian {
namespace {

constexpr auto kAnthropic = Dialect::AnthropicMessages;

WriteRules rules(std::string_view model = "claude-sonnet-4-5") {
  WriteRules rules;
  rules.provider_name = "Anthropic";
  rules.model = model;
  return rules;
}

std::string sent(const std::string& members, const WriteRules& with = rules()) {
  const auto request = read_request(Dialect::OpenAiChat, R"({"model":"m",)" + members + "}");
  EXPECT_TRUE(request) << request.error().message;
  const auto body = write_request(kAnthropic, *request, with);
  return body ? *body : body.error().message;
}

const std::string kHi = R"("messages":[{"role":"user","content":"Hi"}])";
const std::string kHiSent =
    R"("messages":[{"role":"user","content":[{"type":"text","text":"Hi"}]}])";

TEST(AnthropicRequest, SaysHowManyTokensItMayTakeAtMost) {
  EXPECT_EQ(sent(kHi), R"({"model":"claude-sonnet-4-5","max_tokens":64000,)" + kHiSent + "}");
  EXPECT_EQ(sent(kHi, rules("claude-next")),
            R"({"model":"claude-next","max_tokens":4096,)" + kHiSent + "}");
  EXPECT_EQ(sent(kHi + R"(,"max_completion_tokens":7,"max_tokens":9)"),
            R"({"model":"claude-sonnet-4-5","max_tokens":7,)" + kHiSent + "}");
}

TEST(AnthropicRequest, PutsTheVersionInThePlaceOfTheModelForVertexAndBedrock) {
  auto vertex = rules();
  vertex.anthropic_version = "vertex-2023-10-16";
  vertex.model_in_body = false;
  EXPECT_EQ(
      sent(kHi + R"(,"max_tokens":9,"stream":true)", vertex),
      R"({"anthropic_version":"vertex-2023-10-16","max_tokens":9,"stream":true,)" + kHiSent + "}");
  EXPECT_EQ(
      sent(
          R"("messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/a.png"}}]}])",
          vertex),
      "`image_url`: this provider fetches no images; send the image itself as a data URL "
      "(data:image/png;base64,...)");
}

TEST(AnthropicRequest, CarriesAWholeConversation) {
  EXPECT_EQ(
      sent(
          R"("max_tokens":9,"messages":[{"role":"system","content":[{"type":"text","text":"S","cache_control":{"type":"ephemeral"}}]},)"
          R"({"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"https://x/a.png"}},{"type":"image_url","image_url":{"url":"data:image/jpg;base64,QQ=="}}]},)"
          R"({"role":"assistant","content":null,"thinking_blocks":[{"type":"thinking","thinking":"t","signature":"s"}],"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"b","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
          R"({"role":"tool","tool_call_id":"a","content":"1"},{"role":"tool","tool_call_id":"b","content":[{"type":"text","text":"2"},{"type":"text","text":"3"}]},{"role":"user","content":"so?"}],)"
          R"("tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"},"strict":true},"cache_control":{"type":"ephemeral"}}],)"
          R"("tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,"stop":"x","user":"u")"),
      R"({"model":"claude-sonnet-4-5","max_tokens":9,"system":[{"type":"text","text":"S","cache_control":{"type":"ephemeral"}}],)"
      R"("messages":[{"role":"user","content":[{"type":"text","text":"look"},{"type":"image","source":{"type":"url","url":"https://x/a.png"}},)"
      R"({"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"QQ=="}}]},)"
      R"({"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"tool_use","id":"a","name":"f","input":{}},{"type":"tool_use","id":"b","name":"f","input":{}}]},)"
      R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":"1"},{"type":"tool_result","tool_use_id":"b","content":[{"type":"text","text":"2"},{"type":"text","text":"3"}]},{"type":"text","text":"so?"}]}],)"
      R"("stop_sequences":["x"],"metadata":{"user_id":"u"},"tools":[{"name":"f","input_schema":{"type":"object"},"strict":true,"cache_control":{"type":"ephemeral"}}],)"
      R"("tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true}})");
}

TEST(AnthropicRequest, AsksForEffortAndSchemaInOutputConfig) {
  EXPECT_EQ(
      sent(
          kHi +
              R"(,"max_tokens":9,"reasoning_effort":"high","response_format":{"type":"json_schema","json_schema":{"name":"r","schema":{"type":"object"}}})",
          rules("claude-opus-4-7")),
      R"({"model":"claude-opus-4-7","max_tokens":9,)" + kHiSent +
          R"(,"thinking":{"type":"adaptive"},"output_config":{"effort":"high","format":{"type":"json_schema","schema":{"type":"object"}}}})");
}

TEST(AnthropicRequest, RefusesAForcedToolTogetherWithReasoning) {
  EXPECT_EQ(
      sent(
          kHi +
          R"(,"reasoning_effort":"low","tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required")"),
      "`tool_choice` (a forced tool together with reasoning) cannot be sent to Anthropic "
      "(claude-sonnet-4-5); leave it out, or set `drop_params: true` for this deployment");
}

TEST(AnthropicReply, IsReadIntoTheInternalModel) {
  const auto reply = read_reply(
      kAnthropic,
      R"({"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[{"type":"thinking","thinking":"t","signature":"s"},)"
      R"({"type":"redacted_thinking","data":"d"},{"type":"text","text":"Hi","citations":null},{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1}}],)"
      R"("stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":2,"cache_creation_input_tokens":3,"cache_read_input_tokens":4,"output_tokens_details":{"thinking_tokens":1}}})");
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(
      write_reply(Dialect::OpenAiChat, *reply),
      R"({"id":"msg_1","object":"chat.completion","created":0,"model":"claude-x","choices":[{"index":0,"message":{"role":"assistant","content":"Hi","refusal":null,"reasoning_content":"t","thinking_blocks":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"redacted_thinking","data":"d"}],"tool_calls":[{"id":"toolu_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},"logprobs":null,"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":8,"completion_tokens":2,"total_tokens":10,"prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":3},"completion_tokens_details":{"reasoning_tokens":1}}})");
}

std::string named(const std::string& name, const std::string& rest) {
  return "event: " + name + "\ndata: {\"type\":\"" + name + "\"" + rest + "}\n\n";
}

const std::string kStart = named(
    "message_start",
    R"(,"message":{"id":"msg_1","model":"claude-x","content":[],"usage":{"input_tokens":5,"cache_read_input_tokens":2,"output_tokens":1}})");

TEST(AnthropicStream, IsReadWhereverItIsCut) {
  const auto bytes =
      named("ping", "") + kStart +
      named("content_block_start",
            R"(,"index":0,"content_block":{"type":"thinking","thinking":"","signature":""})") +
      named("content_block_delta",
            R"(,"index":0,"delta":{"type":"thinking_delta","thinking":"Hm"})") +
      named("content_block_delta",
            R"(,"index":0,"delta":{"type":"signature_delta","signature":"s"})") +
      named("content_block_stop", R"(,"index":0)") +
      named("content_block_start",
            R"(,"index":1,"content_block":{"type":"redacted_thinking","data":"d"})") +
      named("content_block_stop", R"(,"index":1)") +
      named("content_block_start", R"(,"index":2,"content_block":{"type":"text","text":""}   )") +
      named("content_block_delta", R"(,"index":2,"delta":{"type":"text_delta","text":"Hé"})") +
      named(
          "content_block_delta",
          R"(,"index":2,"delta":{"type":"citations_delta","citation":{"type":"page_location","cited_text":"c","document_index":1,"start_page_number":2,"end_page_number":3}})") +
      named("content_block_stop", R"(,"index":2)") + named("brand_new", R"(,"x":1)") +
      named("content_block_start",
            R"(,"index":3,"content_block":{"type":"server_tool_use","id":"x","name":"web"})") +
      named("content_block_delta",
            R"(,"index":3,"delta":{"type":"input_json_delta","partial_json":"{}"})") +
      named("content_block_stop", R"(,"index":3)") +
      named("content_block_start",
            R"(,"index":4,"content_block":{"type":"tool_use","id":"t","name":"f","input":{}})") +
      named("content_block_delta",
            R"(,"index":4,"delta":{"type":"input_json_delta","partial_json":""})") +
      named("content_block_stop", R"(,"index":4)") +
      named(
          "message_delta",
          R"(,"delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":9})") +
      named("message_stop", "");
  const auto whole = read_in_pieces(kAnthropic, bytes, bytes.size());
  EXPECT_EQ(whole,
            "Ping\nStart msg_1: claude-x\nUsage 5 2 0 1 0\nThinkBlock\nThink: Hm\nSignature: "
            "s\nEndBlock\n"
            "RedactedBlock: d\nEndBlock\nTextBlock\nText: Hé\nCite [||c| 1 1 1 2 3 0 "
            "0]\nEndBlock\nToolBlock t: f\nArguments: {}\n"
            "EndBlock\nFinish tool calls\nUsage 5 2 0 9 0\nEnd\n");
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    ASSERT_EQ(read_cut_at(kAnthropic, bytes, cut), whole) << cut;
  }
  EXPECT_EQ(read_in_pieces(kAnthropic, bytes, 1), whole);
}

TEST(AnthropicStream, TurnsAnErrorInsideIntoAFailure) {
  EXPECT_EQ(
      read_in_pieces(
          kAnthropic,
          kStart +
              named(
                  "error",
                  R"(,"error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"r")"),
          33),
      "Start msg_1: claude-x\nUsage 5 2 0 1 0\nFail 2 529 overloaded_error: Overloaded\n");
}

TEST(AnthropicStream, ThatEndsBeforeMessageStopIsCutShort) {
  EXPECT_EQ(read_in_pieces(kAnthropic, kStart, 33),
            "Start msg_1: claude-x\nUsage 5 2 0 1 0\nFail 9 0 stream_cut_short: the provider's "
            "stream ended "
            "before its message_stop event\n");
}

}  // namespace
}  // namespace meridian
