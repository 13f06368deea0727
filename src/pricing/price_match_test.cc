#include "pricing/price_match.h"

#include <array>
#include <set>

#include <gtest/gtest.h>

namespace meridian {
namespace {

TEST(IsRelease, TakesDatesRevisionsAndStages) {
  for (const std::string_view text : {"",
                                      "-20241022-v2:0",
                                      "@20241022",
                                      "-v2@20241022",
                                      "-2024-08-06",
                                      "-0613",
                                      "-latest",
                                      "@default",
                                      "-001",
                                      "-preview-09-2025",
                                      "-v1:0:200k",
                                      ":0",
                                      "-exp-1219"}) {
    EXPECT_TRUE(is_release(text)) << text;
  }
}

TEST(IsRelease, RefusesOtherModels) {
  for (const std::string_view text : {"-mini",
                                      "-5",
                                      "-5-20250929",
                                      "-16k-x",
                                      "o",
                                      "1",
                                      "-",
                                      "--",
                                      "-v",
                                      "-k",
                                      "_0613",
                                      "-20241022-mini"}) {
    EXPECT_FALSE(is_release(text)) << text;
  }
}

constexpr auto kRows = std::to_array<PriceRow>({
    {.stem = "gpt-4"},
    {.stem = "gpt-4-0125-preview"},
    {.stem = "gpt-4.1"},
    {.stem = "gpt-4o"},
});

std::string_view stem_of(std::string_view model) {
  const auto* row = find_price(kRows, model);
  return row == nullptr ? "none" : row->stem;
}

TEST(FindPrice, TakesTheLongestStem) {
  EXPECT_EQ(stem_of("gpt-4-0613"), "gpt-4");
  EXPECT_EQ(stem_of("gpt-4-0125-preview"), "gpt-4-0125-preview");
  EXPECT_EQ(stem_of("gpt-4o-2024-08-06"), "gpt-4o");
}

TEST(FindPrice, TakesDashesForDots) {
  EXPECT_EQ(stem_of("gpt-4-1"), "gpt-4.1");
  EXPECT_EQ(stem_of("GPT-4.1-2025-04-14"), "gpt-4.1");
}

TEST(FindPrice, FindsNothingForAModelThatIsOnlyAlike) {
  for (const std::string_view model : {"gpt-4o-mini", "gpt-4-32k-x", "gpt-5", "gpt", "", "*"}) {
    EXPECT_EQ(stem_of(model), "none") << model;
  }
}

TEST(PriceLists, HaveOneRowForEachStemAndSenseInEach) {
  for (const auto rows :
       {claude_prices(), bedrock_prices(), gemini_prices(), openai_prices(), azure_prices()}) {
    std::set<std::string_view> seen;
    for (const auto& row : rows) {
      EXPECT_TRUE(seen.insert(row.stem).second) << row.stem;
      EXPECT_EQ(find_price(rows, row.stem), &row) << row.stem;
      EXPECT_GT(row.input, 0) << row.stem;
      EXPECT_LE(row.cache_read, row.input) << row.stem;
      EXPECT_TRUE(row.output >= row.input || row.output == 0) << row.stem;
      EXPECT_TRUE(row.window == 0 || row.window >= 8192) << row.stem;
    }
  }
}

}  // namespace
}  // namespace meridian
