#include "base/secret.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

TEST(SameSecret, OnlyTheWholeKeyOpens) {
  const Secret key("sk-1234");

  EXPECT_TRUE(same_secret(key, "sk-1234"));
  EXPECT_FALSE(same_secret(key, "sk-1235"));
  EXPECT_FALSE(same_secret(key, "sk-123"));
  EXPECT_FALSE(same_secret(key, ""));
}

TEST(SameSecret, AnEmptyKeyOpensNothing) {
  EXPECT_FALSE(same_secret(Secret(), ""));
}

}  // namespace
}  // namespace meridian
