#include "cloud/ask.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace meridian {
namespace {

using ::testing::HasSubstr;

std::string refusal(CloudOperation operation, Provider provider, std::string_view body) {
  const auto ask = read_ask({.operation = operation, .provider = provider}, body);
  return ask ? std::string("taken") : ask.error().message;
}

std::string converse(std::string_view body) {
  return refusal(CloudOperation::Converse, Provider::Bedrock, body);
}

std::string messages(std::string_view body, Provider provider = Provider::Anthropic) {
  return refusal(provider == Provider::Bedrock ? CloudOperation::Invoke : CloudOperation::Messages,
                 provider,
                 body);
}

std::string chat(std::string_view body, Provider provider = Provider::OpenAi) {
  return refusal(CloudOperation::Chat, provider, body);
}

std::string responses(std::string_view body) {
  return refusal(CloudOperation::Responses, Provider::OpenAi, body);
}

TEST(ReadResponses, WantsAnOutputForEveryCallAndACallForEveryOutput) {
  const std::string call = R"({"type":"function_call","call_id":"c","name":"f","arguments":"{}"})";
  const std::string output = R"({"type":"function_call_output","call_id":"c","output":"1"})";
  EXPECT_EQ(responses(R"({"model":"m","input":[)" + call + "," + output + "]}"), "taken");
  EXPECT_EQ(responses(R"({"model":"m","input":[)" + call + "]}"),
            "No tool output found for function call c.");
  EXPECT_EQ(responses(R"({"model":"m","input":[)" + output + "]}"),
            "No tool call found for function call output with call_id c.");
}

TEST(ReadResponses, ReadsNoThoughtButOpenAis) {
  const auto thought = [](const std::string& sealed) {
    return R"({"model":"m","input":[{"role":"user","content":"a"},{"type":"reasoning","id":"rs","summary":[],"encrypted_content":")" +
           sealed + R"("}]})";
  };
  EXPECT_EQ(responses(thought("gAAAAB")), "taken");
  EXPECT_EQ(responses(thought("other")),
            "The encrypted content for item rs could not be verified.");
}

TEST(ReadResponses, KnowsItsFieldsAndStoresNothing) {
  EXPECT_EQ(responses(R"({"model":"m","input":"a","stop":"x"})"), "Unknown parameter: 'stop'.");
  EXPECT_EQ(responses(R"({"model":"m","input":"a","previous_response_id":"resp_1"})"),
            "Previous response with id 'resp_1' not found.");
}

TEST(ReadConverse, WantsADocumentToHaveAPlainNameAndAWordBesideIt) {
  const auto turn = [](const std::string& name, const std::string& more) {
    return R"({"messages":[{"role":"user","content":[{"document":{"format":"pdf","name":")" + name +
           R"(","source":{"bytes":"QQ=="}}})" + more + "]}]}";
  };
  EXPECT_EQ(converse(turn("a report (1)", R"(,{"text":"Read"})")), "taken");
  EXPECT_THAT(converse(turn("a.pdf", R"(,{"text":"Read"})")), HasSubstr("can only contain"));
  EXPECT_THAT(converse(turn("a  b", R"(,{"text":"Read"})")), HasSubstr("can only contain"));
  EXPECT_THAT(converse(turn("a", "")), HasSubstr("holds a document and no text"));
}

TEST(ReadConverse, TakesASchemaInAString) {
  const auto ask = read_ask(
      {.operation = CloudOperation::Converse, .provider = Provider::Bedrock},
      R"({"messages":[{"role":"user","content":[{"text":"a"}]}],"outputConfig":{"textFormat":{"type":"json_schema",)"
      R"("structure":{"jsonSchema":{"name":"n","schema":"{\"type\":\"object\"}"}}}}})");
  ASSERT_TRUE(ask);
  EXPECT_TRUE(ask->wants_json);
  EXPECT_TRUE(ask->json_schema.is_object());
}

std::string of_model(CloudOperation operation,
                     Provider provider,
                     std::string_view model,
                     std::string_view body) {
  const auto ask = read_ask({.operation = operation, .provider = provider, .model = model}, body);
  return ask ? std::string("taken") : ask.error().message;
}

TEST(ReadEmbeddings, HoldsEachProviderToItsOwnBody) {
  const auto titan = [](std::string_view body) {
    return of_model(
        CloudOperation::Invoke, Provider::Bedrock, "amazon.titan-embed-text-v2:0", body);
  };
  EXPECT_EQ(titan(R"({"inputText":"a","dimensions":256})"), "taken");
  EXPECT_THAT(titan(R"({"inputText":"a","dimensions":300})"), HasSubstr("not a valid enum value"));
  EXPECT_THAT(titan(R"({"texts":["a"]})"), HasSubstr("extraneous key [texts]"));
  const auto cohere = [](std::string_view body) {
    return of_model(CloudOperation::Invoke, Provider::Bedrock, "cohere.embed-english-v3", body);
  };
  EXPECT_EQ(cohere(R"({"texts":["a"],"input_type":"search_query"})"), "taken");
  EXPECT_THAT(cohere(R"({"texts":["a"]})"), HasSubstr("required key [input_type]"));
  EXPECT_THAT(cohere(R"({"texts":["a"],"input_type":"x","output_dimension":256})"),
              HasSubstr("extraneous key"));
  const auto vertex = [](std::string_view model, std::string_view body) {
    return of_model(CloudOperation::Predict, Provider::Vertex, model, body);
  };
  constexpr std::string_view kTwo = R"({"instances":[{"content":"a"},{"content":"b"}]})";
  EXPECT_EQ(vertex("text-embedding-005", kTwo), "taken");
  EXPECT_THAT(vertex("gemini-embedding-001", kTwo), HasSubstr("1 instance(s) is allowed"));
  const auto gemini = [](std::string_view body) {
    return of_model(
        CloudOperation::BatchEmbedContents, Provider::Gemini, "gemini-embedding-001", body);
  };
  EXPECT_EQ(
      gemini(
          R"({"requests":[{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"a"}]}}]})"),
      "taken");
  EXPECT_THAT(gemini(R"({"requests":[{"model":"models/other"}]})"), HasSubstr("model"));
}

TEST(ReadCounts, KnowClaudeByItsOwnName) {
  constexpr std::string_view kBody =
      R"({"input":{"converse":{"messages":[{"role":"user","content":[{"text":"a"}]}]}}})";
  const auto count = [](std::string_view model, std::string_view body) {
    return of_model(CloudOperation::BedrockCountTokens, Provider::Bedrock, model, body);
  };
  EXPECT_EQ(count("anthropic.claude-sonnet-4-6", kBody), "taken");
  for (const auto* model : {"us.anthropic.claude-sonnet-4-6", "amazon.nova-pro-v1:0"}) {
    EXPECT_EQ(count(model, kBody), "The provided model doesn't support counting tokens.");
  }
}

TEST(ReadConverse, WantsRolesToAlternate) {
  EXPECT_EQ(
      converse(
          R"({"messages":[{"role":"user","content":[{"text":"a"}]},{"role":"user","content":[{"text":"b"}]}]})"),
      "A conversation must alternate between user and assistant roles. Make sure the conversation "
      "alternates between user and assistant roles and try again.");
}

TEST(ReadConverse, WantsAUserToBegin) {
  EXPECT_EQ(
      converse(R"({"messages":[{"role":"assistant","content":[{"text":"a"}]}]})"),
      "A conversation must start with a user message. Try again with a conversation that starts "
      "with a user message.");
}

TEST(ReadConverse, RefusesBlankText) {
  EXPECT_EQ(
      converse(R"({"messages":[{"role":"user","content":[{"text":" \n"}]}]})"),
      "The text field in the ContentBlock object at messages.0.content.0 is blank. Add text to the "
      "text field, and try again.");
}

TEST(ReadConverse, WantsAResultForEveryToolUse) {
  EXPECT_EQ(
      converse(
          R"({"toolConfig":{"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{}}}}]},"messages":[
      {"role":"user","content":[{"text":"a"}]},
      {"role":"assistant","content":[{"toolUse":{"toolUseId":"1","name":"f","input":{}}}]},
      {"role":"user","content":[{"text":"b"}]}]})"),
      "Expected toolResult blocks at messages.2.content for all of the toolUse blocks before it.");
}

TEST(ReadConverse, WantsToolsWhereTheHistorySpeaksOfThem) {
  EXPECT_EQ(
      converse(R"({"messages":[{"role":"user","content":[{"text":"a"}]},
      {"role":"assistant","content":[{"toolUse":{"toolUseId":"1","name":"f","input":{}}}]},
      {"role":"user","content":[{"toolResult":{"toolUseId":"1","content":[{"text":"x"}]}}]}]})"),
      "The toolConfig field must be defined when using toolUse and toolResult content blocks.");
}

TEST(ReadConverse, RefusesTemperaturesAboveOne) {
  EXPECT_EQ(
      converse(
          R"({"messages":[{"role":"user","content":[{"text":"a"}]}],"inferenceConfig":{"temperature":1.5}})"),
      "1 validation error detected: Value at 'inferenceConfig.temperature' failed to satisfy "
      "constraint: Member must have value between 0 and 1");
}

TEST(ReadConverse, TakesTheLastUsersWordsAndTheLimit) {
  const auto ask = read_ask(
      {.operation = CloudOperation::ConverseStream, .provider = Provider::Bedrock},
      R"({"system":[{"text":"be brief"}],"messages":[{"role":"user","content":[{"text":"one"}]},
      {"role":"assistant","content":[{"text":"two"}]},{"role":"user","content":[{"text":"three"}]}],
      "inferenceConfig":{"maxTokens":7}})");
  ASSERT_TRUE(ask.has_value());
  EXPECT_EQ(ask->last_words, "three");
  EXPECT_EQ(ask->tokens_max, 7);
  EXPECT_EQ(ask->prompt_bytes, 8U + 3 + 3 + 5);
  EXPECT_TRUE(ask->stream);
}

TEST(ReadMessages, WantsMaxTokens) {
  EXPECT_EQ(messages(R"({"model":"m","messages":[{"role":"user","content":"a"}]})"),
            "max_tokens: Field required");
}

TEST(ReadMessages, WantsItsVersionInTheBodyOnBedrock) {
  EXPECT_EQ(
      messages(R"({"max_tokens":5,"messages":[{"role":"user","content":"a"}]})", Provider::Bedrock),
      "anthropic_version: Field required");
}

TEST(ReadMessages, WantsNoModelInTheBodyOnBedrock) {
  EXPECT_EQ(
      messages(
          R"({"model":"m","anthropic_version":"bedrock-2023-05-31","max_tokens":5,"messages":[{"role":"user","content":"a"}]})",
          Provider::Bedrock),
      "model: Extra inputs are not permitted");
}

TEST(ReadMessages, TakesTheNewVersionOnlyForModelsThatHaveIt) {
  constexpr std::string_view kBody =
      R"({"anthropic_version":"2026-10-21","max_tokens":5,"messages":[{"role":"user","content":"a"}]})";
  const auto with = [&](std::string_view model) {
    const auto ask = read_ask(
        {.operation = CloudOperation::Invoke, .provider = Provider::Bedrock, .model = model},
        kBody);
    return ask ? std::string("taken") : ask.error().message;
  };
  EXPECT_EQ(with("us.anthropic.claude-opus-4-7"), "taken");
  EXPECT_EQ(with("anthropic.claude-3-5-sonnet-20241022-v2:0"),
            "anthropic_version: \"2026-10-21\" is not supported by "
            "anthropic.claude-3-5-sonnet-20241022-v2:0; use \"bedrock-2023-05-31\"");
}

TEST(ReadMessages, TakesNoSamplingUnderTheNewVersion) {
  const auto ask = read_ask(
      {.operation = CloudOperation::Messages,
       .provider = Provider::Anthropic,
       .version = "2026-10-21"},
      R"({"model":"m","max_tokens":5,"temperature":0.5,"messages":[{"role":"user","content":"a"}]})");
  EXPECT_EQ(ask.error().message, "temperature: Extra inputs are not permitted");
}

TEST(ReadMessages, RefusesEmptyText) {
  EXPECT_EQ(
      messages(
          R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":[{"type":"text","text":""}]}]})"),
      "messages: text content blocks must be non-empty");
}

TEST(ReadMessages, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(
      messages(R"({"model":"m","max_tokens":5,"n":2,"messages":[{"role":"user","content":"a"}]})"),
      "n: Extra inputs are not permitted");
}

TEST(ReadChat, WantsAModelExceptOnAzure) {
  constexpr std::string_view kBody = R"({"messages":[{"role":"user","content":"a"}]})";
  EXPECT_EQ(chat(kBody), "you must provide a model parameter");
  EXPECT_EQ(chat(kBody, Provider::Azure), "taken");
}

TEST(ReadChat, RefusesAnUnknownArgumentWhereOpenAiDoes) {
  constexpr std::string_view kBody =
      R"({"model":"m","wheather":1,"messages":[{"role":"user","content":"a"}]})";
  EXPECT_EQ(chat(kBody), "Unrecognized request argument supplied: wheather");
  EXPECT_EQ(chat(kBody, Provider::Compatible), "taken");
}

TEST(ReadChat, WantsToolMessagesBehindTheirCalls) {
  EXPECT_EQ(chat(R"({"model":"m","messages":[{"role":"tool","tool_call_id":"1","content":"x"}]})"),
            "Invalid parameter: messages with role 'tool' must be a response to a preceeding "
            "message with "
            "'tool_calls'.");
}

TEST(ReadChat, AllowsStreamOptionsOnlyForStreams) {
  EXPECT_EQ(
      chat(
          R"({"model":"m","stream_options":{"include_usage":true},"messages":[{"role":"user","content":"a"}]})"),
      "The 'stream_options' parameter is only allowed when 'stream' is enabled.");
}

TEST(ReadGenerate, RefusesUnknownFields) {
  EXPECT_EQ(refusal(CloudOperation::Generate,
                    Provider::Vertex,
                    R"({"contents":[{"role":"user","parts":[{"text":"a"}]}],"messages":[]})"),
            "Invalid JSON payload received. Unknown name \"messages\": Cannot find field.");
}

TEST(ReadGenerate, TakesBothSpellings) {
  const auto ask = read_ask(
      {.operation = CloudOperation::Generate, .provider = Provider::Vertex},
      R"({"contents":[{"parts":[{"text":"a"}]}],"generation_config":{"max_output_tokens":9}})");
  ASSERT_TRUE(ask.has_value());
  EXPECT_EQ(ask->tokens_max, 9);
}

TEST(ReadAsk, RefusesWhatIsNotAnObject) {
  for (const std::string_view body : {"", "{", "[]", "\"x\"", "{\"a\":tru}", "\xff"}) {
    EXPECT_NE(chat(body), "taken") << body;
    EXPECT_NE(converse(body), "taken") << body;
  }
}

TEST(ReadAsk, SurvivesDeepNesting) {
  const std::string deep = R"({"model":"m","messages":)" + std::string(100'000, '[');
  EXPECT_NE(chat(deep), "taken");
}

}  // namespace
}  // namespace meridian
