#include "wire/sse.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace meridian {
namespace {

std::string read(SseReader& reader, std::string_view bytes, std::size_t piece) {
  std::string seen;
  SseEvent event;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const std::string copy(bytes.substr(at, piece));
    reader.feed(copy);
    while (reader.next(event)) {
      seen += "<" + std::string(event.name) + "|" + std::string(event.data) + ">";
    }
  }
  return seen;
}

std::string read(std::string_view bytes, std::size_t piece = 1000) {
  SseReader reader;
  return read(reader, bytes, piece);
}

TEST(Sse, ReadsEventsWithNamesAndLines) {
  EXPECT_EQ(read("event: a\ndata: 1\n\ndata:2\ndata\ndata:  3\n\n: ping\n\nevent:x\n\n"),
            "<a|1><|2\n\n 3><x|>");
}

TEST(Sse, EndsLinesAtLfCrAndCrlfOnly) {
  EXPECT_EQ(read("data: 1\r\n\r\ndata: 2\r\rdata: 3\n\ndata: a\u2028b\u0085c\n\n"),
            "<|1><|2><|3><|a\u2028b\u0085c>");
}

TEST(Sse, DoesNotCareWhereTheBytesAreCut) {
  const std::string bytes =
      "\xEF\xBB\xBF"
      "event: one\r\ndata: {\"a\":\"\u00e9\U0001F600\"}\r\n\r\n: comment\r\n\r\ndata: x\rdata: "
      "y\r\r"
      "id: 7\nretry: 3\ndata: z\n\ndata:\n\n";
  const auto whole = read(bytes);
  EXPECT_EQ(whole, "<one|{\"a\":\"\u00e9\U0001F600\"}><|x\ny><|z><|>");
  for (std::size_t piece = 1; piece < bytes.size(); ++piece) {
    EXPECT_EQ(read(bytes, piece), whole) << piece;
  }
}

TEST(Sse, TellsWhereAnEventLies) {
  SseReader reader;
  SseEvent event;
  reader.feed("data: 1\n\n: comment\n\nid: 5\ndata: 2\n\n: c\nda");
  ASSERT_TRUE(reader.next(event));
  EXPECT_EQ(reader.event_begin(), 0U);
  EXPECT_EQ(reader.event_end(), 9U);
  ASSERT_TRUE(reader.next(event));
  EXPECT_EQ(reader.event_begin(), 20U) << "the comment is not part of it";
  EXPECT_EQ(reader.event_end(), 35U);
  ASSERT_FALSE(reader.next(event));
  EXPECT_TRUE(reader.unfinished());
  EXPECT_EQ(reader.rest_begin(), 39U);
  reader.feed("ta: 3\n\n");
  ASSERT_TRUE(reader.next(event));
  EXPECT_EQ(event.data, "3");
  EXPECT_EQ(reader.event_begin(), 0U);
  EXPECT_EQ(reader.event_end(), 7U);
  EXPECT_FALSE(reader.unfinished());
}

TEST(Sse, GivesTheLastEventWithoutItsBlankLine) {
  for (const std::string_view bytes : {"data: 1\n\ndata: last", "data: 1\n\ndata: last\n"}) {
    SseReader reader;
    EXPECT_EQ(read(reader, bytes, 1000), "<|1>");
    SseEvent event;
    ASSERT_TRUE(reader.last(event));
    EXPECT_EQ(event.data, "last");
    EXPECT_FALSE(reader.last(event));
  }
}

TEST(Sse, StopsAtAnEventThatIsTooLarge) {
  for (const std::string& text :
       {"data: " + std::string(200, 'x'),
        "data: " + std::string(60, 'x') + "\ndata: " + std::string(60, 'x')}) {
    SseReader reader(100);
    EXPECT_EQ(read(reader, text, 7), "");
    EXPECT_TRUE(reader.overflowed());
    EXPECT_EQ(read(reader, "\n\ndata: 1\n\n", 100), "");
  }
}

}  // namespace
}  // namespace meridian
