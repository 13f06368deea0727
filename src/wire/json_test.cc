#include "wire/json.h"

#include <string>

#include <gtest/gtest.h>

#include "wire/json_writer.h"

namespace meridian {
namespace {

std::string verdict(std::string_view text) {
  JsonParser parser;
  const auto value = parser.parse(text);
  return value ? "valid" : to_text(value.error());
}

TEST(Json, AcceptsWhatTheGrammarHas) {
  for (const auto* text : {"{}",
                           "[]",
                           " [ 1 , -2.5e+3 , true , false , null , \"\" ] ",
                           R"({"a":{"b":[{}]},"c":"\u00e9"})",
                           "0",
                           "\"x\"",
                           "-0.0"}) {
    EXPECT_EQ(verdict(text), "valid") << text;
  }
}

TEST(Json, NamesWhatIsWrongAndWhere) {
  EXPECT_EQ(verdict(""), "byte 0: the text is empty");
  EXPECT_EQ(verdict("  "), "byte 0: the text is empty");
  EXPECT_EQ(verdict("{\"a\":tru}"), "byte 5: a value is missing or is none that JSON knows");
  EXPECT_EQ(verdict("{\"a\":}"), "byte 5: a value is missing or is none that JSON knows");
  EXPECT_EQ(verdict("{\"a\" 1}"), "byte 5: a colon is missing");
  EXPECT_EQ(verdict("{a:1}"), "byte 1: a member's name is missing");
  EXPECT_EQ(verdict("{\"a\":1 \"b\":2}"), "byte 7: a comma or the end of the object is missing");
  EXPECT_EQ(verdict("[1 2]"), "byte 3: a comma or the end of the array is missing");
  EXPECT_EQ(verdict("[1}"), "byte 2: a comma or the end of the array is missing");
  EXPECT_EQ(verdict("{\"a\":[1}"), "byte 7: a comma or the end of the array is missing");
  EXPECT_EQ(verdict("[1,]"), "byte 3: a value is missing or is none that JSON knows");
  EXPECT_EQ(verdict("{} x"), "byte 3: something follows the end of the JSON");
  EXPECT_EQ(verdict("{\"a\":\"b"), "byte 7: a string is not closed");
  EXPECT_EQ(verdict("{\"a\":1"), "byte 6: a comma or the end of the object is missing");
  EXPECT_EQ(verdict("[\"a\nb\"]"), "byte 3: a control character in a string has to be escaped");
  EXPECT_EQ(verdict("[\"ab\xff\"]"), "byte 4: these bytes are not UTF-8");
}

TEST(Json, RefusesNumbersThatAreNone) {
  for (const auto* text : {"01", "1.", ".5", "+1", "1e", "0x1", "-", "1a", "NaN", "truex"}) {
    EXPECT_EQ(verdict(text).substr(0, 6), "byte 0") << text;
  }
}

TEST(Json, IsRefusedWhenItIsDeeperThanFiveHundredAndTwelve) {
  EXPECT_EQ(verdict(std::string(512, '[') + std::string(512, ']')), "valid");
  EXPECT_EQ(verdict(std::string(513, '[') + std::string(513, ']')),
            "byte 512: nested deeper than 512");
  EXPECT_EQ(verdict(std::string(100000, '[')), "byte 512: nested deeper than 512");
}

TEST(Json, LooksUpMembersAndItems) {
  JsonParser parser;
  const auto value =
      *parser.parse(R"({"skip":[{"a":[1,2]},"}"],"b" : { "c" : [ 10 , "x" ] }, "d":null})");
  EXPECT_EQ(value["b"]["c"].raw(), R"([ 10 , "x" ])");
  EXPECT_EQ(value["b"]["c"].size(), 2U);
  EXPECT_EQ((*value["b"]["c"].items().begin()).integer(), 10);
  EXPECT_FALSE(value["d"].given());
  EXPECT_FALSE(value["d"].missing());
  EXPECT_TRUE(value["no"]["such"]["thing"].missing());
  EXPECT_EQ(value["no"].raw(), "");
  std::string names;
  for (const auto& member : value.members()) {
    names += std::string(member.name) + ";";
  }
  EXPECT_EQ(names, "skip;b;d;");
}

TEST(Json, ResolvesEscapes) {
  JsonParser parser;
  const auto value = *parser.parse(R"(["a\n\"\\\/\u0041\u00e9\ud83d\ude00", "\ud83d!", "\ude00"])");
  auto item = value.items().begin();
  EXPECT_EQ((*item).text(), "a\n\"\\/A\u00e9\U0001F600");
  ++item;
  EXPECT_EQ((*item).text(), "\uFFFD!") << "half of a pair stands for nothing";
  ++item;
  EXPECT_EQ((*item).text(), "\uFFFD");
}

TEST(Json, FindsEscapesThatDoNotExist) {
  JsonParser parser;
  ASSERT_TRUE(parser.parse(R"({"a":"\q"})"));
  EXPECT_EQ(to_text(*parser.check_escapes()), "byte 6: this escape does not exist in JSON");
  ASSERT_TRUE(parser.parse(R"({"a":"\u12g4"})"));
  EXPECT_TRUE(parser.check_escapes());
  ASSERT_TRUE(parser.parse(R"({"a":"\\q\u1234"})"));
  EXPECT_FALSE(parser.check_escapes());
}

TEST(Json, ReadsIntegersHoweverTheyAreWritten) {
  JsonParser parser;
  const auto value = *parser.parse(R"([7, 7.0, 7e2, 7.5, 1e300, 99999999999999999999, "7"])");
  std::string read;
  for (const auto item : value.items()) {
    read += item.integer() ? std::to_string(*item.integer()) + " " : "- ";
  }
  EXPECT_EQ(read, "7 7 700 - - - - ");
}

TEST(Json, ReadsNothingBehindTheText) {
  JsonParser parser;
  for (std::size_t length = 1; length <= 200; ++length) {
    // Exactly as long as the text, so that ASan sees one byte too many.
    const std::string text = "[" + std::string(length, '1') + "]";
    const std::vector<char> exact(text.begin(), text.end());
    EXPECT_TRUE(parser.parse({exact.data(), exact.size()}));
  }
}

TEST(JsonWriter, WritesWhatTheParserReads) {
  std::string text;
  for (int c = 1; c < 128; ++c) {
    text.push_back(static_cast<char>(c));
  }
  text += "\u00e9\U0001F600 and \"quotes\" in a longer text \\ with everything";
  std::string out;
  JsonWriter(out)
      .begin_object()
      .key("a")
      .string(text)
      .key("b")
      .real(0.7)
      .key("c")
      .integer(-3)
      .end_object();
  JsonParser parser;
  const auto value = parser.parse(out);
  ASSERT_TRUE(value);
  EXPECT_EQ((*value)["a"].text(), text);
  EXPECT_EQ((*value)["b"].raw(), "0.7");
  EXPECT_EQ((*value)["c"].raw(), "-3");
}

TEST(JsonWriter, PutsCommasWhereTheyBelong) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("a").begin_array().end_array().key("b").begin_array();
  json.integer(1).null().begin_object().end_object().boolean(true).end_array().end_object();
  EXPECT_EQ(out, R"({"a":[],"b":[1,null,{},true]})");
}

}  // namespace
}  // namespace meridian
