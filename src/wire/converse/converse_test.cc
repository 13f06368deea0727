#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "wire/codec.h"
#include "wire/event_stream.h"
#include "wire/stream_script.h"

namespace meridian {
namespace {

constexpr auto kConverse = Dialect::BedrockConverse;
constexpr std::string_view kSonnet = "anthropic.claude-sonnet-4-5-20250929-v1:0";

WriteRules rules(std::string_view model = kSonnet) {
  WriteRules rules;
  rules.provider_name = "AWS Bedrock";
  rules.model = model;
  return rules;
}

// An OpenAI request with these members, as Converse gets it; or the refusal.
std::string sent(const std::string& members, const WriteRules& with = rules()) {
  const auto request = read_request(Dialect::OpenAiChat, R"({"model":"m",)" + members + "}");
  EXPECT_TRUE(request) << request.error().message;
  const auto body = write_request(kConverse, *request, with);
  return body ? *body : body.error().message;
}

const std::string kHi = R"("messages":[{"role":"user","content":"Hi"}])";
const std::string kHiSent = R"({"messages":[{"role":"user","content":[{"text":"Hi"}]}])";

TEST(ConverseRequest, HoistsTheSystemsWordsAndMergesNeighbours) {
  EXPECT_EQ(
      sent(
          R"("messages":[{"role":"system","content":"S1"},{"role":"user","content":"a"},)"
          R"({"role":"user","content":"b"},{"role":"developer","content":"S2"},)"
          R"({"role":"assistant","content":"c"},{"role":"user","content":" "},{"role":"user","content":"d"}])"),
      R"({"messages":[{"role":"user","content":[{"text":"a"},{"text":"b"}]},)"
      R"({"role":"assistant","content":[{"text":"c"}]},{"role":"user","content":[{"text":"d"}]}],)"
      R"("system":[{"text":"S1"},{"text":"S2"}]})");
}

TEST(ConverseRequest, LetsAUserBegin) {
  EXPECT_EQ(
      sent(R"("messages":[{"role":"assistant","content":"Hello \n"}])"),
      R"({"messages":[{"role":"user","content":[{"text":"."}]},{"role":"assistant","content":[{"text":"Hello"}]}]})");
  EXPECT_EQ(sent(R"("messages":[{"role":"system","content":"S"}])"),
            R"({"messages":[{"role":"user","content":[{"text":"."}]}],"system":[{"text":"S"}]})");
}

TEST(ConverseRequest, PutsParallelToolResultsIntoOneTurn) {
  EXPECT_EQ(
      sent(
          R"("messages":[{"role":"user","content":"q"},{"role":"assistant","content":"","tool_calls":[)"
          R"({"id":"call_1","type":"function","function":{"name":"f.g","arguments":"{\"a\": 1.0}"}},)"
          R"({"id":"call 2","type":"function","function":{"name":"h","arguments":""}},)"
          R"({"id":"c3","type":"function","function":{"name":"h","arguments":"oops"}}]},)"
          R"({"role":"tool","tool_call_id":"call_1","content":"1"},{"role":"user","content":"and?"},)"
          R"({"role":"tool","tool_call_id":"call 2","content":""}],)"
          R"("tools":[{"type":"function","function":{"name":"f.g","description":"","parameters":{"type":"object","x":1.50}}},)"
          R"({"type":"function","function":{"name":"h"}}],"tool_choice":"required")"),
      R"({"messages":[{"role":"user","content":[{"text":"q"}]},{"role":"assistant","content":[)"
      R"({"toolUse":{"toolUseId":"call_1","name":"f_g_95d7d6","input":{"a": 1.0}}},)"
      R"({"toolUse":{"toolUseId":"call_2_85231b","name":"h","input":{}}},)"
      R"({"toolUse":{"toolUseId":"c3","name":"h","input":{"arguments":"oops"}}}]},)"
      R"({"role":"user","content":[{"toolResult":{"toolUseId":"call_1","content":[{"text":"1"}]}},)"
      R"({"toolResult":{"toolUseId":"call_2_85231b","content":[]}},{"text":"and?"}]}],)"
      R"("toolConfig":{"tools":[{"toolSpec":{"name":"f_g_95d7d6","inputSchema":{"json":{"type":"object","x":1.50}}}},)"
      R"({"toolSpec":{"name":"h","inputSchema":{"json":{"type":"object","properties":{}}}}}],"toolChoice":{"any":{}}}})");
}

TEST(ConverseRequest, DefinesAToolWhereOnlyTheHistoryHasOne) {
  EXPECT_EQ(
      sent(
          R"("messages":[{"role":"user","content":"q"},{"role":"assistant","content":null,"tool_calls":[)"
          R"({"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
          R"({"role":"tool","tool_call_id":"c","content":"1"}])"),
      R"({"messages":[{"role":"user","content":[{"text":"q"}]},{"role":"assistant","content":[)"
      R"({"toolUse":{"toolUseId":"c","name":"f","input":{}}}]},)"
      R"({"role":"user","content":[{"toolResult":{"toolUseId":"c","content":[{"text":"1"}]}}]}],)"
      R"("toolConfig":{"tools":[{"toolSpec":{"name":"unavailable","description":"Not available any more.",)"
      R"("inputSchema":{"json":{"type":"object","properties":{}}}}}]}})");
}

TEST(ConverseRequest, LeavesToolsOutWhenNoneMayBeCalled) {
  const std::string tools = R"("tools":[{"type":"function","function":{"name":"f"}}],)";
  EXPECT_EQ(sent(tools + R"("tool_choice":"none",)" + kHi), kHiSent + "}");
}

TEST(ConverseRequest, TakesImagesAsDataOnly) {
  EXPECT_EQ(
      sent(
          R"("messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/jpg;base64,QUJD"}}]}])"),
      R"({"messages":[{"role":"user","content":[{"image":{"format":"jpeg","source":{"bytes":"QUJD"}}}]}]})");
  EXPECT_EQ(
      sent(
          R"("messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x/a.png"}}]}])"),
      "`image_url`: Bedrock fetches no images; send the image itself as a data URL "
      "(data:image/png;base64,...)");
}

TEST(ConverseRequest, CarriesCachePointsThinkingAndItsSignature) {
  EXPECT_EQ(
      sent(
          R"("messages":[{"role":"system","content":[{"type":"text","text":"S","cache_control":{"type":"ephemeral"}}]},)"
          R"({"role":"user","content":"a","cache_control":{"type":"ephemeral","ttl":"1h"}},)"
          R"({"role":"assistant","content":"b","thinking_blocks":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"redacted_thinking","data":"ZA=="}]},)"
          R"({"role":"assistant","content":"c","reasoning_content":"unsigned"},{"role":"user","content":"d"}])"),
      R"({"messages":[{"role":"user","content":[{"text":"a"},{"cachePoint":{"type":"default","ttl":"1h"}}]},)"
      R"({"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"t","signature":"s"}}},)"
      R"({"reasoningContent":{"redactedContent":"ZA=="}},{"text":"b"},{"text":"c"}]},)"
      R"({"role":"user","content":[{"text":"d"}]}],"system":[{"text":"S"},{"cachePoint":{"type":"default"}}]})");
}

TEST(ConverseRequest, ShowsClaudesThinkingToNobodyElse) {
  EXPECT_EQ(sent(R"("messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b",)"
                 R"("thinking_blocks":[{"type":"thinking","thinking":"t","signature":"s"}]}])",
                 rules("amazon.nova-pro-v1:0")),
            R"({"messages":[{"role":"user","content":[{"text":"a"}]},)"
            R"({"role":"assistant","content":[{"text":"b"}]}]})");
}

TEST(ConverseRequest, MapsLimitsAndSampling) {
  EXPECT_EQ(
      sent(
          kHi +
          R"(,"max_tokens":50,"temperature":1.7,"stop":["x",""],"top_k":3,"guardrailConfig":{"guardrailIdentifier":"g"},"anthropic_beta":["b"])"),
      kHiSent +
          R"(,"inferenceConfig":{"maxTokens":50,"temperature":1,"stopSequences":["x"]},"guardrailConfig":{"guardrailIdentifier":"g"},"additionalModelRequestFields":{"anthropic_beta":["b"],"top_k":3}})");
}

TEST(ConverseRequest, TurnsAnEffortIntoABudget) {
  EXPECT_EQ(
      sent(kHi + R"(,"reasoning_effort":"medium")"),
      kHiSent +
          R"(,"inferenceConfig":{"maxTokens":6144},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":2048}}})")
      << "the limit has room for the budget and 4096 tokens of answer";
  EXPECT_EQ(
      sent(kHi + R"(,"reasoning_effort":"high","max_tokens":2000)"),
      kHiSent +
          R"(,"inferenceConfig":{"maxTokens":2000},"additionalModelRequestFields":{"thinking":{"type":"enabled","budget_tokens":1999}}})");
  EXPECT_EQ(sent(kHi + R"(,"reasoning_effort":"high","max_tokens":1000)"),
            kHiSent + R"(,"inferenceConfig":{"maxTokens":1000}})");
  EXPECT_EQ(
      sent(kHi + R"(,"reasoning_effort":"minimal")", rules("us.anthropic.claude-opus-4-7-v1:0")),
      kHiSent +
          R"(,"additionalModelRequestFields":{"thinking":{"type":"adaptive"},"output_config":{"effort":"low"}}})");
  EXPECT_EQ(sent(kHi + R"(,"reasoning_effort":"low")", rules("openai.gpt-oss-120b-1:0")),
            kHiSent + R"(,"additionalModelRequestFields":{"reasoning_effort":"low"}})");
}

TEST(ConverseRequest, AsksForASchemaNatively) {
  const std::string format =
      R"(,"response_format":{"type":"json_schema","json_schema":{"name":"r","schema":{"type":"object"}}})";
  EXPECT_EQ(
      sent(kHi + format),
      kHiSent +
          R"(,"outputConfig":{"textFormat":{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\"type\":\"object\"}","name":"r"}}}}})");
  EXPECT_EQ(
      sent(kHi + R"(,"response_format":{"type":"json_object"})"),
      kHiSent + R"(,"system":[{"text":"Answer with a single JSON object and nothing else."}]})");
}

TEST(ConverseRequest, NamesEverythingThatItCannotExpressAtOnce) {
  const auto all =
      kHi + R"(,"seed":1,"n":2,"logit_bias":{"1":2},"presence_penalty":0.0,"logprobs":true)";
  EXPECT_EQ(
      sent(all),
      "`logit_bias`, `logprobs`, `n`, `seed` cannot be sent to AWS Bedrock "
      "(anthropic.claude-sonnet-4-5-20250929-v1:0); leave them out, or set `drop_params: true` for "
      "this deployment");
  auto dropping = rules();
  dropping.drop_params = true;
  EXPECT_EQ(sent(all, dropping), kHiSent + "}");
  auto named = rules();
  named.additional_drop_params = {"seed", "n", "logit_bias", "logprobs"};
  EXPECT_EQ(sent(all, named), kHiSent + "}");
}

TEST(ConverseRequest, FollowsTheModelsOwnRules) {
  EXPECT_EQ(sent(kHi + R"(,"temperature":0.5)", rules("anthropic.claude-opus-4-8-v1:0")),
            "`temperature` cannot be sent to AWS Bedrock (anthropic.claude-opus-4-8-v1:0); leave "
            "it out, or "
            "set `drop_params: true` for this deployment");
  EXPECT_EQ(sent(kHi + R"(,"temperature":0.5,"top_p":0.9)"),
            "`top_p` (together with `temperature`) cannot be sent to AWS Bedrock "
            "(anthropic.claude-sonnet-4-5-20250929-v1:0); leave it out, or set `drop_params: true` "
            "for this "
            "deployment");
}

TEST(ConverseReply, IsReadIntoTheInternalModel) {
  const NameMap names{{"f_g_95d7d6", "f.g"}};
  const auto reply = read_reply(
      kConverse,
      R"({"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"t","signature":"s"}}},)"
      R"({"text":"Hi"},{"toolUse":{"toolUseId":"tooluse_1","name":"f_g_95d7d6","input":{"a": 1}}}]}},"stopReason":"tool_use",)"
      R"("usage":{"inputTokens":16,"outputTokens":9,"totalTokens":2412,"cacheReadInputTokens":2387,"cacheWriteInputTokens":0}})",
      names);
  ASSERT_TRUE(reply);
  const std::vector<Part> expected{
      ThinkingPart{.text = "t", .signature = "s", .redacted = {}},
      TextPart{.text = "Hi"},
      ToolCall{.id = "tooluse_1", .name = "f.g", .arguments_json = R"({"a": 1})"}};
  EXPECT_EQ(reply->parts, expected);
  EXPECT_EQ(reply->finish, FinishReason::ToolCalls);
  EXPECT_EQ(reply->usage, (Usage{.input = 16, .cache_read = 2387, .cache_write = 0, .output = 9}));
}

TEST(ConverseReply, TakesCachedTokensOutWhereTheTotalSaysTheyAreInside) {
  const auto reply = read_reply(
      kConverse,
      R"({"output":{"message":{"content":[]}},"stopReason":"end_turn",)"
      R"("usage":{"inputTokens":100,"outputTokens":10,"totalTokens":110,"cacheReadInputTokens":40}})");
  EXPECT_EQ(reply->usage, (Usage{.input = 60, .cache_read = 40, .cache_write = 0, .output = 10}));
}

TEST(ConverseReply, ThatIsNoneIsAServerError) {
  EXPECT_EQ(read_reply(kConverse, R"({"message":"x"})").error().message,
            "Bedrock's reply has no output.message");
}

std::string frame(std::string_view type,
                  std::string_view payload,
                  std::string_view kind = "event") {
  const std::vector<FrameHeader> headers{
      {.name = kind == "event" ? ":event-type" : ":exception-type",
       .type = FrameHeader::Type::String,
       .text = type},
      {.name = ":content-type", .type = FrameHeader::Type::String, .text = "application/json"},
      {.name = ":message-type", .type = FrameHeader::Type::String, .text = kind}};
  std::string out;
  append_frame(headers, payload, out);
  return out;
}

const std::string kStart = frame("messageStart", R"({"role":"assistant","p":"abc"})");

TEST(ConverseStream, IsReadWhereverItIsCut) {
  const auto bytes =
      kStart +
      frame("contentBlockDelta",
            R"({"contentBlockIndex":0,"delta":{"reasoningContent":{"text":"Hm"}}})") +
      frame("contentBlockDelta",
            R"({"contentBlockIndex":0,"delta":{"reasoningContent":{"signature":"sig"}}})") +
      frame("contentBlockStop", R"({"contentBlockIndex":0})") +
      frame("contentBlockDelta", R"({"contentBlockIndex":1,"delta":{"text":"Hé"},"p":"abcd"})") +
      frame("contentBlockStart",
            R"({"contentBlockIndex":2,"start":{"toolUse":{"toolUseId":"t1","name":"f"}}})") +
      frame("contentBlockDelta",
            R"({"contentBlockIndex":2,"delta":{"toolUse":{"input":"{\"a\":"}}})") +
      frame("contentBlockDelta", R"({"contentBlockIndex":2,"delta":{"toolUse":{"input":"1}"}}})") +
      frame("contentBlockStop", R"({"contentBlockIndex":2})") +
      frame("contentBlockStart",
            R"({"contentBlockIndex":3,"start":{"toolUse":{"toolUseId":"t2","name":"g"}}})") +
      frame("contentBlockStop", R"({"contentBlockIndex":3})") +
      frame("contentBlockDelta",
            R"({"contentBlockIndex":4,"delta":{"reasoningContent":{"redactedContent":"ZA=="}}})") +
      frame("somethingNew", R"({})") + frame("messageStop", R"({"stopReason":"tool_use"})") +
      frame(
          "metadata",
          R"({"usage":{"inputTokens":5,"outputTokens":7,"totalTokens":12,"serverToolUsage":{}},"metrics":{"latencyMs":1}})");
  const auto whole = read_in_pieces(kConverse, bytes, bytes.size());
  EXPECT_EQ(whole,
            "Start req-1\nThinkBlock\nThink: Hm\nSignature: sig\nEndBlock\nTextBlock\nText: "
            "Hé\nEndBlock\n"
            "ToolBlock t1: f\nArguments: {\"a\":\nArguments: 1}\nEndBlock\n"
            "ToolBlock t2: g\nArguments: {}\nEndBlock\nRedactedBlock: ZA==\nEndBlock\n"
            "Finish tool calls\nUsage 5 0 0 7 0\nEnd\n");
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    ASSERT_EQ(read_cut_at(kConverse, bytes, cut), whole) << cut;
  }
  EXPECT_EQ(read_in_pieces(kConverse, bytes, 1), whole);
}

TEST(ConverseStream, MapsExceptionsToFailures) {
  EXPECT_EQ(
      read_in_pieces(kConverse,
                     frame("throttlingException",
                           R"({"message":"Too many tokens, please wait before trying again."})",
                           "exception"),
                     9),
      "Fail 3 429 throttlingException: Too many tokens, please wait before trying again.\n");
  EXPECT_EQ(read_in_pieces(kConverse,
                           frame("validationException",
                                 R"({"message":"Input is too long for requested model."})",
                                 "exception"),
                           9),
            "Fail 7 400 validationException: Input is too long for requested model.\n");
  EXPECT_EQ(read_in_pieces(kConverse,
                           kStart + frame("modelStreamErrorException",
                                          R"({"message":"m","originalStatusCode":429})",
                                          "exception"),
                           9),
            "Start req-1\nFail 3 429 modelStreamErrorException: m\n");
  EXPECT_EQ(read_in_pieces(
                kConverse, frame("internalServerException", R"({"message":"m"})", "exception"), 9),
            "Fail 2 500 internalServerException: m\n");
}

TEST(ConverseStream, MayEndWithoutItsMetadataButNotBefore) {
  const auto stop = frame("messageStop", R"({"stopReason":"end_turn"})");
  EXPECT_EQ(read_in_pieces(kConverse, kStart + stop, 9), "Start req-1\nFinish stop\nEnd\n");
  EXPECT_EQ(read_in_pieces(kConverse, kStart, 9),
            "Start req-1\nFail 9 0 stream_cut_short: Bedrock's stream ended before its messageStop "
            "event\n");
  const auto cut = kStart + stop.substr(0, 20);
  EXPECT_EQ(read_in_pieces(kConverse, cut, 9),
            "Start req-1\nFail 9 0 stream_cut_short: Bedrock's stream ended before its messageStop "
            "event\n");
}

TEST(ConverseStream, ThatIsBrokenIsAServerError) {
  auto bytes = kStart;
  bytes[30] = '!';
  EXPECT_EQ(read_in_pieces(kConverse, bytes, 9),
            "Fail 2 502 bad_provider_reply: Bedrock's event stream is broken: the checksum over a "
            "frame is "
            "wrong\n");
}

}  // namespace
}  // namespace meridian
