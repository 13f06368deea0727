#include "cloud/speak.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace meridian {
namespace {

namespace json = boost::json;

CloudAnswer words() {
  CloudAnswer answer;
  answer.pieces = {"Hello", " \"there\""};
  answer.tokens_in = 5;
  answer.tokens_out = 2;
  answer.id = "0123";
  return answer;
}

CloudAnswer tool_call() {
  CloudAnswer answer;
  answer.call = CloudToolCall{.name = "weather", .arguments = R"({"city":"example"})"};
  answer.stop = StopCause::ToolCall;
  answer.id = "0123";
  return answer;
}

CloudPerformance say(const CloudAnswer& answer,
                     CloudOperation operation,
                     Provider provider,
                     bool stream) {
  return speak({.answer = answer,
                .operation = operation,
                .provider = provider,
                .model = "m",
                .query = "alt=sse",
                .stream = stream,
                .include_usage = true,
                .created = 1'795'000'000,
                .latency_ms = 7,
                .request_id = "id-1"});
}

std::string bytes_of(const CloudPerformance& performance) {
  std::string all;
  for (const auto& beat : performance.beats) {
    all += beat.bytes;
  }
  return all;
}

json::value whole(const CloudAnswer& answer, CloudOperation operation, Provider provider) {
  return json::parse(bytes_of(say(answer, operation, provider, false)));
}

// The JSON of every `data:` line but [DONE].
std::vector<json::value> events(const std::string& sse) {
  std::vector<json::value> found;
  for (std::size_t at = sse.find("data: {"); at != std::string::npos;
       at = sse.find("data: {", at + 1)) {
    const auto end = sse.find_first_of("\r\n", at);
    found.push_back(json::parse(json::string_view(sse).substr(at + 6, end - at - 6)));
  }
  return found;
}

TEST(SpeakChat, IsOneJsonObject) {
  const auto reply = whole(words(), CloudOperation::Chat, Provider::OpenAi);
  EXPECT_EQ(reply.at_pointer("/choices/0/message/content"), "Hello \"there\"");
  EXPECT_EQ(reply.at_pointer("/choices/0/finish_reason"), "stop");
  EXPECT_EQ(reply.at_pointer("/usage/total_tokens"), 7);
}

TEST(SpeakChat, StreamsOnePieceAChunkAndEndsWithUsageAndDone) {
  const auto made = say(words(), CloudOperation::Chat, Provider::OpenAi, true);
  const auto sse = bytes_of(made);
  const auto chunks = events(sse);
  ASSERT_EQ(chunks.size(), 5U);
  EXPECT_EQ(chunks[0].at_pointer("/choices/0/delta/role"), "assistant");
  EXPECT_EQ(chunks[2].at_pointer("/choices/0/delta/content"), " \"there\"");
  EXPECT_TRUE(chunks[2].at_pointer("/usage").is_null());
  EXPECT_EQ(chunks[3].at_pointer("/choices/0/finish_reason"), "stop");
  EXPECT_EQ(chunks[4].at_pointer("/usage/completion_tokens"), 2);
  EXPECT_TRUE(sse.ends_with("data: [DONE]\n\n"));
  EXPECT_EQ(made.tail, 3U);
}

TEST(SpeakChat, BeginsAzuresStreamWithTheFiltersVerdict) {
  const auto chunks = events(bytes_of(say(words(), CloudOperation::Chat, Provider::Azure, true)));
  EXPECT_EQ(chunks[0].at_pointer("/id"), "");
  EXPECT_TRUE(chunks[0].at_pointer("/choices").as_array().empty());
}

TEST(SpeakChat, SendsAToolCallInFragments) {
  std::string arguments;
  for (const auto& chunk :
       events(bytes_of(say(tool_call(), CloudOperation::Chat, Provider::OpenAi, true)))) {
    json::error_code missing;
    if (const auto* part =
            chunk.find_pointer("/choices/0/delta/tool_calls/0/function/arguments", missing)) {
      arguments += part->as_string();
    }
  }
  EXPECT_EQ(arguments, R"({"city":"example"})");
}

TEST(SpeakResponses, IsOneResponse) {
  const auto reply = whole(words(), CloudOperation::Responses, Provider::OpenAi);
  EXPECT_EQ(reply.at_pointer("/output/0/content/0/text"), "Hello \"there\"");
  EXPECT_EQ(reply.at_pointer("/status"), "completed");
  EXPECT_EQ(reply.at_pointer("/usage/total_tokens"), 7);
}

TEST(SpeakResponses, NumbersItsEventsAndEndsWithTheResponse) {
  for (const auto& answer : {words(), tool_call()}) {
    const auto made = say(answer, CloudOperation::Responses, Provider::OpenAi, true);
    const auto sent = events(bytes_of(made));
    for (std::size_t i = 0; i < sent.size(); ++i) {
      EXPECT_EQ(sent[i].at_pointer("/sequence_number"), i);
    }
    EXPECT_EQ(sent.front().at_pointer("/type"), "response.created");
    EXPECT_EQ(sent.back().at_pointer("/type"), "response.completed");
    EXPECT_EQ(sent.back().at_pointer("/response/output").as_array().size(), 1U);
  }
}

TEST(SpeakChat, CompletesText) {
  const auto reply = whole(words(), CloudOperation::Completions, Provider::OpenAi);
  EXPECT_EQ(reply.at_pointer("/choices/0/text"), "Hello \"there\"");
  EXPECT_EQ(reply.at_pointer("/object"), "text_completion");
}

TEST(SpeakMessages, IsAnthropicsJson) {
  const auto reply = whole(words(), CloudOperation::Messages, Provider::Anthropic);
  EXPECT_EQ(reply.at_pointer("/content/0/text"), "Hello \"there\"");
  EXPECT_EQ(reply.at_pointer("/stop_reason"), "end_turn");
  EXPECT_EQ(reply.at_pointer("/id"), "msg_0123");
}

TEST(SpeakMessages, KeepsAnthropicsOrderOfEvents) {
  std::vector<std::string> types;
  for (const auto& event :
       events(bytes_of(say(words(), CloudOperation::Messages, Provider::Anthropic, true)))) {
    types.emplace_back(event.at_pointer("/type").as_string().c_str());
  }
  EXPECT_EQ(types,
            (std::vector<std::string>{"message_start",
                                      "content_block_start",
                                      "ping",
                                      "content_block_delta",
                                      "content_block_delta",
                                      "content_block_stop",
                                      "message_delta",
                                      "message_stop"}));
}

TEST(SpeakMessages, WrapsEventsIntoFramesOnBedrock) {
  const auto made = say(words(), CloudOperation::InvokeStream, Provider::Bedrock, true);
  EXPECT_EQ(made.beats.size(), 8U);
  EXPECT_NE(made.beats[0].bytes.find(R"({"bytes":")"), std::string::npos);
}

TEST(SpeakConverse, IsBedrocksJson) {
  const auto reply = whole(tool_call(), CloudOperation::Converse, Provider::Bedrock);
  EXPECT_EQ(reply.at_pointer("/output/message/content/0/toolUse/input/city"), "example");
  EXPECT_EQ(reply.at_pointer("/stopReason"), "tool_use");
}

TEST(SpeakConverse, SendsTheUsageLast) {
  const auto made = say(words(), CloudOperation::ConverseStream, Provider::Bedrock, true);
  ASSERT_EQ(made.beats.size(),
            6U);  // Start, two pieces, stop of the block, of the message, metadata.
  EXPECT_NE(made.beats[4].bytes.find("messageStop"), std::string::npos);
  EXPECT_NE(made.beats[5].bytes.find(R"("totalTokens":7)"), std::string::npos);
}

TEST(SpeakGenerate, PutsFinishAndUsageIntoTheLastEvent) {
  const auto chunks =
      events(bytes_of(say(words(), CloudOperation::StreamGenerate, Provider::Vertex, true)));
  ASSERT_EQ(chunks.size(), 2U);
  EXPECT_EQ(chunks[1].at_pointer("/candidates/0/finishReason"), "STOP");
  EXPECT_EQ(chunks[1].at_pointer("/usageMetadata/totalTokenCount"), 7);
}

TEST(SpeakGenerate, IsOneArrayWithoutSse) {
  const auto answer = words();
  const auto made = speak({.answer = answer,
                           .operation = CloudOperation::StreamGenerate,
                           .provider = Provider::Vertex,
                           .model = "m",
                           .query = "",
                           .stream = true,
                           .include_usage = false,
                           .created = 0,
                           .latency_ms = 0,
                           .request_id = ""});
  EXPECT_EQ(json::parse(bytes_of(made)).as_array().size(), 2U);
}

TEST(Embeddings, AreVectorsOfLengthOne) {
  const auto reply = json::parse(embeddings_json({.texts = {"a", "b"}, .dimensions = 8}, "e", 4));
  const auto& values = reply.at_pointer("/data/1/embedding").as_array();
  ASSERT_EQ(values.size(), 8U);
  double square = 0;
  for (const auto& value : values) {
    square += value.to_number<double>() * value.to_number<double>();
  }
  EXPECT_NEAR(square, 1, 1e-4);  // Eight values printed to six digits.
}

TEST(Embeddings, AreTheSameForTheSameTextWhereverItIsAsked) {
  using Form = CloudEmbedding::Form;
  const auto made = [](Form form, std::vector<std::string> texts) {
    return json::parse(
        embeddings_json({.form = form, .texts = std::move(texts), .dimensions = 4}, "e", 4));
  };
  const auto vector = made(Form::Titan, {"b"}).at_pointer("/embedding");
  EXPECT_EQ(made(Form::OpenAi, {"a", "b"}).at_pointer("/data/1/embedding"), vector);
  EXPECT_EQ(made(Form::Cohere, {"a", "b"}).at_pointer("/embeddings/1"), vector);
  EXPECT_EQ(made(Form::Predict, {"a", "b"}).at_pointer("/predictions/1/embeddings/values"), vector);
  EXPECT_EQ(made(Form::Batch, {"a", "b"}).at_pointer("/embeddings/1/values"), vector);
}

TEST(Base64, FollowsTheStandardsVectors) {
  EXPECT_EQ(base64_of("f"), "Zg==");
  EXPECT_EQ(base64_of("fo"), "Zm8=");
  EXPECT_EQ(base64_of("foobar"), "Zm9vYmFy");
}

}  // namespace
}  // namespace meridian
