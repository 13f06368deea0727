#include "pricing/price.h"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace meridian {
namespace {

constexpr std::int64_t kDollar = 1'000'000;

constexpr Price kSonnet{.input = 3 * kDollar,
                        .output = 15 * kDollar,
                        .cache_read = kDollar * 3 / 10,
                        .cache_write = kDollar * 15 / 4,
                        .known = true};

// In hundredths of a dollar a million tokens, which is how people quote them.
double cents(std::int64_t price) {
  return static_cast<double>(price) * 100 / static_cast<double>(kDollar);
}

void expect_price(const Price& price, double input_cents, double output_cents) {
  EXPECT_TRUE(price.known);
  EXPECT_DOUBLE_EQ(cents(price.input), input_cents);
  EXPECT_DOUBLE_EQ(cents(price.output), output_cents);
}

// Costs.

TEST(CostOf, AddsEachKindOfTokenAtItsPrice) {
  // 1000 x 3 + 2000 x 0.3 + 400 x 3.75 + 100 x 15 = 3000 + 600 + 1500 + 1500.
  EXPECT_EQ(
      cost_of(kSonnet, {.input = 1000, .cache_read = 2000, .cache_write = 400, .output = 100}),
      MicroDollars{6600});
}

TEST(CostOf, RoundsUpToAWholeMicroDollarOnce) {
  const Price cheap{.input = 37'500, .output = 150'000, .known = true};

  EXPECT_EQ(cost_of(cheap, {.input = 1}), MicroDollars{1});
  // 0.0375 + 0.15: one micro-dollar for both, not one each.
  EXPECT_EQ(cost_of(cheap, {.input = 1, .output = 1}), MicroDollars{1});
  EXPECT_EQ(cost_of(cheap, {.input = 80}), MicroDollars{3});
  EXPECT_EQ(cost_of(cheap, {.input = 81}), MicroDollars{4});
}

TEST(CostOf, IsNothingForNothingAndForAnUnknownPrice) {
  EXPECT_EQ(cost_of(kSonnet, {}), MicroDollars{0});
  EXPECT_EQ(cost_of(Price{}, {.input = 1'000'000, .output = 1'000'000}), MicroDollars{0});
}

TEST(CostOf, StaysSaneForAbsurdNumbers) {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  const Price mad{.input = kMost, .output = kMost, .cache_read = kMost, .cache_write = kMost};

  EXPECT_GT(cost_of(mad, {kMost, kMost, kMost, kMost}).value, 0);
  EXPECT_EQ(cost_of(kSonnet, {kLeast, kLeast, kLeast, kLeast}), MicroDollars{0});

  auto tiered = kSonnet;
  tiered.long_prompt_above = 200'000;
  EXPECT_GT(cost_of(tiered, {kMost, kMost, kMost, kMost}).value, 0);
  EXPECT_EQ(cost_of(tiered, {kLeast, kLeast, kLeast, kLeast}), MicroDollars{0});
}

TEST(CostOf, DoublesInputAndAddsHalfToOutputForLongPrompts) {
  auto tiered = kSonnet;
  tiered.long_prompt_above = 200'000;

  EXPECT_EQ(cost_of(tiered, {.input = 200'000, .output = 1000}), MicroDollars{615'000});
  // 200,001 x 6 + 1000 x 22.5.
  EXPECT_EQ(cost_of(tiered, {.input = 200'001, .output = 1000}), MicroDollars{1'222'506});
  // The cached part of the prompt counts towards its length: 100,000 x 6 + 100,001 x 0.6.
  EXPECT_EQ(cost_of(tiered, {.input = 100'000, .cache_read = 100'001}), MicroDollars{660'001});
}

// The list.

TEST(ListPrice, HasTheFirstUsersTableForClaude35SonnetOnBedrock) {
  constexpr std::string_view kModel = "anthropic.claude-3-5-sonnet-20241022-v2:0";

  expect_price(list_price(Provider::Bedrock, kModel, "us-east-1"), 300, 1500);
  expect_price(list_price(Provider::Bedrock, kModel, "us-west-2"), 300, 1500);
  expect_price(list_price(Provider::Bedrock, kModel, "eu-west-1"), 330, 1650);
  expect_price(list_price(Provider::Bedrock, kModel, "ap-southeast-1"), 360, 1800);
  expect_price(list_price(Provider::Bedrock, kModel, "eu-central-1"), 300, 1500);
}

TEST(ListPrice, DoesNotApplyThatTableElsewhere) {
  expect_price(
      list_price(Provider::Vertex, "claude-3-5-sonnet@20241022", "europe-west1"), 300, 1500);
  expect_price(
      list_price(Provider::Bedrock, "anthropic.claude-sonnet-4-20250514-v1:0", "eu-west-1"),
      300,
      1500);
}

TEST(ListPrice, AsksTenPercentMoreForNewerModelsOutsideBedrocksGlobalProfile) {
  constexpr std::string_view kModel = "anthropic.claude-sonnet-4-5-20250929-v1:0";
  const auto eu = list_price(Provider::Bedrock, "eu." + std::string(kModel), "eu-west-1");
  const auto global = list_price(Provider::Bedrock, "global." + std::string(kModel), "eu-west-1");

  expect_price(eu, 330, 1650);
  EXPECT_DOUBLE_EQ(cents(eu.cache_read), 33);
  EXPECT_DOUBLE_EQ(cents(eu.cache_write), 412.5);
  expect_price(global, 300, 1500);
  EXPECT_DOUBLE_EQ(cents(global.cache_read), 30);
  EXPECT_DOUBLE_EQ(cents(global.cache_write), 375);
  expect_price(list_price(Provider::Bedrock, kModel, "us-east-1"), 330, 1650);
  expect_price(
      list_price(Provider::Bedrock, "us.anthropic.claude-haiku-4-5-20251001-v1:0", "us-east-1"),
      110,
      550);
  expect_price(
      list_price(Provider::Bedrock, "us.anthropic.claude-opus-4-6-v1", "us-east-1"), 550, 2750);
  expect_price(list_price(Provider::Bedrock, "us.amazon.nova-2-lite-v1:0", "us-east-1"), 33, 275);
}

TEST(ListPrice, AsksNoneForOlderModels) {
  for (const std::string_view model :
       {"us.amazon.nova-pro-v1:0", "eu.amazon.nova-pro-v1:0", "amazon.nova-pro-v1:0"}) {
    const auto price = list_price(Provider::Bedrock, model, "eu-west-1");
    expect_price(price, 80, 320);
    EXPECT_DOUBLE_EQ(cents(price.cache_read), 20) << model;
  }
}

TEST(ListPrice, ReadsTheModelOutOfAnArn) {
  expect_price(list_price(Provider::Bedrock,
                          "arn:aws:bedrock:us-east-1:123456789012:inference-profile/"
                          "global.anthropic.claude-sonnet-4-6",
                          "us-east-1"),
               300,
               1500);
  EXPECT_FALSE(list_price(Provider::Bedrock,
                          "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc",
                          "us-east-1")
                   .known);
}

TEST(ListPrice, AsksTenPercentMoreOfVertexOutsideGlobal) {
  expect_price(list_price(Provider::Vertex, "claude-sonnet-4-6", "europe-west4"), 330, 1650);
  expect_price(list_price(Provider::Vertex, "claude-sonnet-4-6", "eu"), 330, 1650);
  expect_price(list_price(Provider::Vertex, "claude-sonnet-4-6", "global"), 300, 1500);
  expect_price(list_price(Provider::Vertex, "gemini-3.6-flash", "europe-west4"), 165, 825);
  expect_price(list_price(Provider::Vertex, "gemini-3.6-flash", "global"), 150, 750);
  expect_price(list_price(Provider::Vertex, "gemini-2.5-pro", "europe-west4"), 125, 1000);
  expect_price(list_price(Provider::Gemini, "gemini-3.6-flash", "global"), 150, 750);
}

TEST(ListPrice, AsksTenPercentMoreOfOpenAisRegionalHostsForModelsSinceMarch2026) {
  expect_price(list_price(Provider::OpenAi, "gpt-5.4-2026-03-05", "eu"), 275, 1650);
  expect_price(list_price(Provider::OpenAi, "gpt-5.4", "global"), 250, 1500);
  expect_price(list_price(Provider::OpenAi, "gpt-5.4", "unknown"), 250, 1500);
  expect_price(list_price(Provider::OpenAi, "gpt-4o-2024-08-06", "eu"), 250, 1000);
}

TEST(ListPrice, AsksTenPercentMoreOfAnthropicInTheUs) {
  expect_price(list_price(Provider::Anthropic, "claude-opus-4-8", "us"), 550, 2750);
  expect_price(list_price(Provider::Anthropic, "claude-opus-4-8", "global"), 500, 2500);
}

TEST(ListPrice, KnowsModelsByTheNamesThatProvidersGiveThem) {
  expect_price(list_price(Provider::Anthropic, "claude-3-5-sonnet-20241022", "global"), 300, 1500);
  expect_price(list_price(Provider::Anthropic, "claude-3-5-sonnet-latest", "global"), 300, 1500);
  expect_price(list_price(Provider::Anthropic, "claude-opus-4.8", "global"), 500, 2500);
  expect_price(list_price(Provider::Anthropic, "claude-opus-4-20250514", "global"), 1500, 7500);
  expect_price(list_price(Provider::Azure, "gpt-35-turbo", "westeurope"), 50, 150);
  expect_price(list_price(Provider::Azure, "gpt-5-1", "westeurope"), 125, 1000);
  expect_price(list_price(Provider::OpenAi, "ft:gpt-4o-mini-2024-07-18:org::abc", ""), 30, 120);
  expect_price(list_price(Provider::Bedrock, "openai.gpt-oss-120b-1:0", "us-west-2"), 15, 60);
  expect_price(
      list_price(Provider::Bedrock, "mistral.mistral-large-2402-v1:0", "us-east-1"), 400, 1200);
}

TEST(ListPrice, BillsCachedTokensAsInputWhereTheListHasNoPriceForThem) {
  const auto price = list_price(Provider::OpenAi, "gpt-4o", "global");

  EXPECT_DOUBLE_EQ(cents(price.cache_read), 125);
  EXPECT_DOUBLE_EQ(cents(price.cache_write), 250);
}

TEST(ListPrice, ChargesMoreForLongPromptsWhereTheVendorDoes) {
  EXPECT_EQ(list_price(Provider::OpenAi, "gpt-5.4", "global").long_prompt_above, 272'000);
  EXPECT_EQ(list_price(Provider::Anthropic, "claude-sonnet-4-5", "global").long_prompt_above,
            200'000);
  EXPECT_EQ(list_price(Provider::Anthropic, "claude-sonnet-4-6", "global").long_prompt_above, 0);
}

TEST(ListPrice, IsUnknownRatherThanGuessed) {
  EXPECT_EQ(list_price(Provider::Anthropic, "claude-sonnet-4-7", "global"), Price{});
  EXPECT_FALSE(list_price(Provider::Anthropic, "*", "global").known);
  EXPECT_FALSE(list_price(Provider::Anthropic, "", "global").known);
  EXPECT_FALSE(list_price(Provider::OpenAi, "gpt-5-turbo", "global").known);
  EXPECT_FALSE(list_price(Provider::OpenAi, "ft:", "global").known);
  EXPECT_FALSE(list_price(Provider::Bedrock, "mistral.mistral-large-2407-v1:0", "us-west-2").known);
  EXPECT_FALSE(list_price(Provider::Bedrock, "amazon.titan-embed-text-v2:0", "us-west-2").known);
  EXPECT_FALSE(list_price(Provider::Compatible, "gpt-4o", "global").known);
  EXPECT_FALSE(list_price(Provider::Azure, "my-deployment", "eastus").known);
}

TEST(ContextWindow, IsTheModelsWhereTheListHasIt) {
  EXPECT_EQ(context_window(Provider::Bedrock, "eu.anthropic.claude-haiku-4-5-20251001-v1:0"),
            200'000);
  EXPECT_EQ(context_window(Provider::OpenAi, "gpt-4o-mini"), 128'000);
  EXPECT_EQ(context_window(Provider::Bedrock, "amazon.nova-pro-v1:0"), std::nullopt);
  EXPECT_EQ(context_window(Provider::OpenAi, "gpt-99"), std::nullopt);
}

}  // namespace
}  // namespace meridian
