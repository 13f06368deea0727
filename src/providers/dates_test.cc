#include "providers/dates.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

WallTime at(std::int64_t seconds) {
  return WallTime(std::chrono::seconds(seconds));
}

std::string_view text_of(const std::array<char, 16>& date) {
  return {date.data(), date.size()};
}

TEST(HttpDate, IsTheFixedForm) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), at(784111777));
}

TEST(HttpDate, IsRefusedWhenAnyPartIsNot) {
  EXPECT_FALSE(parse_http_date("Sun, 06 Nov 1994 08:49:37 PST"));
  EXPECT_FALSE(parse_http_date("Sun, 06 Foo 1994 08:49:37 GMT"));
  EXPECT_FALSE(parse_http_date("Sun, 31 Feb 1994 08:49:37 GMT"));
  EXPECT_FALSE(parse_http_date("Sun, 06 Nov 1994 24:49:37 GMT"));
  EXPECT_FALSE(parse_http_date(""));
}

TEST(Rfc3339, MayHaveAFractionOrAnOffset) {
  EXPECT_EQ(parse_rfc3339("2015-08-30T12:36:00Z"), at(1440938160));
  EXPECT_EQ(parse_rfc3339("2015-08-30T12:36:00.123456Z"), at(1440938160));
  EXPECT_EQ(parse_rfc3339("2015-08-30T14:36:00+02:00"), at(1440938160));
  EXPECT_EQ(parse_rfc3339("2015-08-30T04:36:00-0800"), at(1440938160));
}

TEST(Rfc3339, IsRefusedWithoutAZone) {
  EXPECT_FALSE(parse_rfc3339("2015-08-30T12:36:00"));
  EXPECT_FALSE(parse_rfc3339("2015-08-30T12:36:00."));
  EXPECT_FALSE(parse_rfc3339("2015-08-30T12:36:00.5"));
  EXPECT_FALSE(parse_rfc3339("2015-08-30T12:36:00+99:00"));
}

TEST(AmzDate, GoesThereAndBack) {
  EXPECT_EQ(text_of(amz_date(at(1440938160))), "20150830T123600Z");
  EXPECT_EQ(parse_amz_date("20150830T123600Z"), at(1440938160));
  EXPECT_FALSE(parse_amz_date("20151330T123600Z"));
}

}  // namespace
}  // namespace meridian
