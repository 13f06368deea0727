#include <string>

#include <gtest/gtest.h>

#include "wire/codec.h"

namespace meridian {
namespace {

constexpr auto kResponses = Dialect::OpenAiResponses;

WriteRules rules_for(std::string_view provider, std::string_view model) {
  WriteRules rules;
  rules.provider_name = provider;
  rules.model = model;
  return rules;
}

std::string refusal(std::string_view body) {
  const auto request = read_request(kResponses, body);
  return request ? "taken" : request.error().message;
}

// What a provider of that dialect is sent; the failure's sentence when it is sent nothing.
std::string sent(Dialect to, std::string_view body, std::string_view model = "m") {
  const auto request = read_request(kResponses, body);
  if (!request) {
    return request.error().message;
  }
  const auto written = write_request(to, *request, rules_for("P", model));
  return written ? *written : written.error().message;
}

TEST(ResponsesRequest, IsWrittenAsItWasRead) {
  for (
      const std::string body : {
          R"({"model":"m","input":[{"type":"message","role":"system","content":[{"type":"input_text","text":"S"}]},{"type":"message","role":"developer","content":[{"type":"input_text","text":"D"}]},{"type":"message","role":"user","content":[{"type":"input_text","text":"Hi"},{"type":"input_image","image_url":"data:image/png;base64,QUJD","detail":"low"},{"type":"input_image","image_url":"https://x/y"},{"type":"input_image","file_id":"file-1"},{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,QQ=="},{"type":"input_file","file_url":"https://x/a.pdf"}]}]})",
          R"({"model":"m","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]},{"id":"rs_1", "type":"reasoning","summary":[],"encrypted_content":"gAAA"},{"type":"message","role":"assistant","content":[{"type":"output_text","annotations":[],"logprobs":[],"text":"b"},{"type":"refusal","refusal":"no"}]},{"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a\":1}"},{"type":"function_call","call_id":"c2","name":"g","arguments":"nonsense"},{"type":"function_call_output","call_id":"c1","output":"1"},{"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"2"},{"type":"input_image","image_url":"https://x/y"}]},{"type":"web_search_call","id":"ws_1", "status":"completed"},{"type":"custom_tool_call_output","call_id":"c3","output":"x"}]})",
          R"({"model":"m","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"a"}]}],"max_output_tokens":50,"temperature":0.7,"top_p":1e-05,"user":"u","stream":true,"stream_options":{"include_obfuscation":false},"tools":[{"type":"function","name":"f","description":"d","parameters":{"type": "object"},"strict":true,"defer_loading":true},{"type":"web_search"}],"tool_choice":{"type":"function","name":"f"},"parallel_tool_calls":false,"text":{"format":{"type":"json_schema","name":"r","schema":{"a":1.0},"strict":false},"verbosity":"low"},"reasoning":{"effort":"low","summary":"auto"},"include":["reasoning.encrypted_content"],"store":false,"metadata":{"k": "v"},"extra":[ 1 ]})",
      }) {
    EXPECT_EQ(sent(kResponses, body), body);
  }
}

TEST(ResponsesRequest, TakesTheShortForms) {
  EXPECT_EQ(
      sent(Dialect::OpenAiChat, R"({"model":"m","input":"Hi","instructions":"Be brief."})"),
      R"({"model":"m","messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}]})");
  EXPECT_EQ(
      sent(
          Dialect::OpenAiChat,
          R"({"model":"m","input":[{"role":"developer","content":"D"},{"role":"user","content":"U"},)"
          R"({"role":"assistant","content":"A"},{"role":"user","content":"V"}]})"),
      R"({"model":"m","messages":[{"role":"developer","content":"D"},{"role":"user","content":"U"},{"role":"assistant","content":"A"},{"role":"user","content":"V"}]})");
}

TEST(ResponsesRequest, MakesOneTurnOfTheModelsItemsInARow) {
  EXPECT_EQ(
      sent(
          Dialect::OpenAiChat,
          R"({"model":"m","input":[{"role":"user","content":"a"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"b"}]},)"
          R"({"type":"function_call","id":"fc_1","status":"completed","call_id":"c1","name":"f","arguments":"{}"},)"
          R"({"type":"function_call","call_id":"c2","name":"f","arguments":"{}"},)"
          R"({"type":"function_call_output","call_id":"c1","output":"1"},{"type":"function_call_output","call_id":"c2","output":"2"}]})"),
      R"({"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b","tool_calls":[)"
      R"({"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"c2","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
      R"({"role":"tool","tool_call_id":"c1","content":"1"},{"role":"tool","tool_call_id":"c2","content":"2"}]})");
}

TEST(ResponsesRequest, SaysInChatWhatChatHas) {
  EXPECT_EQ(
      sent(
          Dialect::OpenAiChat,
          R"({"model":"m","input":[{"role":"user","content":[{"type":"input_file","filename":"a","file_data":"data:x;base64,QQ=="}]}],)"
          R"("max_output_tokens":5,"tools":[{"type":"function","name":"f","parameters":{},"strict":null}],"tool_choice":"required",)"
          R"("text":{"format":{"type":"json_schema","name":"r","schema":{},"strict":true},"verbosity":"low"},)"
          R"("reasoning":{"effort":"high","summary":"auto"},"include":["reasoning.encrypted_content"],"store":true,)"
          R"("truncation":"disabled","metadata":{"a":"b"},"prompt_cache_key":"k","service_tier":"flex","top_logprobs":0,"vendor_field":{}})"),
      R"({"model":"m","messages":[{"role":"user","content":[{"type":"file","file":{"filename":"a","file_data":"data:x;base64,QQ=="}}]}],)"
      R"("max_completion_tokens":5,"tools":[{"type":"function","function":{"name":"f","parameters":{}}}],"tool_choice":"required",)"
      R"("response_format":{"type":"json_schema","json_schema":{"name":"r","schema":{},"strict":true}},"reasoning_effort":"high",)"
      R"("verbosity":"low","service_tier":"flex","vendor_field":{}})");
}

TEST(ResponsesRequest, RefusesWhatWouldNeedAStoreAndSaysWhatToSend) {
  const std::string front = R"({"model":"m","input":"a",)";
  EXPECT_EQ(refusal(front + R"("previous_response_id":"resp_1"})"),
            "`previous_response_id` asks for something that was stored, and this gateway stores no "
            "responses; leave it out, and send the earlier items in `input`: what was asked, and "
            "every item of each response's `output`");
  EXPECT_TRUE(refusal(front + R"("conversation":{"id":"conv_1"}})").starts_with("`conversation`"));
  EXPECT_TRUE(refusal(front + R"("background":true})").contains("set `stream: true`"));
  EXPECT_TRUE(refusal(R"({"model":"m","input":[{"type":"item_reference","id":"msg_1"}]})")
                  .contains("send the item itself"));
  EXPECT_EQ(
      refusal(
          front +
          R"("previous_response_id":null,"conversation":null,"background":false,"store":true})"),
      "taken");
}

TEST(ResponsesRequest, NamesTheFieldThatIsWrong) {
  EXPECT_EQ(refusal(R"({"model":"m"})"), "`input` is missing or empty");
  EXPECT_EQ(refusal(R"({"model":"m","input":[]})"), "`input` is missing or empty");
  EXPECT_EQ(
      refusal(
          R"({"model":"m","input":[{"role":"user","content":"a"},{"role":"x","content":"a"}]})"),
      "`input[1].role` has to be user, assistant, system or developer (byte 60)");
  EXPECT_EQ(
      refusal(R"({"model":"m","input":[{"type":"function_call","name":"f","arguments":"{}"}]})"),
      "`input[0].call_id` is missing or empty");
  EXPECT_EQ(refusal(R"({"model":"m","input":"a","input":"b"})"),
            "`input` is there twice; write it once");
  EXPECT_EQ(
      refusal(R"({"model":"m","input":"a","tools":[{"type":"function","function":{"name":"f"}}]})"),
      "`tools[0].name` is missing or empty");
  EXPECT_EQ(
      refusal(R"({"model":"m","input":"a","text":{"format":{"type":"json_schema","name":"r"}}})"),
      "`text.format.schema` is missing or empty");
}

TEST(ResponsesRequest, RefusesHostedToolsToOthersUnlessTheyMayBeDropped) {
  const std::string body =
      R"({"model":"m","input":"a","max_output_tokens":9,"tools":[{"type":"web_search"},{"type":"function","name":"f","parameters":{}}]})";
  EXPECT_EQ(
      sent(Dialect::AnthropicMessages, body, "claude-sonnet-4-5"),
      "`tools` (one of a type other than \"function\") cannot be sent to P (claude-sonnet-4-5); "
      "leave it out, or set `drop_params: true` for this deployment");
  auto rules = rules_for("P", "claude-sonnet-4-5");
  rules.drop_params = true;
  const auto written =
      write_request(Dialect::AnthropicMessages, *read_request(kResponses, body), rules);
  ASSERT_TRUE(written);
  EXPECT_TRUE(written->contains(R"("tools":[{"name":"f")")) << *written;
  EXPECT_FALSE(written->contains("web_search"));
}

TEST(ResponsesRequest, BringsAThoughtBackToWhoSignedItAndToNobodyElse) {
  const std::string body =
      R"({"model":"m","max_output_tokens":4000,"input":[{"role":"user","content":"a"},)"
      R"({"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"meridian:thinking:SIG"},)"
      R"({"type":"reasoning","id":"rs_2","summary":[],"encrypted_content":"meridian:redacted:RED"},)"
      R"({"type":"reasoning","id":"rs_3","summary":[{"type":"summary_text","text":"hm"}],"encrypted_content":"gAAA"},)"
      R"({"role":"assistant","content":"b"},{"role":"user","content":"c"}],"reasoning":{"effort":"low"}})";
  EXPECT_TRUE(
      sent(Dialect::AnthropicMessages, body, "claude-sonnet-4-5")
          .contains(
              R"([{"type":"thinking","thinking":"hm","signature":"SIG"},{"type":"redacted_thinking","data":"RED"},{"type":"text","text":"b"}])"))
      << sent(Dialect::AnthropicMessages, body, "claude-sonnet-4-5");
  const auto openai = sent(kResponses, body);
  EXPECT_TRUE(openai.contains(R"("encrypted_content":"gAAA")"));
  EXPECT_FALSE(openai.contains("meridian:"));
  EXPECT_EQ(
      sent(Dialect::OpenAiChat, body),
      R"({"model":"m","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}],"max_completion_tokens":4000,"reasoning_effort":"low"})");
}

TEST(ResponsesRequest, HasNoPlaceForItemsOfHostedToolsElsewhere) {
  const std::string body =
      R"({"model":"m","input":[{"role":"user","content":"a"},{"type":"web_search_call","id":"ws_1"}]})";
  EXPECT_TRUE(sent(Dialect::OpenAiChat, body).starts_with("`input`: an item other than"));
  EXPECT_FALSE(write_request(Dialect::BedrockConverse,
                             *read_request(kResponses, body),
                             rules_for("P", "anthropic.claude-sonnet-4-5-20250929-v1:0")));
}

TEST(ResponsesRequest, TellsAnOperatorsDefaultThatTheApiDoesNotHave) {
  auto request = *read_request(kResponses, R"({"model":"m","input":"a"})");
  request.stop = {"END"};
  const auto written = write_request(kResponses, request, rules_for("P", "m"));
  ASSERT_FALSE(written);
  EXPECT_TRUE(written.error().message.starts_with("`stop` (the Responses API has no such field)"));
}

}  // namespace
}  // namespace meridian
