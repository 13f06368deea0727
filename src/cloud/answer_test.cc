#include "cloud/answer.h"

#include <numeric>

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace meridian {
namespace {

std::string text_of(const CloudAnswer& answer) {
  return std::accumulate(answer.pieces.begin(), answer.pieces.end(), std::string());
}

CloudAsk ask(std::string words) {
  CloudAsk made;
  made.last_words = std::move(words);
  made.messages = 1;
  return made;
}

CloudAsk with_tool(std::string words) {
  auto made = ask(std::move(words));
  made.tools.push_back(
      {"weather",
       boost::json::parse(
           R"({"type":"object","properties":{"city":{"type":"string"}},"required":["city"]})")});
  return made;
}

TEST(MakeAnswer, NamesTheRegionFirst) {
  EXPECT_TRUE(
      text_of(make_answer(ask("hi"), "us-west-2", 7)).starts_with("Hello from us-west-2. "));
}

TEST(MakeAnswer, IsTheSameForTheSameRequest) {
  EXPECT_EQ(text_of(make_answer(ask("hi"), "us-west-2", 7)),
            text_of(make_answer(ask("hi"), "us-west-2", 7)));
  EXPECT_NE(text_of(make_answer(ask("hi"), "us-west-2", 7)),
            text_of(make_answer(ask("hi"), "us-west-2", 8)));
}

TEST(MakeAnswer, StopsAtTheLimitAndSaysSo) {
  auto limited = ask("hi");
  limited.tokens_max = 5;
  const auto answer = make_answer(limited, "r", 1);
  EXPECT_EQ(answer.tokens_out, 5);
  EXPECT_EQ(answer.stop, StopCause::Length);
}

TEST(MakeAnswer, IsAsLongAsTheMessageAsksFor) {
  EXPECT_EQ(make_answer(ask("Write 200 words about rain."), "r", 1).tokens_out, 200);
}

TEST(MakeAnswer, CallsAToolWhenAskedTo) {
  const auto answer = make_answer(with_tool("Please use the tool."), "r", 1);
  EXPECT_EQ(answer.stop, StopCause::ToolCall);
  EXPECT_EQ(answer.call.value().arguments, R"({"city":"example"})");
}

TEST(MakeAnswer, CallsAToolWhenMadeTo) {
  auto forced = with_tool("hi");
  forced.wish = ToolWish::Any;
  EXPECT_EQ(make_answer(forced, "r", 1).call.value().name, "weather");
}

TEST(MakeAnswer, SpeaksAfterTheToolHasAnswered) {
  auto after = with_tool("use the tool");
  after.after_tool = true;
  EXPECT_FALSE(make_answer(after, "r", 1).call.has_value());
}

TEST(MakeAnswer, CallsNoToolWhereNoneIsAllowed) {
  auto none = with_tool("use the tool");
  none.wish = ToolWish::None;
  EXPECT_FALSE(make_answer(none, "r", 1).call.has_value());
}

TEST(MakeAnswer, IsJsonWhereJsonIsWanted) {
  auto wanting = ask("hi");
  wanting.wants_json = true;
  EXPECT_TRUE(boost::json::parse(text_of(make_answer(wanting, "r", 1))).is_object());
}

TEST(MakeAnswer, CountsFourBytesAToken) {
  auto counted = ask("hi");
  counted.prompt_bytes = 401;
  EXPECT_EQ(make_answer(counted, "r", 1).tokens_in, 101 + 3);
}

}  // namespace
}  // namespace meridian
