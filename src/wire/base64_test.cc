#include "wire/base64.h"

#include <gtest/gtest.h>

#include "base/rng.h"

namespace meridian {
namespace {

std::string encoded(std::string_view bytes) {
  std::string out;
  append_base64(out, bytes);
  return out;
}

// RFC 4648, section 10.
TEST(Base64, MatchesTheRfcsVectors) {
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("f"), "Zg==");
  EXPECT_EQ(encoded("fo"), "Zm8=");
  EXPECT_EQ(encoded("foo"), "Zm9v");
  EXPECT_EQ(encoded("foob"), "Zm9vYg==");
  EXPECT_EQ(encoded("fooba"), "Zm9vYmE=");
  EXPECT_EQ(encoded("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encoded("\xFB\xFF"), "+/8=");
}

TEST(Base64, ComesBackAsItWas) {
  Rng rng(4648);
  for (std::size_t size = 0; size < 200; ++size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) {
      bytes.push_back(static_cast<char>(rng.below(256)));
    }
    auto text = encoded(bytes);
    EXPECT_EQ(from_base64(text), bytes);
    text.erase(text.find_last_not_of('=') + 1);
    EXPECT_EQ(from_base64(text), bytes) << "without padding";
  }
}

TEST(Base64, RefusesWhatIsNone) {
  for (const std::string_view text :
       {"A", "Zm9vA", "Zm9v\n", "Zm 9v", "Z=8=", "Zm9-", "===", "Zg==="}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace meridian
