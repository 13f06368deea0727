#include <string>

#include <gtest/gtest.h>

#include "wire/codec.h"
#include "wire/stream_script.h"

namespace meridian {
namespace {

constexpr auto kOpenAi = Dialect::OpenAiChat;

WriteRules rules() {
  WriteRules rules;
  rules.provider_name = "OpenAI";
  rules.model = "gpt-x";
  return rules;
}

std::string refusal(std::string_view body) {
  const auto request = read_request(kOpenAi, body);
  return request ? "taken" : request.error().message;
}

// What is sent on when a request is read and written again.
std::string again(std::string_view body) {
  const auto request = read_request(kOpenAi, body);
  EXPECT_TRUE(request) << request.error().message;
  return *write_request(kOpenAi, *request, rules());
}

TEST(OpenAiRequest, IsWrittenAsItWasRead) {
  for (
      const std::string body : {
          R"({"model":"gpt-x","messages":[{"role":"system","content":"S"},{"role":"developer","content":"D"},{"role":"user","name":"u","content":"Hi"}]})",
          R"({"model":"gpt-x","messages":[{"role":"user","content":[{"type":"text","text":"What?","cache_control":{"type":"ephemeral","ttl":"1h"}},{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD","detail":"low"}},{"type":"image_url","image_url":{"url":"https://x/y.png"}},{"type":"input_audio","input_audio":{"data":"QQ==","format":"wav"}}]}]})",
          R"({"model":"gpt-x","messages":[{"role":"user","content":"a"},{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"c2","type":"function","function":{"name":"g","arguments":"nonsense"}}]},{"role":"tool","tool_call_id":"c1","content":"1"},{"role":"tool","tool_call_id":"c2","content":[{"type":"text","text":"2"},{"type":"text","text":"3"}]}]})",
          R"({"model":"gpt-x","messages":[{"role":"function","name":"f","content":"1"},{"role":"assistant","content":null,"function_call":{"name":"f","arguments":""}},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"custom","custom":{"name":"f","input":"x"}}]}]})",
          R"({"model":"gpt-x","messages":[{"role":"user","content":"a"}],"max_completion_tokens":5,"stop":["x","y"],"n":2,"seed":7,"temperature":0.7,"top_p":1e-05,"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type": "object"},"strict":true}},{"type":"custom","custom":{"name":"g"}}],"parallel_tool_calls":false,"tool_choice":{"type":"function","function":{"name":"f"}},"response_format":{"type":"json_schema","json_schema":{"name":"r","schema":{"a":1.0},"strict":false}},"reasoning_effort":"low","user":"u","stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false},"logit_bias":{"5": 1},"extra":[ 1 ]})",
      }) {
    EXPECT_EQ(again(body), body);
  }
}

TEST(OpenAiRequest, LosesOnlyWhatSaysNothingOrIsForTheGateway) {
  EXPECT_EQ(
      again(
          R"({"model":"m","messages":[{"role":"assistant","content":"a","annotations":[],"audio":null,"refusal":null}],)"
          R"("temperature":null,"num_retries":3,"fallbacks":["x"],"litellm_metadata":{}})"),
      R"({"model":"gpt-x","messages":[{"role":"assistant","content":"a"}]})");
}

TEST(OpenAiRequest, KeepsThinkingOfItsOwnAndLeavesOutWhatAnotherVendorSigned) {
  EXPECT_EQ(
      again(
          R"({"model":"m","messages":[{"role":"assistant","content":"a","reasoning_content":"t"}]})"),
      R"({"model":"gpt-x","messages":[{"role":"assistant","reasoning_content":"t","content":"a"}]})");
  EXPECT_EQ(
      again(R"({"model":"m","messages":[{"role":"assistant","content":"a","reasoning_content":"t",)"
            R"("thinking_blocks":[{"type":"thinking","thinking":"t","signature":"s"}]}]})"),
      R"({"model":"gpt-x","messages":[{"role":"assistant","content":"a"}]})");
}

TEST(OpenAiRequest, DropsTheFieldsThatTheOperatorNames) {
  const auto request = *read_request(
      kOpenAi,
      R"({"model":"m","messages":[{"role":"user","content":"a"}],"temperature":1,"seed":1,"zz":2})");
  auto own = rules();
  own.additional_drop_params = {"temperature", "zz"};
  EXPECT_EQ(*write_request(kOpenAi, request, own),
            R"({"model":"gpt-x","messages":[{"role":"user","content":"a"}],"seed":1})");
}

TEST(OpenAiRequest, NamesTheFieldThatIsWrong) {
  EXPECT_EQ(refusal("{"), "the body is not valid JSON: byte 1: a member's name is missing");
  EXPECT_EQ(refusal(R"({"model":"m"})"), "`messages` is missing or empty");
  EXPECT_EQ(refusal(R"({"model":"m","messages":{}})"), "`messages` has to be an array (byte 24)");
  EXPECT_EQ(refusal(R"({"model":"m","messages":[{"role":"boss","content":"x"}]})"),
            "`messages[0].role` has to be system, developer, user, assistant or tool (byte 25)");
  EXPECT_EQ(refusal(R"({"model":"m","messages":[{"role":"user","content":5}]})"),
            "`messages[0].content` has to be a string or an array of parts (byte 50)");
  EXPECT_EQ(
      refusal(
          R"({"model":"m","messages":[{"role":"user","content":""},{"role":"tool","content":"x"}]})"),
      "`messages[1].tool_call_id` is missing or empty");
  EXPECT_EQ(
      refusal(R"({"model":"m","messages":[{"role":"user","content":"x"}],"temperature":"hot"})"),
      "`temperature` has to be a number (byte 70)");
  EXPECT_EQ(
      refusal(R"({"model":"m","messages":[{"role":"user","content":"x"}],"seed":1,"seed":2})"),
      "`seed` is there twice; write it once");
  EXPECT_EQ(refusal(R"({"model":"m","messages":[{"role":"user","content":"\x"}]})"),
            "the body is not valid JSON: byte 51: this escape does not exist in JSON");
  EXPECT_EQ(
      refusal(
          R"({"model":"m","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"parameters":{}}}]})"),
      "`tools[0].function.name` is missing or empty");
}

TEST(OpenAiReply, IsReadAndWrittenAgain) {
  const std::string body =
      R"({"id":"chatcmpl-1","object":"chat.completion","created":1730000000,"model":"gpt-x","choices":[{"index":0,"message":{"role":"assistant","content":"Hi","refusal":null,"reasoning_content":"hm","thinking_blocks":[{"type":"thinking","thinking":"hm","signature":"s"}],"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},"logprobs":null,"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":3}}})";
  const auto reply = read_reply(kOpenAi, body);
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->usage->input, 15);
  EXPECT_EQ(write_reply(kOpenAi, *reply), body);
}

TEST(OpenAiReply, ThatIsAnErrorInsideA200IsAFailure) {
  const auto reply = read_reply(
      kOpenAi, R"({"error":{"message":"slow down","type":"rate_limit_error","code":null}})");
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind, FailureKind::RateLimited);
  EXPECT_EQ(reply.error().message, "slow down");
  EXPECT_EQ(read_reply(kOpenAi, "{}").error().message,
            "the provider's reply has no choices[0].message");
  EXPECT_EQ(read_reply(kOpenAi, "<html>").error().kind, FailureKind::ServerError);
}

std::string chunk(const std::string& rest) {
  return R"(data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-x",)" +
         rest + "}\n\n";
}

std::string delta(const std::string& json) {
  return chunk(R"("choices":[{"index":0,"delta":)" + json + R"(,"finish_reason":null}])");
}

std::string finish(const std::string& reason) {
  return chunk(R"("choices":[{"index":0,"delta":{},"finish_reason":")" + reason + R"("}])");
}

TEST(OpenAiStream, IsReadWhereverItIsCut) {
  const auto bytes =
      delta(R"({"role":"assistant","content":"","refusal":null})") +
      delta(R"({"reasoning_content":"Hm"})") + delta(R"({"content":"Hé"})") + ": ping\n\n" +
      delta(R"({"content":"llo \ud83d\ude00"})") +
      delta(
          R"({"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]})") +
      delta(R"({"tool_calls":[{"index":0,"function":{"arguments":"{\"x\":"}}]})") +
      delta(
          R"({"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":""}}]})") +
      delta(R"({"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]})") +
      finish("tool_calls") +
      chunk(
          R"("choices":[],"usage":{"prompt_tokens":9,"completion_tokens":5,"total_tokens":14,"prompt_tokens_details":{"cached_tokens":4}})") +
      "data: [DONE]\n\n";
  const auto whole = read_in_pieces(kOpenAi, bytes, bytes.size());
  EXPECT_EQ(whole,
            "Start c1: gpt-x\nThinkBlock\nThink: Hm\nEndBlock\nTextBlock\nText: Hé\n"
            "Text: llo 😀\nEndBlock\nToolBlock a: f\nArguments: {\"x\":\nArguments: 1}\nEndBlock\n"
            "ToolBlock b: g\nArguments: {}\nEndBlock\nFinish tool calls\nUsage 5 4 0 5 0\nEnd\n");
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    ASSERT_EQ(read_cut_at(kOpenAi, bytes, cut), whole) << cut;
  }
  EXPECT_EQ(read_in_pieces(kOpenAi, bytes, 1), whole);
}

TEST(OpenAiStream, BearsTheHabitsOfOtherServers) {
  // All calls numbered 0 and told apart by id; "stop" in spite of them; usage beside the
  // finish_reason; no [DONE]; no blank line at the end.
  const auto bytes =
      delta(R"({"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{}"}}]})") +
      delta(R"({"tool_calls":[{"index":0,"id":"b","function":{"name":"g","arguments":"{}"}}]})") +
      R"(data: {"id":"c1","choices":[{"delta":{"content":null},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":2}})";
  EXPECT_EQ(read_in_pieces(kOpenAi, bytes, 10),
            "Start c1: gpt-x\nToolBlock a: f\nArguments: {}\nEndBlock\nToolBlock b: g\n"
            "Arguments: {}\nEndBlock\nFinish tool calls\nUsage 1 0 0 2 0\nEnd\n");
}

TEST(OpenAiStream, PassesOverAzuresFirstChunk) {
  const std::string first =
      "data: {\"id\":\"\",\"model\":\"\",\"choices\":[],\"prompt_filter_results\":[]}\n\n";
  EXPECT_EQ(read_in_pieces(kOpenAi, first + delta(R"({"content":"x"})") + finish("stop"), 50),
            "Start c1: gpt-x\nTextBlock\nText: x\nEndBlock\nFinish stop\nEnd\n");
}

TEST(OpenAiStream, ThatEndsBeforeItsFinishReasonIsCutShort) {
  const auto bytes = delta(R"({"content":"x"})");
  EXPECT_EQ(read_in_pieces(kOpenAi, bytes, 50),
            "Start c1: gpt-x\nTextBlock\nText: x\nFail 9 0 stream_cut_short: the provider's stream "
            "ended before its finish_reason\n");
  EXPECT_EQ(read_in_pieces(kOpenAi, "", 1).substr(0, 6), "Fail 9");
}

TEST(OpenAiStream, TurnsAnErrorInsideIntoAFailure) {
  const auto bytes =
      delta(R"({"content":"x"})") +
      "data: {\"error\":{\"message\":\"boom\",\"type\":\"server_error\",\"code\":\"503\"}}\n\n" +
      delta(R"({"content":"never"})");
  EXPECT_EQ(read_in_pieces(kOpenAi, bytes, 50),
            "Start c1: gpt-x\nTextBlock\nText: x\nFail 2 500 server_error: boom\n");
  EXPECT_EQ(read_in_pieces(kOpenAi, "data: {\"error\":{\"message\":\"no\",\"code\":429}}\n\n", 50),
            "Fail 3 429 : no\n");
  EXPECT_EQ(
      read_in_pieces(kOpenAi, "data: <html>\n\n", 50),
      "Fail 2 502 bad_provider_reply: an event of the provider's stream is not valid JSON: byte 0: "
      "a value is missing or is none that JSON knows\n");
}

std::string written(const std::vector<StreamEvent>& events, bool include_usage) {
  const auto writer = make_stream_writer(
      kOpenAi,
      {.model = "claude", .include_usage = include_usage, .created = 5, .request_id = "req-9"});
  std::string out;
  for (const auto& event : events) {
    writer->write(event, out);
  }
  return out;
}

StreamEvent event(StreamEvent::Kind kind, std::string id, std::string text) {
  StreamEvent made;
  made.kind = kind;
  made.id = std::move(id);
  made.text = std::move(text);
  return made;
}

TEST(OpenAiStreamWriter, WritesEveryKindOfEvent) {
  using Kind = StreamEvent::Kind;
  auto finish_event = event(Kind::Finish, "", "");
  finish_event.finish = FinishReason::ToolCalls;
  auto usage = event(Kind::UsageCount, "", "");
  usage.usage = {.input = 1, .cache_read = 2, .cache_write = 3, .output = 4, .reasoning = 0};
  const auto out = written({event(Kind::Start, "m1", "x"),
                            event(Kind::ThinkBlock, "", ""),
                            event(Kind::Think, "", "t"),
                            event(Kind::Signature, "", "s"),
                            event(Kind::EndBlock, "", ""),
                            event(Kind::TextBlock, "", ""),
                            event(Kind::Text, "", "a\"b"),
                            event(Kind::EndBlock, "", ""),
                            event(Kind::ToolBlock, "c", "f"),
                            event(Kind::Arguments, "", "{}"),
                            event(Kind::EndBlock, "", ""),
                            usage,
                            finish_event,
                            event(Kind::End, "", "")},
                           true);
  const std::string head =
      R"(data: {"id":"m1","object":"chat.completion.chunk","created":5,"model":"claude",)";
  const std::string open = head + R"("choices":[{"index":0,"delta":)";
  const std::string close = R"(,"logprobs":null,"finish_reason":null}],"usage":null})"
                            "\n\n";
  EXPECT_EQ(
      out,
      open + R"({"role":"assistant","content":"","refusal":null})" + close + open +
          R"({"reasoning_content":"t"})" + close + open +
          R"({"thinking_blocks":[{"type":"thinking","thinking":"t","signature":"s"}]})" + close +
          open + R"({"content":"a\"b"})" + close + open +
          R"({"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":""}}]})" +
          close + open + R"({"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]})" + close +
          head +
          R"("choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"tool_calls"}],"usage":null})"
          "\n\n" +
          head +
          R"("choices":[],"usage":{"prompt_tokens":6,"completion_tokens":4,"total_tokens":10,"prompt_tokens_details":{"cached_tokens":2,"cache_write_tokens":3},"completion_tokens_details":{"reasoning_tokens":0}}})"
          "\n\n" +
          "data: [DONE]\n\n");
}

TEST(OpenAiStreamWriter, EndsAFailedStreamWithoutDone) {
  auto fail = event(StreamEvent::Kind::Fail, "", "");
  fail.failure =
      Failure{.kind = FailureKind::CutShort, .message = "cut", .code = "", .request_id = ""};
  EXPECT_EQ(
      written({fail}, false),
      "data: {\"error\":{\"message\":\"cut\",\"type\":\"server_error\",\"param\":null,\"code\":"
      "\"stream_cut_short\",\"request_id\":\"req-9\"}}\n\n");
}

}  // namespace
}  // namespace meridian
