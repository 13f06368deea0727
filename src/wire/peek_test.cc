#include "wire/peek.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace meridian {
namespace {

using ::testing::ElementsAre;

std::string refusal(std::string_view body) {
  Peeker peeker;
  const auto peek = peeker.peek(body, body.size());
  return peek ? "taken" : peek.error().message;
}

TEST(Peek, ReadsWhatRoutingNeeds) {
  Peeker peeker;
  const std::string body =
      R"({"model": "claude", "messages":[{"role":"user","content":"Hi"}], "stream":true,
          "stream_options":{"include_usage":true}, "max_tokens":100, "max_completion_tokens":200,
          "tools":[{"type":"function"}], "user":"u1", "service_tier":"flex",
          "metadata":{"tags":["a"]}, "fallbacks":["b"], "num_retries":1, "timeout":2.5,
          "disable_fallbacks":true, "mock_response":"x", "zzz":null})";
  const auto result = peeker.peek(body, body.size());
  ASSERT_TRUE(result);
  const Peek& peek = **result;
  EXPECT_EQ(peek.model, "claude");
  EXPECT_EQ(peek.model_raw, "\"claude\"");
  EXPECT_TRUE(peek.stream);
  EXPECT_TRUE(peek.include_usage);
  EXPECT_TRUE(peek.has_stream_options);
  EXPECT_EQ(peek.stream_options_raw, R"({"include_usage":true})");
  EXPECT_EQ(peek.output_tokens_max, 200);
  EXPECT_TRUE(peek.tools);
  EXPECT_FALSE(peek.images);
  EXPECT_EQ(peek.user, "u1");
  EXPECT_EQ(peek.service_tier, "flex");
  EXPECT_EQ(peek.metadata_raw, R"({"tags":["a"]})");
  EXPECT_EQ(peek.fallbacks_raw, R"(["b"])");
  EXPECT_EQ(peek.num_retries, 1);
  EXPECT_EQ(peek.timeout_s, 2.5);
  EXPECT_TRUE(peek.disable_fallbacks);
  EXPECT_TRUE(peek.mock_response);
  EXPECT_EQ(peek.messages_bytes, 32U);
  EXPECT_EQ(peek.keys.size(), 16U);
  EXPECT_EQ(peek.keys.back(), "zzz");
}

TEST(Peek, ReadsAnthropicsMessages) {
  Peeker peeker;
  const std::string system = R"([{"type":"text","text":"an \"image\" or \"image\""}])";
  const std::string messages =
      R"([{"role":"user","content":[{"type":"image","source":{"type":"url","url":"u"}}]}])";
  const std::string body = R"({"model":"claude","max_tokens":7,"system":)" + system +
                           R"(,"messages":)" + messages +
                           R"(,"tools":[{"name":"f","input_schema":{}}],"stream":true})";
  const auto result = peeker.peek(body, body.size());
  ASSERT_TRUE(result);
  const Peek& peek = **result;
  EXPECT_EQ(peek.messages_bytes, system.size() + messages.size());
  EXPECT_EQ(peek.output_tokens_max, 7);
  EXPECT_TRUE(peek.images);
  EXPECT_TRUE(peek.tools);
  EXPECT_TRUE(peek.stream);
  EXPECT_FALSE(peek.has_stream_options);
}

TEST(Peek, ReadsResponses) {
  Peeker peeker;
  const std::string body =
      R"({"model":"m","instructions":"Be brief.","input":[{"role":"user","content":[{"type":"input_image"}]}],)"
      R"("max_output_tokens":50,"previous_response_id":"resp_1","conversation":"c"})";
  const auto result = peeker.peek(body, body.size());
  ASSERT_TRUE(result);
  EXPECT_EQ((*result)->messages_bytes,
            std::string(R"("Be brief.")").size() +
                std::string(R"([{"role":"user","content":[{"type":"input_image"}]}])").size());
  EXPECT_TRUE((*result)->images);
  EXPECT_EQ((*result)->output_tokens_max, 50);
  EXPECT_EQ((*result)->stateful, "previous_response_id");
  for (const std::string quiet : {R"("previous_response_id":null)", R"("background":false)"}) {
    const auto other = R"({"model":"m",)" + quiet + "}";
    EXPECT_EQ((*peeker.peek(other, other.size()))->stateful, "");
  }
  const std::string background = R"({"model":"m","background":true})";
  EXPECT_EQ((*peeker.peek(background, background.size()))->stateful, "background");
}

TEST(Peek, ForgetsTheRequestBefore) {
  Peeker peeker;
  const std::string first = R"({"model":"a\/b","stream":true,"user":"u"})";
  ASSERT_TRUE(peeker.peek(first, first.size()));
  const std::string second = R"({"model":"b"})";
  const auto peek = peeker.peek(second, second.size());
  ASSERT_TRUE(peek);
  EXPECT_EQ((*peek)->model, "b");
  EXPECT_FALSE((*peek)->stream);
  EXPECT_EQ((*peek)->user, "");
  EXPECT_THAT((*peek)->keys, ElementsAre("model"));
}

TEST(Peek, UnescapesTheModelAsPhpWritesIt) {
  Peeker peeker;
  const std::string body = R"({"model":"anthropic\/claude"})";
  const auto peek = peeker.peek(body, body.size());
  ASSERT_TRUE(peek);
  EXPECT_EQ((*peek)->model, "anthropic/claude");
  EXPECT_EQ((*peek)->model_raw, R"("anthropic\/claude")");
}

TEST(Peek, SeesImagesInMessagesOnly) {
  Peeker peeker;
  const auto images = [&](const std::string& body) {
    return (*peeker.peek(body, body.size()))->images;
  };
  EXPECT_TRUE(images(
      R"({"model":"m","messages":[{"content":[{"type":"image_url","image_url":{"url":"u"}}]}]})"));
  EXPECT_TRUE(images(R"({"model":"m","messages":[{"content":[{"type":"image","source":{}}]}]})"));
  EXPECT_FALSE(images(R"({"model":"m","messages":[{"content":"say \"image_url\" to me"}]})"));
  EXPECT_FALSE(images(R"({"model":"m","messages":[],"metadata":{"image_url":1}})"));
}

TEST(Peek, NamesTheFirstKeyThatWouldSteerUpstreams) {
  Peeker peeker;
  for (const std::string key :
       {"api_base", "aws_region_name", "vertex_project", "user_config", "base_url"}) {
    const auto body = R"({"model":"m",")" + key + R"(":null,"api_key":"k"})";
    EXPECT_EQ((*peeker.peek(body, body.size()))->forbidden, key);
  }
}

TEST(Peek, SaysWhatIsWrong) {
  EXPECT_EQ(refusal(""), "the body is not valid JSON: byte 0: the text is empty");
  EXPECT_EQ(refusal("[]"), "the body has to be a JSON object");
  EXPECT_EQ(refusal(R"({"model":"m"} x)"),
            "the body is not valid JSON: byte 14: something follows the end of the JSON");
  EXPECT_EQ(refusal(R"({"messages":[]})"),
            R"(`model` is missing; name one, as in {"model": "..."})");
  EXPECT_EQ(refusal(R"({"model":5})"), "`model` has to be a string that is not empty (byte 9)");
  EXPECT_EQ(refusal(R"({"model":null})"), "`model` has to be a string that is not empty (byte 9)");
  EXPECT_EQ(refusal(R"({"model":"m","stream":"yes"})"),
            "`stream` has to be true or false (byte 22)");
  EXPECT_EQ(refusal(R"({"model":"m","max_tokens":-1})"),
            "`max_tokens` has to be a whole number that is not negative (byte 26)");
  EXPECT_EQ(refusal(R"({"model":"m","max_tokens":1e400})"),
            "`max_tokens` has to be a whole number that is not negative (byte 26)");
  EXPECT_EQ(refusal(R"({"model":"m","metadata":"x"})"), "`metadata` has to be an object (byte 24)");
}

TEST(Peek, RefusesFieldsThatAreThereTwice) {
  EXPECT_EQ(refusal(R"({"model":"m","model":"n"})"),
            "`model` is there twice (again at byte 21); write it once");
  EXPECT_EQ(refusal(R"({"model":"m","stream":null,"stream":true})"),
            "`stream` is there twice (again at byte 36); write it once");
  EXPECT_EQ(
      refusal(R"({"model":"m","mod\u0065l":"n"})"),
      "the name \"mod\\u0065l\" before byte 26 is written with escapes; top-level names have to "
      "be plain");
}

TEST(Peek, RefusesHostileNesting) {
  const auto body =
      R"({"model":"m","messages":)" + std::string(10000, '[') + std::string(10000, ']') + "}";
  EXPECT_EQ(refusal(body), "the body is not valid JSON: byte 535: nested deeper than 512");
}

}  // namespace
}  // namespace meridian
