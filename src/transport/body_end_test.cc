#include "transport/body_end.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace meridian {
namespace {

struct Seen {
  std::string payload;
  std::size_t taken = 0;
  bool reached = false;
  bool malformed = false;
};

// Gives the bytes in pieces of `step`, as a socket might.
Seen run(BodyEnd end, std::string_view bytes, std::size_t step) {
  Seen seen;
  while (seen.taken < bytes.size() && !end.reached() && !end.malformed()) {
    const auto piece = bytes.substr(seen.taken, step);
    const auto taken = end.take(piece, [&](std::string_view payload) { seen.payload += payload; });
    seen.taken += taken;
    if (taken < piece.size()) {
      break;
    }
  }
  seen.reached = end.reached();
  seen.malformed = end.malformed();
  return seen;
}

Head chunked() {
  Head head;
  head.status = 200;
  head.chunked = true;
  return head;
}

TEST(BodyEnd, FindsTheEndOfChunksWhereverTheyAreCut) {
  constexpr std::string_view kBody =
      "5\r\nhello\r\n6;name=value\r\n world\r\n0\r\ntrailer: x\r\n\r\n";
  const auto bytes = std::string(kBody) + "HTTP/1.1 200";

  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    const auto seen = run(BodyEnd::of_reply(chunked()), bytes, step);
    EXPECT_TRUE(seen.reached) << step;
    EXPECT_EQ(seen.payload, "hello world") << step;
    EXPECT_EQ(seen.taken, kBody.size()) << step;
  }
}

TEST(BodyEnd, TakesNoMoreThanTheLength) {
  Head head;
  head.status = 200;
  head.content_length = 5;

  const auto seen = run(BodyEnd::of_reply(head), "hello world", 3);

  EXPECT_TRUE(seen.reached);
  EXPECT_EQ(seen.payload, "hello");
}

TEST(BodyEnd, RefusesChunkLinesThatServersReadDifferently) {
  for (const std::string_view bad : {"g\r\n",
                                     "\r\n",
                                     "5\nhello",
                                     "-1\r\n",
                                     "0x5\r\n",
                                     "5\r\nhelloX\n",
                                     "5;a\nb\r\n",
                                     "0\r\na: b\n\r\n",
                                     "0\r\n\n",
                                     "0\r\na: b\rc\r\n",
                                     "fffffffffffffffff\r\n"}) {
    EXPECT_TRUE(run(BodyEnd::of_reply(chunked()), bad, 1).malformed) << bad;
  }
}

TEST(BodyEnd, DoesNotListenToExtensionsForEver) {
  const auto flood = "5;" + std::string(20'000, 'a');

  EXPECT_TRUE(run(BodyEnd::of_reply(chunked()), flood, 4096).malformed);
}

TEST(BodyEnd, AReplyWithoutLengthOrChunksEndsByClosingAndARequestHasNone) {
  Head head;
  head.status = 200;

  EXPECT_TRUE(BodyEnd::of_reply(head).by_closing());
  EXPECT_TRUE(BodyEnd::of_request(head).reached());
}

}  // namespace
}  // namespace meridian
