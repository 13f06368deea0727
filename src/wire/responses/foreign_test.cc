#include <string>

#include <gtest/gtest.h>

#include "wire/codec.h"
#include "wire/stream_script.h"

namespace meridian {
namespace {

constexpr auto kChat = Dialect::OpenAiChat;
constexpr auto kMessages = Dialect::AnthropicMessages;
constexpr auto kResponses = Dialect::OpenAiResponses;

std::string sent(Dialect from, const std::string& body, bool drop_params = false) {
  const auto request = read_request(from, body);
  EXPECT_TRUE(request) << request.error().message;
  WriteRules rules;
  rules.provider_name = "OpenAI";
  rules.model = "gpt-5-pro";
  rules.drop_params = drop_params;
  const auto written = write_request(kResponses, *request, rules);
  return written ? *written : written.error().message;
}

std::string chat(const std::string& members) {
  return sent(kChat,
              R"({"model":"m","messages":[{"role":"user","content":"Hi"}],)" + members + "}");
}

const std::string kHi =
    R"({"model":"gpt-5-pro","input":[{"type":"message","role":"user","content":[{"type":"input_text","text":"Hi"}]}])";

TEST(ForeignResponses, CarryAWholeChat) {
  EXPECT_EQ(
      sent(
          kChat,
          R"({"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,QQ==","detail":"low"}},)"
          R"({"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,QQ=="}}]},)"
          R"({"role":"assistant","content":"I ask","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},)"
          R"({"role":"tool","tool_call_id":"c1","content":"1"}],"max_completion_tokens":5,"temperature":0.5,"stream":true,"stream_options":{"include_usage":true},)"
          R"("tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}},{"type":"web_search"}],)"
          R"("tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,)"
          R"("response_format":{"type":"json_schema","json_schema":{"name":"r","schema":{"a":1}}},"verbosity":"low","reasoning_effort":"high","metadata":{"k":"v"},"x_own":1})"),
      R"({"model":"gpt-5-pro","input":[{"type":"message","role":"system","content":[{"type":"input_text","text":"S"}]},)"
      R"({"type":"message","role":"user","content":[{"type":"input_text","text":"look"},{"type":"input_image","image_url":"data:image/png;base64,QQ==","detail":"low"},)"
      R"({"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,QQ=="}]},)"
      R"({"type":"message","role":"assistant","content":[{"type":"output_text","annotations":[],"logprobs":[],"text":"I ask"}]},)"
      R"({"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a\":1}"},{"type":"function_call_output","call_id":"c1","output":"1"}],)"
      R"("max_output_tokens":16,"temperature":0.5,"stream":true,)"
      R"("tools":[{"type":"function","name":"f","description":"d","parameters":{"type":"object"},"strict":false},{"type":"web_search"}],)"
      R"("tool_choice":{"type":"function","name":"f"},"parallel_tool_calls":false,)"
      R"("text":{"format":{"type":"json_schema","name":"r","schema":{"a":1}},"verbosity":"low"},"reasoning":{"effort":"high"},"store":false,"metadata":{"k":"v"},"x_own":1})");
}

TEST(ForeignResponses, CarryAnAnthropicConversation) {
  EXPECT_EQ(
      sent(
          kMessages,
          R"({"model":"m","max_tokens":99,"system":"S","messages":[{"role":"user","content":[{"type":"document","source":{"type":"url","url":"https://x/a.pdf"},"context":"C"}]}],)"
          R"("thinking":{"type":"enabled","budget_tokens":12000},"service_tier":"standard_only"})"),
      R"({"model":"gpt-5-pro","input":[{"type":"message","role":"system","content":[{"type":"input_text","text":"S"}]},)"
      R"({"type":"message","role":"user","content":[{"type":"input_text","text":"C"},{"type":"input_file","file_url":"https://x/a.pdf"}]}],)"
      R"("max_output_tokens":99,"reasoning":{"effort":"high"},"store":false,"service_tier":"default"})");
}

TEST(ForeignResponses, StoreOnlyWhatAClientWantsStored) {
  EXPECT_EQ(chat(R"("n":1)"), kHi + R"(,"store":false})");
  EXPECT_EQ(chat(R"("store":true)"), kHi + R"(,"store":true})");
}

TEST(ForeignResponses, NameWhatTheyCannotSay) {
  const std::string members =
      R"("n":2,"seed":1,"stop":"x","logprobs":true,"logit_bias":{"5":1},"tools":[{"type":"custom","custom":{"name":"c"}}])";
  EXPECT_EQ(
      chat(members),
      "`tools` (one of a type other than \"function\"), `logprobs`, `logit_bias`, `stop` (the "
      "Responses API has no such field), `n` (the Responses API has no such field), `seed` (the "
      "Responses API has no such field) cannot be sent to OpenAI (gpt-5-pro); leave them out, "
      "or set `drop_params: true` for this deployment");
  EXPECT_EQ(sent(kChat,
                 R"({"model":"m","messages":[{"role":"user","content":"Hi"}],)" + members + "}",
                 true),
            kHi + R"(,"store":false})");
  EXPECT_EQ(
      sent(kChat, R"({"model":"m","messages":[{"role":"function","name":"f","content":"x"}]})"),
      "OpenAI takes no messages with role \"function\", `function_call`, `audio` or custom tool "
      "calls; use `tools` and role \"tool\"");
}

// A name that OpenAI would refuse, there and back.
TEST(ForeignResponses, AnswerWithTheClientsNames) {
  const std::string name(70, 'n');
  const auto request = read_request(
      kMessages,
      R"({"model":"m","max_tokens":9,"messages":[{"role":"user","content":"q"}],"tools":[{"name":")" +
          name + R"(","input_schema":{"type":"object"}}]})");
  const auto names = name_map_of(kResponses, *request);
  ASSERT_EQ(names.size(), 1U);
  WriteRules rules;
  rules.model = "m";
  EXPECT_TRUE(
      write_request(kResponses, *request, rules)->contains("\"name\":\"" + names[0].first + "\""));
  const auto item = R"({"type":"function_call","call_id":"c","name":")" + names[0].first +
                    R"(","arguments":"{}"})";
  const auto reply = read_reply(
      kResponses, R"({"id":"resp_1","status":"completed","output":[)" + item + "]}", names);
  EXPECT_EQ(std::get<ToolCall>(reply->parts.front()).name, name);
  const std::string stream =
      R"(data: {"type":"response.output_item.added","item":)" + item + "}\n\n";
  EXPECT_TRUE(read_in_pieces(kResponses, stream, 9, names).contains("ToolBlock c: " + name));
}

}  // namespace
}  // namespace meridian
