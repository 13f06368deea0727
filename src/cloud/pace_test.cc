#include "cloud/pace.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

using namespace std::chrono_literals;

TEST(PaceOf, IsSlowerTheFartherTheRegion) {
  const CloudPaceRules rules;
  EXPECT_LT(pace_of("us-west-2", 100, 1, rules).round_trip,
            pace_of("us-east-1", 100, 1, rules).round_trip);
  EXPECT_LT(pace_of("us-east-1", 100, 1, rules).round_trip,
            pace_of("ap-southeast-1", 100, 1, rules).round_trip);
}

// 150 to 350 ms, a tenth up or down, and 2 ms of round trip at the least.
TEST(PaceOf, TakesABelievableTimeToTheFirstToken) {
  for (std::uint64_t hash = 0; hash < 50; ++hash) {
    const auto pace = pace_of("us-west-2", 0, hash, {});
    EXPECT_GE(pace.first_token, 135ms);
    EXPECT_LE(pace.first_token, 400ms);
    EXPECT_GE(pace.per_token, 13500us);
    EXPECT_LE(pace.per_token, 27500us);
  }
}

TEST(PaceOf, ReadsLongPromptsLonger) {
  const auto brief = pace_of("us-west-2", 0, 1, {}).first_token;
  const auto lengthy = pace_of("us-west-2", 100000, 1, {}).first_token;
  EXPECT_GE(lengthy - brief, 4500ms);  // 100,000 x 0.05 ms, less a tenth.
}

TEST(PaceOf, IsInstantWithAScaleOfZero) {
  const auto pace = pace_of("ap-southeast-1", 1000, 1, {.time_scale = 0});
  EXPECT_EQ(pace.first_token, 0us);
  EXPECT_EQ(pace.per_token, 0us);
}

TEST(PaceOf, ScalesEverythingAlike) {
  const auto whole = pace_of("eu-west-1", 1000, 1, {});
  const auto tenth = pace_of("eu-west-1", 1000, 1, {.time_scale = 0.1});
  EXPECT_NEAR(to_ms(tenth.first_token) * 10, to_ms(whole.first_token), 0.02);
}

}  // namespace
}  // namespace meridian
