#include "providers/durations.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

namespace meridian {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr WallTime kNow{seconds(784111777)};  // Sun, 06 Nov 1994 08:49:37 GMT

std::optional<Duration> wait(std::map<std::string, std::string, std::less<>> fields) {
  return retry_after(
      [&fields](std::string_view name) -> std::string_view {
        const auto found = fields.find(name);
        return found == fields.end() ? std::string_view() : found->second;
      },
      kNow);
}

TEST(ParseDuration, IsASumOfNumbersWithUnits) {
  EXPECT_EQ(parse_duration("6m0s"), seconds(360));
  EXPECT_EQ(parse_duration("120ms"), milliseconds(120));
  EXPECT_EQ(parse_duration("1h1.5s"), seconds(3600) + milliseconds(1500));
}

TEST(ParseDuration, WantsAUnitAndNothingElse) {
  EXPECT_FALSE(parse_duration(""));
  EXPECT_FALSE(parse_duration("5"));
  EXPECT_FALSE(parse_duration("-5s"));
  EXPECT_FALSE(parse_duration("5s!"));
  EXPECT_FALSE(parse_duration("1e99s"));
}

TEST(RetryAfter, IsSecondsOrADate) {
  EXPECT_EQ(wait({{"retry-after", "7"}}), seconds(7));
  EXPECT_EQ(wait({{"retry-after", "0.5"}}), milliseconds(500));
  EXPECT_EQ(wait({{"retry-after", "Sun, 06 Nov 1994 08:50:37 GMT"}}), seconds(60));
}

TEST(RetryAfter, InMillisecondsIsFiner) {
  EXPECT_EQ(wait({{"retry-after", "7"}, {"retry-after-ms", "250"}}), milliseconds(250));
  EXPECT_EQ(wait({{"x-amz-retry-after", "1500"}}), milliseconds(1500));
}

TEST(RetryAfter, IsNeverNegativeNorMoreThanAnHour) {
  EXPECT_EQ(wait({{"retry-after", "Sun, 06 Nov 1994 08:49:00 GMT"}}), seconds(0));
  EXPECT_EQ(wait({{"retry-after", "Fri, 31 Dec 9999 23:59:59 GMT"}}), seconds(3600));
  EXPECT_EQ(wait({{"retry-after", "999999"}}), seconds(3600));
}

TEST(RetryAfter, ThatMakesNoSenseIsAsIfNotSent) {
  EXPECT_FALSE(wait({{"retry-after", "-5"}}));
  EXPECT_FALSE(wait({{"retry-after", "soon"}}));
  EXPECT_FALSE(wait({{"retry-after", "1e400"}}));
  EXPECT_FALSE(wait({{"retry-after", "99999999999999999999"}}));
  EXPECT_FALSE(wait({}));
}

TEST(RetryAfter, ComesFromTheLimitThatIsUsedUp) {
  EXPECT_EQ(wait({{"x-ratelimit-remaining-requests", "5"},
                  {"x-ratelimit-reset-requests", "9s"},
                  {"x-ratelimit-remaining-tokens", "0"},
                  {"x-ratelimit-reset-tokens", "4s"}}),
            seconds(4));
  EXPECT_EQ(wait({{"anthropic-ratelimit-input-tokens-remaining", "0"},
                  {"anthropic-ratelimit-input-tokens-reset", "1994-11-06T08:49:47Z"}}),
            seconds(10));
}

}  // namespace
}  // namespace meridian
