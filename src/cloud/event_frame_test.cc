#include "cloud/event_frame.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace meridian {
namespace {

std::string hex_of(std::string_view bytes) {
  std::string out;
  for (const auto byte : bytes) {
    out += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  }
  return out;
}

// Made with @smithy/eventstream-codec 4.5.2 and decoded by botocore.
TEST(EventFrame, IsWhatAwsOwnCodecMakes) {
  std::string out;
  append_event(out, "contentBlockDelta", R"({"contentBlockIndex":0,"delta":{"text":"Hi"}})");
  EXPECT_EQ(
      hex_of(out),
      "0000009400000057b4ab9aee"
      "0b3a6576656e742d74797065070011636f6e74656e74426c6f636b44656c7461"
      "0d3a636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e"
      "0d3a6d6573736167652d747970650700056576656e74"
      "7b22636f6e74656e74426c6f636b496e646578223a302c2264656c7461223a7b2274657874223a224869227d7d"
      "1f944657");
}

TEST(EventFrame, CarriesExceptions) {
  std::string out;
  append_exception(out,
                   "throttlingException",
                   R"({"message":"Too many tokens, please wait before trying again."})");
  EXPECT_EQ(out.size(), 176U);
  EXPECT_EQ(hex_of(out).substr(0, 24), "000000b0000000614f5086b3");
  EXPECT_TRUE(hex_of(out).ends_with("f70ae57f"));
}

}  // namespace
}  // namespace meridian
