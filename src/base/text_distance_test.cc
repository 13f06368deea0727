#include "base/text_distance.h"

#include <array>
#include <string_view>

#include <gtest/gtest.h>

namespace meridian {
namespace {

TEST(TextDistance, CountsEditsAndSwapsOfNeighbours) {
  EXPECT_EQ(text_distance("priority", "priority"), 0U);
  EXPECT_EQ(text_distance("latency-base-routing", "latency-based-routing"), 1U);
  EXPECT_EQ(text_distance("wieght", "weight"), 1U);
  EXPECT_EQ(text_distance("", "abc"), 3U);
  EXPECT_EQ(text_distance("num_retry", "num_retries"), 3U);
}

TEST(Nearest, KeepsQuietWhenNothingIsClose) {
  constexpr std::array<std::string_view, 3> kNames{"priority", "weight", "order"};

  EXPECT_EQ(nearest("wieght", kNames), "weight");
  EXPECT_EQ(nearest("metadata", kNames), std::nullopt);
}

}  // namespace
}  // namespace meridian
