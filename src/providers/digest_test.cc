#include "providers/digest.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

TEST(Sha256, OfNothingIsTheWellKnownValue) {
  EXPECT_EQ(hex(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// RFC 4231, test cases 2 and 6.
TEST(HmacSha256, AgreesWithTheRfcsVectors) {
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex(hmac_sha256(std::string(131, '\xaa'),
                            "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Base64Url, HasNoPaddingAndItsOwnTwoLetters) {
  EXPECT_EQ(base64url(""), "");
  EXPECT_EQ(base64url("f"), "Zg");
  EXPECT_EQ(base64url("fo"), "Zm8");
  EXPECT_EQ(base64url("foo"), "Zm9v");
  EXPECT_EQ(base64url("\xfb\xff\xfe"), "-__-");
}

TEST(Rs256, SaysWhenTheKeyIsNone) {
  const auto signature = sign_rs256("-----BEGIN nonsense", "text");
  ASSERT_FALSE(signature);
  EXPECT_EQ(signature.error().message,
            "The private key cannot be read: it must be an RSA key in PEM form, without a "
            "passphrase.");
}

}  // namespace
}  // namespace meridian
