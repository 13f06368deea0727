#include "wire/count_tokens.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/base64.h"
#include "wire/codec.h"
#include "wire/json.h"

namespace meridian {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kAsked =
    R"({"model":"claude","system":"Be brief.","messages":[{"role":"user","content":"Weather?"}],)"
    R"("tools":[{"name":"get_weather","description":"The weather.","input_schema":{"type":"object"}}],)"
    R"("tool_choice":{"type":"auto"},"cache_control":{"type":"ephemeral"}})";

ChatRequest asked() {
  auto request = read_request(Dialect::AnthropicMessages, kAsked, Operation::CountTokens);
  EXPECT_TRUE(request) << request.error().message;
  return *request;
}

std::string chat_body(Dialect dialect, std::string_view version = {}) {
  WriteRules rules;
  rules.provider_name = "somebody";
  rules.model = "m-1";
  rules.anthropic_version = version;
  rules.drop_params = true;  // cache_control at the top is Anthropic's alone.
  const auto body = write_request(dialect, asked(), rules);
  EXPECT_TRUE(body) << body.error().message;
  return *body;
}

TEST(CountTokens, NeedsNoLimitForAnAnswerThatDoesNotCome) {
  EXPECT_EQ(asked().max_tokens, std::nullopt);
  EXPECT_FALSE(read_request(Dialect::AnthropicMessages, kAsked));
}

TEST(CountTokens, AsksAnthropicForEverythingButTheAnswer) {
  EXPECT_EQ(
      count_body(CountForm::Anthropic, chat_body(Dialect::AnthropicMessages), "m-1"),
      R"({"model":"m-1","system":[{"type":"text","text":"Be brief."}],"messages":[{"role":"user",)"
      R"("content":[{"type":"text","text":"Weather?"}]}],"tools":[{"name":"get_weather",)"
      R"("description":"The weather.","input_schema":{"type":"object"}}],"tool_choice":{"type":"auto"},)"
      R"("cache_control":{"type":"ephemeral"}})");
  EXPECT_EQ(count_body(CountForm::Anthropic,
                       R"({"max_tokens":1,"stream":true,"temperature":0,"top_p":1,"top_k":1,)"
                       R"("stop_sequences":["a"],"metadata":{},"service_tier":"auto",)"
                       R"("inference_geo":"us","container":"c","speed":"fast","a_new_field":1})",
                       "m-1"),
            R"({"a_new_field":1})");
}

TEST(CountTokens, AsksBedrockForAConversation) {
  EXPECT_EQ(
      count_body(
          CountForm::BedrockConverse,
          R"({"messages":[1],"system":[2],"inferenceConfig":{"maxTokens":3},"toolConfig":{},)"
          R"("additionalModelRequestFields":{"top_k":4},"requestMetadata":{},"outputConfig":{}})",
          "m-1"),
      R"({"input":{"converse":{"messages":[1],"system":[2],"toolConfig":{},)"
      R"("additionalModelRequestFields":{"top_k":4}}}})");
}

TEST(CountTokens, WrapsTheBodyThatInvokeModelWouldTake) {
  const auto chat = chat_body(Dialect::AnthropicMessages, "bedrock-2023-05-31");
  const auto body = count_body(CountForm::BedrockInvoke, chat, "m-1");
  const auto parsed = thread_json_parser().parse(body);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(from_base64((*parsed)["input"]["invokeModel"]["body"].text()), chat);
  EXPECT_THAT(chat, HasSubstr("\"max_tokens\""));
}

// The developer API knows `systemInstruction` and `tools` only inside the wrapped request.
TEST(CountTokens, AsksGeminiWithTheWholeRequest) {
  const auto chat = chat_body(Dialect::Gemini);
  EXPECT_EQ(
      count_body(CountForm::Gemini, chat, "gemini-2.5-flash"),
      R"({"generateContentRequest":{"model":"models/gemini-2.5-flash",)" + chat.substr(1) + "}");
}

TEST(CountTokens, AsksVertexForWhatItsCountTakes) {
  EXPECT_EQ(count_body(CountForm::VertexGemini,
                       R"({"contents":[1],"systemInstruction":{},"tools":[],"toolConfig":{},)"
                       R"("safetySettings":[],"generationConfig":{"maxOutputTokens":5}})",
                       "m-1"),
            R"({"contents":[1],"systemInstruction":{},"tools":[],)"
            R"("generationConfig":{"maxOutputTokens":5}})");
}

TEST(CountTokens, ReadsEachProvidersWord) {
  EXPECT_EQ(read_count_reply(CountForm::Anthropic, R"({"input_tokens":14})"), 14);
  EXPECT_EQ(read_count_reply(CountForm::BedrockConverse, R"({"inputTokens":0})"), 0);
  EXPECT_EQ(read_count_reply(CountForm::BedrockInvoke, R"({"inputTokens":9})"), 9);
  EXPECT_EQ(read_count_reply(CountForm::Gemini, R"({"totalTokens":31,"promptTokensDetails":[]})"),
            31);
  EXPECT_EQ(read_count_reply(CountForm::VertexGemini, R"({"totalTokens":7})"), 7);
  for (const std::string_view reply :
       {"", "{}", R"({"inputTokens":-1})", R"({"inputTokens":"9"})"}) {
    EXPECT_FALSE(read_count_reply(CountForm::BedrockConverse, reply)) << reply;
  }
}

TEST(CountTokens, IsAnsweredInAnthropicsWords) {
  EXPECT_EQ(write_count_reply(7), R"({"input_tokens":7})");
}

TEST(EstimateTokens, CountsFourBytesOfEnglishAndOneCharacterOfOthers) {
  EXPECT_EQ(estimate_tokens(""), 0);
  EXPECT_EQ(estimate_tokens("word"), 1);
  EXPECT_EQ(estimate_tokens("words"), 2);
  EXPECT_EQ(estimate_tokens("\xE4\xB8\x96\xE7\x95\x8C"), 2);  // Two characters of three bytes.
  EXPECT_EQ(estimate_tokens("Gr\xC3\xBC\xC3\x9F"
                            "e"),
            3);
}

TEST(EstimateTokens, CountsWhateverAModelReads) {
  const auto alone = estimate_tokens(asked());
  EXPECT_GT(alone, 10);
  auto more = asked();
  more.messages.back().parts.emplace_back(ImagePart{.media_type = "image/png", .data = "AAAA"});
  EXPECT_EQ(estimate_tokens(more), alone + 1600);
  more = asked();
  more.messages.back().parts.emplace_back(
      ToolResult{.call_id = "1", .content = {TextPart{"four"}, OpaquePart{"{\"a\":12}"}}});
  EXPECT_EQ(estimate_tokens(more), alone + 1 + 2);
}

}  // namespace
}  // namespace meridian
