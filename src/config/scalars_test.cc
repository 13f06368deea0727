#include "config/scalars.h"

#include <gtest/gtest.h>

namespace meridian {

namespace {

TEST(FlagOf, KnowsTheWordsOfYaml11) {
  EXPECT_EQ(flag_of("yes"), true);
  EXPECT_EQ(flag_of("True"), true);
  EXPECT_EQ(flag_of("OFF"), false);
  EXPECT_EQ(flag_of("tRUE"), std::nullopt);
  EXPECT_EQ(flag_of("1"), std::nullopt);
}

TEST(WholeOf, TakesUnderscoresAndSignsAndNothingElse) {
  EXPECT_EQ(whole_of("1_000"), 1000);
  EXPECT_EQ(whole_of("+5"), 5);
  EXPECT_EQ(whole_of("5x"), std::nullopt);
  EXPECT_EQ(whole_of(""), std::nullopt);
  EXPECT_EQ(whole_of("99999999999999999999"), std::nullopt);
}

TEST(NumberOf, RefusesWhatIsNotFinite) {
  EXPECT_EQ(number_of("1e3"), 1000.0);
  EXPECT_EQ(number_of("inf"), std::nullopt);
  EXPECT_EQ(number_of("nan"), std::nullopt);
}

TEST(SecondsOf, TakesLiteLlmsUnits) {
  EXPECT_EQ(seconds_of("30"), 30.0);
  EXPECT_EQ(seconds_of("500ms"), 0.5);
  EXPECT_EQ(seconds_of("5m"), 300.0);
  EXPECT_EQ(seconds_of("1mo"), 30.0 * 24 * 3600);
  EXPECT_EQ(seconds_of("soon"), std::nullopt);
}

TEST(Shown, KeepsAMessageOnOneShortLine) {
  EXPECT_EQ(shown("a\nb"), "\"a?b\"");
  EXPECT_EQ(shown(std::string(100, 'x')).size(), 65);
}

}  // namespace

}  // namespace meridian
