#include "telemetry/plain_text.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace meridian {

namespace {

constexpr std::size_t kPlenty = 256;

std::string logfmt(std::string_view text, std::size_t bytes_max = kPlenty) {
  std::string out;
  append_logfmt_value(out, text, bytes_max);
  return out;
}

std::string json(std::string_view text, std::size_t bytes_max = kPlenty) {
  std::string out;
  append_json_string(out, text, bytes_max);
  return out;
}

TEST(LogfmtValue, LeavesPlainWordsAlone) {
  EXPECT_EQ(logfmt("bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0"),
            "bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0");
}

TEST(LogfmtValue, QuotesWhatAReaderWouldSplit) {
  EXPECT_EQ(logfmt("two words"), R"("two words")");
  EXPECT_EQ(logfmt("a=b"), R"("a=b")");
  EXPECT_EQ(logfmt(""), R"("")");
}

TEST(LogfmtValue, EscapesQuotesAndBackslashes) {
  EXPECT_EQ(logfmt(R"(say "hi" \ bye)"), R"("say \"hi\" \\ bye")");
}

TEST(LogfmtValue, KeepsAForgedLineInsideItsQuotes) {
  EXPECT_EQ(logfmt("gpt\nts=2026 event=request outcome=answered"),
            R"("gpt\nts=2026 event=request outcome=answered")");
}

TEST(LogfmtValue, DisarmsTerminalSequences) {
  EXPECT_EQ(logfmt("\x1b[2Jgone"), R"("\u{1b}[2Jgone")");
  EXPECT_EQ(logfmt("\xC2\x9B"
                   "2J"),
            R"("\u{9b}2J")");  // The same sequence, in one character.
}

TEST(LogfmtValue, DisarmsWritingDirection) {
  EXPECT_EQ(logfmt("\xE2\x80\xAE"
                   "abc"),
            R"("\u{202e}abc")");
}

TEST(LogfmtValue, KeepsLetters) {
  EXPECT_EQ(logfmt("Zürich 東京"), R"("Zürich 東京")");
}

TEST(LogfmtValue, ShowsBytesThatAreNotUtf8) {
  EXPECT_EQ(logfmt("a\xFF\x80z"), R"("a\xff\x80z")");
  EXPECT_EQ(logfmt("\xC0\xAF"), R"("\xc0\xaf")");          // Overlong.
  EXPECT_EQ(logfmt("\xED\xA0\x80"), R"("\xed\xa0\x80")");  // Half of a surrogate pair.
  EXPECT_EQ(logfmt("\xE2\x82"), R"("\xe2\x82")");          // Broken off.
}

TEST(LogfmtValue, IsCutAtAWholeCharacter) {
  EXPECT_EQ(logfmt("abcdefgh", 4), R"("abcd...")");
  EXPECT_EQ(logfmt("ab\xC3\xBC"
                   "c",
                   3),
            R"("ab...")");
}

TEST(JsonString, EscapesWhatJsonMust) {
  EXPECT_EQ(json("a\"b\\c\n\x01\x7F"), R"("a\"b\\c\n\u0001\u007f")");
}

TEST(JsonString, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(json("a\xFFz"), "\"a\xEF\xBF\xBDz\"");
}

TEST(JsonString, IsCutAtAWholeCharacter) {
  EXPECT_EQ(json("\xF0\x9F\x98\x80\xF0\x9F\x98\x80", 6), "\"\xF0\x9F\x98\x80...\"");
}

TEST(SafeLabel, ReplacesWhatPrometheusWouldRefuse) {
  EXPECT_EQ(safe_label("us\xFFwest\n"), "us\xEF\xBF\xBDwest\xEF\xBF\xBD");
}

TEST(SafeLabel, IsBounded) {
  EXPECT_EQ(safe_label(std::string(1000, 'x'), 10), "xxxxxxxxxx...");
}

}  // namespace

}  // namespace meridian
