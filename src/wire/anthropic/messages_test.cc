// Anthropic Messages as clients speak it: requests, and what providers are sent for them.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "wire/codec.h"

namespace meridian {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr auto kAnthropic = Dialect::AnthropicMessages;
constexpr auto kOpenAi = Dialect::OpenAiChat;
constexpr auto kConverse = Dialect::BedrockConverse;

ChatRequest read(const std::string& members) {
  const auto request =
      read_request(kAnthropic, R"({"model":"claude-sonnet-4-5","max_tokens":9,)" + members + "}");
  EXPECT_TRUE(request) << request.error().message;
  return request ? *request : ChatRequest{};
}

std::string refusal(const std::string& body) {
  const auto request = read_request(kAnthropic, body);
  return request ? "taken" : request.error().message;
}

std::string refusal_of(const std::string& members) {
  return refusal(R"({"model":"m","max_tokens":9,)" + members + "}");
}

// What a provider is sent for a Messages request.
std::string sent(Dialect to, const std::string& members, bool drop_params = false) {
  WriteRules rules;
  rules.provider_name = "P";
  rules.model = "claude-sonnet-4-5";
  rules.drop_params = drop_params;
  const auto body = write_request(to, read(members), rules);
  return body ? *body : body.error().message;
}

std::string user(const std::string& blocks) {
  return R"("messages":[{"role":"user","content":[)" + blocks + "]}]";
}

const std::string kHi = R"("messages":[{"role":"user","content":"Hi"}])";

std::vector<Part> parts(const std::string& blocks) {
  return read(user(blocks)).messages.at(0).parts;
}

TEST(ReadMessages, MakesTheSystemTheFirstMessage) {
  const auto request = read(
      kHi +
      R"(,"system":[{"type":"text","text":"A"},{"type":"text","text":"B","cache_control":{"type":"ephemeral","ttl":"1h"}}])");
  ASSERT_EQ(request.messages.size(), 2U);
  EXPECT_EQ(request.messages[0].role, Role::System);
  EXPECT_THAT(request.messages[0].parts,
              ElementsAre(Part(TextPart{"A"}), Part(TextPart{"B"}), Part(CachePoint{.ttl = "1h"})));
  EXPECT_THAT(read(kHi + R"(,"system":"S")").messages.at(0).parts,
              ElementsAre(Part(TextPart{"S"})));
  EXPECT_EQ(read(kHi + R"(,"system":"")").messages.size(), 1U);
}

TEST(ReadMessages, KeepsImagesOfBothKinds) {
  EXPECT_THAT(
      parts(
          R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":"QQ=="}},)"
          R"({"type":"image","source":{"type":"url","url":"https://x/a.png"},"cache_control":{"type":"ephemeral"}},)"
          R"({"type":"image","source":{"type":"file","file_id":"f"}})"),
      ElementsAre(
          Part(ImagePart{.media_type = "image/png", .data = "QQ==", .url = "", .detail = ""}),
          Part(ImagePart{.media_type = "", .data = "", .url = "https://x/a.png", .detail = ""}),
          Part(CachePoint{}),
          Part(OpaquePart{R"({"type":"image","source":{"type":"file","file_id":"f"}})"})));
}

TEST(ReadMessages, KeepsThinkingSignatures) {
  const auto request = read(
      R"("messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},)"
      R"({"type":"redacted_thinking","data":"d"},{"type":"text","text":"x","citations":null},)"
      R"({"type":"tool_use","id":"toolu_1","name":"f","input":{"a": 1.0},"caller":{"type":"direct"}}]}])");
  EXPECT_THAT(
      request.messages.at(1).parts,
      ElementsAre(Part(ThinkingPart{.text = "t", .signature = "s", .redacted = ""}),
                  Part(ThinkingPart{.text = "", .signature = "", .redacted = "d"}),
                  Part(TextPart{"x"}),
                  Part(ToolCall{.id = "toolu_1", .name = "f", .arguments_json = R"({"a": 1.0})"})));
}

TEST(ReadMessages, KeepsToolResultsWhole) {
  ToolResult plain{.call_id = "a", .content = {TextPart{"1"}}, .is_error = true};
  ToolResult mixed{.call_id = "b",
                   .content = {TextPart{"2"},
                               ImagePart{.media_type = "", .data = "", .url = "u", .detail = ""},
                               OpaquePart{R"({"type":"search_result","x":1})"}}};
  ToolResult none{.call_id = "c", .content = {}};
  EXPECT_THAT(
      parts(
          R"({"type":"tool_result","tool_use_id":"a","content":"1","is_error":true},)"
          R"({"type":"tool_result","tool_use_id":"b","content":[{"type":"text","text":"2","cache_control":{"type":"ephemeral","ttl":"5m"}},)"
          R"({"type":"image","source":{"type":"url","url":"u"}},{"type":"search_result","x":1}]},)"
          R"({"type":"tool_result","tool_use_id":"c"})"),
      ElementsAre(Part(plain), Part(mixed), Part(CachePoint{.ttl = "5m"}), Part(none)));
}

TEST(ReadMessages, CarriesWhatItDoesNotKnow) {
  const std::string document =
      R"({"type":"document","source":{"type":"content","content":[{"type":"image","source":{"type":"url","url":"u"}}]},"cache_control":{"type":"ephemeral"}})";
  const std::string cited = R"({"type":"text","text":"x","later":[{"type":"char_location"}]})";
  EXPECT_THAT(parts(document + "," + cited),
              ElementsAre(Part(OpaquePart{document}), Part(OpaquePart{cited})));
  const auto request = read(
      kHi + R"(,"context_management":{"edits":[]},"inference_geo":"us","metadata":{"user_id":"u"},)"
            R"("num_retries":2,"anthropic_version":"bedrock-2023-05-31")");
  EXPECT_THAT(
      request.other,
      ElementsAre(Pair("context_management", R"({"edits":[]})"), Pair("inference_geo", R"("us")")));
  EXPECT_EQ(request.user, "u");
}

TEST(ReadMessages, KnowsClientToolsFromServerTools) {
  const std::string server = R"({"type":"web_search_20250305","name":"web_search","max_uses":5})";
  const auto tools =
      read(
          kHi +
          R"(,"tools":[{"name":"f","description":"d","input_schema":{"type":"object"},"strict":false,)"
          R"("cache_control":{"type":"ephemeral"},"input_examples":[{"a":1}]},)" +
          server + "]")
          .tools;
  ASSERT_EQ(tools.size(), 2U);
  Tool custom;
  custom.name = "f";
  custom.description = "d";
  custom.schema_json = R"({"type":"object"})";
  custom.strict = false;
  custom.cache = CachePoint{};
  custom.other = {{"input_examples", R"([{"a":1}])"}};
  EXPECT_EQ(tools[0], custom);
  EXPECT_EQ(tools[1].opaque_json, server);
}

TEST(ReadMessages, ReadsEveryToolChoice) {
  using Kind = ToolChoice::Kind;
  const auto choice = [](const std::string& json) {
    return read(kHi + R"(,"tool_choice":)" + json).tool_choice;
  };
  EXPECT_EQ(choice(R"({"type":"auto"})"), (ToolChoice{.kind = Kind::Auto, .name = ""}));
  EXPECT_EQ(choice(R"({"type":"any"})"), (ToolChoice{.kind = Kind::Required, .name = ""}));
  EXPECT_EQ(choice(R"({"type":"none"})"), (ToolChoice{.kind = Kind::None, .name = ""}));
  EXPECT_EQ(choice(R"({"type":"tool","name":"f"})"),
            (ToolChoice{.kind = Kind::Named, .name = "f"}));
  const auto one = read(kHi + R"(,"tool_choice":{"type":"any","disable_parallel_tool_use":true})");
  EXPECT_EQ(one.parallel_tool_calls, false);
}

TEST(ReadMessages, ReadsSamplingAndReasoning) {
  const auto request = read(
      kHi +
      R"(,"stream":true,"temperature":0.5,"top_p":0.9,"top_k":5,"stop_sequences":["x","y"],"thinking":{"type":"adaptive"},)"
      R"("output_config":{"effort":"max","format":{"type":"json_schema","schema":{"type":"object"}}})");
  EXPECT_EQ(request.max_tokens, 9);
  EXPECT_TRUE(request.stream);
  EXPECT_EQ(request.temperature, 0.5);
  EXPECT_EQ(request.top_p, 0.9);
  EXPECT_EQ(request.top_k, 5);
  EXPECT_THAT(request.stop, ElementsAre("x", "y"));
  EXPECT_EQ(request.thinking_json, R"({"type":"adaptive"})");
  EXPECT_EQ(request.reasoning_effort, "max");
  ASSERT_TRUE(request.response_format);
  EXPECT_EQ(request.response_format->schema_json, R"({"type":"object"})");
  const std::string newer = R"({"effort":"low","task_budget":{"total":1}})";
  EXPECT_THAT(read(kHi + R"(,"output_config":)" + newer).other,
              ElementsAre(Pair("output_config", newer)));
}

TEST(ReadMessages, SaysWhatIsWrong) {
  EXPECT_EQ(refusal(R"({"model":"m","messages":[{"role":"user","content":"Hi"}]})"),
            "`max_tokens` is missing or empty");
  EXPECT_EQ(refusal(R"({"max_tokens":1,"messages":[{"role":"user","content":"Hi"}]})"),
            "`model` is missing or empty");
  EXPECT_EQ(refusal_of(R"("system":"only")"), "`messages` is missing or empty");
  EXPECT_EQ(refusal_of(R"("messages":[{"role":"tool","content":"x"}])"),
            "`messages[0].role` has to be user, assistant or system (byte 48)");
  EXPECT_EQ(refusal_of(R"("messages":[{"role":"user"}])"),
            "`messages[0].content` is missing or empty");
  EXPECT_EQ(refusal_of(user(R"({"type":"text"})")),
            "`messages[0].content[].text` is missing or empty");
  EXPECT_EQ(refusal_of(user(R"({"text":"x"})")),
            "`messages[0].content[].type` is missing or empty");
  EXPECT_EQ(refusal_of(user(R"({"type":"tool_use","id":"a","name":"f","input":{}})")),
            "`messages[0].content[].type` cannot be \"tool_use\" in the content of a user "
            "(byte 74)");
  EXPECT_EQ(refusal_of(R"("messages":[{"role":"user","content":"x","name":"n"}])"),
            "`messages[0].name` is not known here; leave it out (byte 76)");
  EXPECT_EQ(refusal_of(kHi + R"(,"tools":[{"name":"f"}])"),
            "`tools[0].input_schema` is missing or empty");
  EXPECT_EQ(refusal_of(kHi + R"(,"tool_choice":"auto")"),
            "`tool_choice` has to be an object of type \"auto\", \"any\", \"tool\" or \"none\" "
            "(byte 86)");
  EXPECT_EQ(refusal_of(kHi + R"(,"max_tokens":9)"), "`max_tokens` is there twice; write it once");
  EXPECT_EQ(refusal_of(kHi + R"(,"stop_sequences":"x")"),
            "`stop_sequences` has to be an array of strings (byte 89)");
  EXPECT_EQ(refusal_of(kHi + R"(,"system":[{"type":"image"}])"),
            "`system[]` has to be a block of type \"text\" with nothing else in it than "
            "`cache_control` (byte 82)");
}

// A conversation with everything in it that other dialects have, too.
const std::string kConversation =
    R"("system":[{"type":"text","text":"S","cache_control":{"type":"ephemeral"}}],)"
    R"("messages":[{"role":"user","content":[{"type":"text","text":"look"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"QQ=="}}]},)"
    R"({"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"text","text":"I ask"},)"
    R"({"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1}},{"type":"tool_use","id":"toolu_2","name":"f","input":{}}]},)"
    R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"1","cache_control":{"type":"ephemeral","ttl":"1h"}},)"
    R"({"type":"tool_result","tool_use_id":"toolu_2","content":"no","is_error":true},{"type":"text","text":"so?"}]}],)"
    R"("stop_sequences":["x"],"metadata":{"user_id":"u"},)"
    R"("tools":[{"name":"f","description":"d","input_schema":{"type":"object"},"cache_control":{"type":"ephemeral"},"eager_input_streaming":true}],)"
    R"("tool_choice":{"type":"auto","disable_parallel_tool_use":true},"service_tier":"standard_only")";

TEST(MessagesToAnthropic, ChangesNothing) {
  // As Vertex and InvokeModel get it, with their own head.
  EXPECT_EQ(sent(kAnthropic, kConversation),
            R"({"model":"claude-sonnet-4-5","max_tokens":9,)" + kConversation + "}");
  const std::string bare =
      R"("messages":[{"role":"user","content":[{"type":"document","source":{"type":"url","url":"u"}}]}],)"
      R"("thinking":{"type":"enabled","budget_tokens":1024},"tools":[{"type":"bash_20250124","name":"bash"}],)"
      R"("output_config":{"effort":"low"},"context_management":{"edits":[]})";
  EXPECT_EQ(sent(kAnthropic, bare), R"({"model":"claude-sonnet-4-5","max_tokens":9,)" + bare + "}");
}

TEST(MessagesToOpenAi, CarriesAWholeConversation) {
  EXPECT_EQ(
      sent(kOpenAi, kConversation),
      R"({"model":"claude-sonnet-4-5","messages":[{"role":"system","content":"S"},)"
      R"({"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,QQ=="}}]},)"
      R"({"role":"assistant","content":"I ask","tool_calls":[{"id":"toolu_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},)"
      R"({"id":"toolu_2","type":"function","function":{"name":"f","arguments":"{}"}}]},)"
      R"({"role":"tool","tool_call_id":"toolu_1","content":"1"},{"role":"tool","tool_call_id":"toolu_2","content":"no"},{"role":"user","content":"so?"}],)"
      R"("max_completion_tokens":9,"stop":["x"],)"
      R"("tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}}],)"
      R"("parallel_tool_calls":false,"tool_choice":"auto","user":"u","service_tier":"default"})");
}

TEST(MessagesToOpenAi, PutsABudgetIntoAWord) {
  const auto effort = [](const std::string& thinking) {
    return sent(kOpenAi, kHi + R"(,"thinking":)" + thinking);
  };
  EXPECT_TRUE(effort(R"({"type":"enabled","budget_tokens":2000})")
                  .ends_with(R"("reasoning_effort":"low"})"));
  EXPECT_TRUE(effort(R"({"type":"enabled","budget_tokens":10000})")
                  .ends_with(R"("reasoning_effort":"high"})"));
  EXPECT_FALSE(effort(R"({"type":"disabled"})").contains("reasoning_effort"));
  EXPECT_TRUE(
      sent(kOpenAi, kHi + R"(,"thinking":{"type":"adaptive"},"output_config":{"effort":"medium"})")
          .ends_with(R"("reasoning_effort":"medium"})"));
}

TEST(MessagesToOpenAi, RefusesWhatOnlyAnthropicHas) {
  const std::string content =
      "`messages`: a part of type \"search_result\" cannot be sent to P; leave it out, or send "
      "what "
      "it holds as text, image or document";
  const std::string found = R"({"type":"search_result","source":"u"})";
  EXPECT_EQ(sent(kOpenAi, user(found)), content);
  EXPECT_EQ(sent(kOpenAi, user(found), true), content) << "content is never dropped";
  EXPECT_EQ(
      sent(kOpenAi, user(R"({"type":"tool_result","tool_use_id":"a","content":[)" + found + "]}")),
      content);
  EXPECT_EQ(
      sent(
          kOpenAi,
          kHi +
              R"(,"top_k":5,"container":"c","tools":[{"name":"f","input_schema":{},"input_examples":[{}]},{"type":"bash_1","name":"bash"}])"),
      "`top_k`, `tools[].input_examples`, `tools` (one that only its own provider has), "
      "`container` "
      "cannot be sent to P (claude-sonnet-4-5); leave them out, or set `drop_params: true` for "
      "this deployment");
}

TEST(MessagesToOthers, SayNothingAboutToolsWhereNoneIsLeft) {
  const auto tools =
      kHi +
      R"(,"tools":[{"type":"bash_20250124","name":"bash"}],"tool_choice":{"type":"any","disable_parallel_tool_use":true})";
  for (const auto dialect : {kOpenAi, kConverse}) {
    EXPECT_TRUE(sent(dialect, tools).contains("`tools` (only such as their own provider has)"));
    EXPECT_FALSE(sent(dialect, tools, true).contains("tool"));
    auto automatic = tools;
    automatic.replace(automatic.find("any"), 3, "auto");
    EXPECT_FALSE(sent(dialect, automatic, true).contains("tool"));
  }
}

TEST(MessagesToOpenAi, FitsLongToolNamesAndFindsThemAgain) {
  const std::string name(100, 'n');
  const auto request = read(kHi + R"(,"tools":[{"name":")" + name + R"(","input_schema":{}}])");
  const auto names = name_map_of(kOpenAi, request);
  ASSERT_EQ(names.size(), 1U);
  EXPECT_EQ(names[0].first.size(), 64U);
  const auto body =
      sent(kOpenAi,
           R"("messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":")" +
               name + R"(","input":{}}]}],"tools":[{"name":")" + name +
               R"(","input_schema":{}}],"tool_choice":{"type":"tool","name":")" + name + R"("})");
  EXPECT_FALSE(body.contains(name));
  EXPECT_EQ(client_tool_name(names, names[0].first), name);
}

TEST(MessagesToConverse, CarriesAWholeConversation) {
  EXPECT_EQ(
      sent(kConverse, kConversation),
      R"({"messages":[{"role":"user","content":[{"text":"look"},{"image":{"format":"png","source":{"bytes":"QQ=="}}}]},)"
      R"({"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"t","signature":"s"}}},{"text":"I ask"},)"
      R"({"toolUse":{"toolUseId":"toolu_1","name":"f","input":{"a":1}}},{"toolUse":{"toolUseId":"toolu_2","name":"f","input":{}}}]},)"
      R"({"role":"user","content":[{"toolResult":{"toolUseId":"toolu_1","content":[{"text":"1"}]}},{"cachePoint":{"type":"default","ttl":"1h"}},)"
      R"({"toolResult":{"toolUseId":"toolu_2","content":[{"text":"no"}],"status":"error"}},{"text":"so?"}]}],)"
      R"("system":[{"text":"S"},{"cachePoint":{"type":"default"}}],)"
      R"("inferenceConfig":{"maxTokens":9,"stopSequences":["x"]},)"
      R"("toolConfig":{"tools":[{"toolSpec":{"name":"f","description":"d","inputSchema":{"json":{"type":"object"}}}},{"cachePoint":{"type":"default"}}],"toolChoice":{"auto":{}}},)"
      R"("additionalModelRequestFields":{"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}})");
}

}  // namespace
}  // namespace meridian
