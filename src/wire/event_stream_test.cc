#include "wire/event_stream.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace meridian {
namespace {

using Type = FrameHeader::Type;

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(at, 2)), nullptr, 16)));
  }
  return bytes;
}

// Vectors of Smithy and botocore, and three made with @smithy/eventstream-codec 4.5.2.
constexpr std::string_view kEmpty = "000000100000000005c248eb7d98c8ff";
constexpr std::string_view kPayloadOnly =
    "0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936";
constexpr std::string_view kOneString =
    "0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b2766"
    "6f"
    "6f273a27626172277d8d9c08b1";
constexpr std::string_view kOneInt32 =
    "0000002d0000001041c424b80a6576656e742d74797065040000a00c7b27666f6f273a27626172277d36f480a0";
constexpr std::string_view kDelta =
    "0000009400000057b4ab9aee0b3a6576656e742d747970650700"
    "11636f6e74656e74426c6f636b44656c74610d3a636f"
    "6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d7479706507000565"
    "76"
    "656e747b22636f6e74656e74426c6f636b496e646578223a302c2264656c7461223a7b2274657874223a224869227d"
    "7d"
    "1f944657";
constexpr std::string_view kThrottled =
    "000000b0000000614f5086b30f3a657863657074696f6e2d747970650700137468726f74746c696e67457863657074"
    "696f"
    "6e0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e0d3a6d6573736167652d747970"
    "65"
    "070009657863657074696f6e7b226d657373616765223a22546f6f206d616e7920746f6b656e732c20706c65617365"
    "20"
    "77616974206265666f726520747279696e6720616761696e2e227df70ae57f";
constexpr std::string_view kAllTypes =
    "0000005f0000004dd70cba5e017400016601016202cf017303002a0169040000a00c016c0500000000028757b20179"
    "06"
    "00020102016707000268690164080000015e53ea08000175090102030405060708090a0b0c0d0e0f107b7d52fae90"
    "2";

Frame read(FrameReader& reader, std::string_view bytes) {
  Frame frame;
  reader.feed(bytes);
  EXPECT_TRUE(reader.next(frame)) << reader.broken();
  return frame;
}

TEST(EventStream, ReadsThePublishedVectors) {
  FrameReader reader;
  EXPECT_EQ(read(reader, bytes_of(kEmpty)).payload, "");
  const auto payload = bytes_of(kPayloadOnly);
  EXPECT_EQ(read(reader, payload).payload, "{'foo':'bar'}");
  const auto one = bytes_of(kOneString);
  EXPECT_EQ(read(reader, one).header("content-type"), "application/json");
  const auto number = bytes_of(kOneInt32);
  EXPECT_EQ(read(reader, number).headers.at(0).number, 40972);
  const auto delta = bytes_of(kDelta);
  const auto frame = read(reader, delta);
  EXPECT_EQ(frame.header(":event-type"), "contentBlockDelta");
  EXPECT_EQ(frame.header(":message-type"), "event");
  EXPECT_EQ(frame.payload, R"({"contentBlockIndex":0,"delta":{"text":"Hi"}})");
  const auto throttled = bytes_of(kThrottled);
  EXPECT_EQ(read(reader, throttled).header(":exception-type"), "throttlingException");
}

TEST(EventStream, ReadsAndWritesEveryTypeOfHeader) {
  const auto bytes = bytes_of(kAllTypes);
  FrameReader reader;
  const auto frame = read(reader, bytes);
  const std::string uuid = bytes_of("0102030405060708090a0b0c0d0e0f10");
  const std::vector<FrameHeader> expected{
      {.name = "t", .type = Type::True, .text = {}},
      {.name = "f", .type = Type::False, .text = {}},
      {.name = "b", .type = Type::Int8, .number = -49, .text = {}},
      {.name = "s", .type = Type::Int16, .number = 42, .text = {}},
      {.name = "i", .type = Type::Int32, .number = 40972, .text = {}},
      {.name = "l", .type = Type::Int64, .number = 42424242, .text = {}},
      {.name = "y", .type = Type::Blob, .text = "\x01\x02"},
      {.name = "g", .type = Type::String, .text = "hi"},
      {.name = "d", .type = Type::Timestamp, .number = 1504646400000, .text = {}},
      {.name = "u", .type = Type::Uuid, .text = uuid},
  };
  EXPECT_EQ(frame.headers, expected);
  std::string written;
  append_frame(expected, "{}", written);
  EXPECT_EQ(written, bytes);
}

TEST(EventStream, DoesNotCareWhereTheBytesAreCut) {
  const auto bytes =
      bytes_of(kDelta) + bytes_of(kEmpty) + bytes_of(kThrottled) + bytes_of(kAllTypes);
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    FrameReader reader;
    Frame frame;
    std::string payloads;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
      const auto copy = bytes.substr(at, piece);
      reader.feed(copy);
      while (reader.next(frame)) {
        payloads += std::string(frame.payload) + ";";
      }
    }
    EXPECT_EQ(payloads,
              R"({"contentBlockIndex":0,"delta":{"text":"Hi"}};;)"
              R"({"message":"Too many tokens, please wait before trying again."};{};)");
    EXPECT_FALSE(reader.unfinished());
    EXPECT_EQ(reader.broken(), "");
  }
}

TEST(EventStream, NoticesEveryFlippedBit) {
  const auto good = bytes_of(kAllTypes);
  for (std::size_t at = 0; at < good.size(); ++at) {
    auto bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    FrameReader reader;
    Frame frame;
    reader.feed(bad);
    EXPECT_FALSE(reader.next(frame)) << at;
    EXPECT_NE(reader.broken(), "") << at;
  }
}

TEST(EventStream, RefusesLengthsThatCannotBeEvenWithAGoodChecksum) {
  const auto broken = [](std::string_view prelude_hex) {
    FrameReader reader;
    Frame frame;
    const auto bytes = bytes_of(prelude_hex);
    reader.feed(bytes);
    EXPECT_FALSE(reader.next(frame));
    return std::string(reader.broken());
  };
  // Preludes with their real CRC (python3: zlib.crc32).
  EXPECT_EQ(broken("ffffffff00000000ffffffff"), "a frame is larger than allowed");
  EXPECT_EQ(broken("0000000f00000000e77248b8"), "a frame's lengths contradict each other");
  EXPECT_EQ(broken("00000020000000209f8dd0a5"), "a frame's lengths contradict each other");
}

TEST(EventStream, SaysThatAFrameIsUnfinished) {
  FrameReader reader;
  Frame frame;
  const auto bytes = bytes_of(kDelta).substr(0, 60);
  reader.feed(bytes);
  EXPECT_FALSE(reader.next(frame));
  EXPECT_TRUE(reader.unfinished());
  EXPECT_EQ(reader.broken(), "");
}

}  // namespace
}  // namespace meridian
