#include "cloud/respond.h"

#include <gtest/gtest.h>

#include "cloud/call_example.h"

namespace meridian {
namespace {

using Opening = CloudPerformance::Opening;
using Ending = CloudPerformance::Ending;

constexpr WallTime kNow(std::chrono::seconds(1'795'000'000));
constexpr CloudPaceRules kAtOnce{.time_scale = 0};
constexpr std::string_view kChat = R"({"model":"gpt","messages":[{"role":"user","content":"hi"}]})";
constexpr std::string_view kStream =
    R"({"model":"gpt","stream":true,"messages":[{"role":"user","content":"hi"}]})";
constexpr std::string_view kConverse =
    R"({"messages":[{"role":"user","content":[{"text":"hi"}]}]})";

class RespondTest : public testing::Test {
 protected:
  CloudResponse ask(const CallExample& example, const CloudPaceRules& pace = kAtOnce) {
    return respond(example.call(), conditions_, pace, kNow);
  }

  CloudResponse converse(const std::string& region) {
    return ask(signed_call(region,
                           "/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/converse",
                           std::string(kConverse),
                           kNow));
  }

  void set(std::string_view region, FaultKind kind, std::optional<double> amount = {}) {
    ASSERT_TRUE(conditions_.set(region, {.kind = kind, .amount = amount}).has_value());
  }

  Conditions conditions_{1};
};

TEST_F(RespondTest, ServesTheSeedsModelInAllItsRegions) {
  for (const auto* const region : {"us-west-2", "us-east-1", "eu-west-1", "ap-southeast-1"}) {
    const auto response = converse(region);
    EXPECT_EQ(response.performance.status, 200) << region;
    EXPECT_NE(response.performance.beats[0].bytes.find(std::string("Hello from ") + region),
              std::string::npos);
  }
}

TEST_F(RespondTest, NotesWhatReachedWhichRegion) {
  const auto entry = converse("eu-west-1").entry;
  EXPECT_EQ(entry.region, "eu-west-1");
  EXPECT_EQ(entry.operation, "Converse");
  EXPECT_EQ(entry.model, "anthropic.claude-3-5-sonnet-20241022-v2:0");
  EXPECT_EQ(entry.prompt_hash, of_prompt("hi"));
  EXPECT_EQ(entry.status, 200);
  EXPECT_FALSE(entry.probe);
}

TEST_F(RespondTest, NotesARequestForOneTokenAsAProbe) {
  EXPECT_TRUE(
      ask(openai_call(
              R"({"model":"gpt","max_tokens":1,"messages":[{"role":"user","content":"hi"}]})"))
          .entry.probe);
}

TEST_F(RespondTest, ResetsWhereTheRegionIsDark) {
  set("us-west-2", FaultKind::Dark);
  const auto response = converse("us-west-2");
  EXPECT_EQ(response.performance.opening, Opening::Reset);
  EXPECT_EQ(response.entry.status, 0);
  EXPECT_EQ(response.entry.fault, "dark");
  EXPECT_EQ(converse("us-east-1").performance.status, 200);
}

TEST_F(RespondTest, AnswersBedrocksOwn400WhereTheModelIsRetired) {
  set("us-west-2", FaultKind::Retired);
  const auto response = converse("us-west-2");
  EXPECT_EQ(response.performance.status, 400);
  EXPECT_EQ(response.performance.beats[0].bytes,
            R"({"message":"The provided model identifier is invalid."})");
}

TEST_F(RespondTest, ErrsAsOftenAsItIsTold) {
  set("openai", FaultKind::Erroring, 0.3);
  int errors = 0;
  for (int i = 0; i < 1000; ++i) {
    errors += ask(openai_call(std::string(kChat))).performance.status >= 500 ? 1 : 0;
  }
  EXPECT_NEAR(errors, 300, 58);  // 4 sigma of a binomial: 4 x sqrt(1000 x 0.3 x 0.7).
}

TEST_F(RespondTest, ThrottlesWithTheTimeItIsTold) {
  set("openai", FaultKind::Throttled, 3);
  const auto performance = ask(openai_call(std::string(kChat))).performance;
  EXPECT_EQ(performance.status, 429);
  EXPECT_EQ(performance.fields.back(), (std::pair<std::string, std::string>("retry-after", "3")));
}

TEST_F(RespondTest, TakesAsManyTimesAsLong) {
  const auto usual = ask(openai_call(std::string(kChat)), {}).performance;
  set("openai", FaultKind::Slow, 8);
  const auto slow = ask(openai_call(std::string(kChat)), {}).performance;
  EXPECT_EQ(slow.first, usual.first * 8);
  EXPECT_EQ(slow.per_token, usual.per_token * 8);
}

TEST_F(RespondTest, CutsInsideAPieceAfterSomeTokens) {
  set("openai", FaultKind::Cutting, 3);
  const auto performance = ask(openai_call(std::string(kStream))).performance;
  EXPECT_EQ(performance.ending, Ending::CutInside);
  EXPECT_EQ(performance.beats.size(), 5U);  // The role, three tokens, and the one that breaks.
}

TEST_F(RespondTest, LiesByLeavingOutTheEnd) {
  set("openai", FaultKind::Lying);
  const auto performance = ask(openai_call(std::string(kStream))).performance;
  EXPECT_EQ(performance.ending, Ending::Whole);
  for (const auto& beat : performance.beats) {
    EXPECT_EQ(beat.bytes.find("[DONE]"), std::string::npos);
    EXPECT_EQ(beat.bytes.find(R"("finish_reason":"stop")"), std::string::npos);
  }
}

TEST_F(RespondTest, StallsAtOnceOrAfterSomeTokens) {
  set("openai", FaultKind::Stalling);
  EXPECT_EQ(ask(openai_call(std::string(kStream))).performance.opening, Opening::Silence);
  set("openai", FaultKind::Stalling, 2);
  const auto performance = ask(openai_call(std::string(kStream))).performance;
  EXPECT_EQ(performance.ending, Ending::Silence);
  EXPECT_EQ(performance.beats.size(), 3U);
}

TEST_F(RespondTest, RefusesEveryKeyWhereItIsTold) {
  set("us-west-2", FaultKind::Unauthorized);
  EXPECT_EQ(converse("us-west-2").performance.status, 403);
}

TEST_F(RespondTest, SaysTheSameToTheSameRequest) {
  EXPECT_EQ(ask(openai_call(std::string(kChat))).performance.beats[0].bytes,
            ask(openai_call(std::string(kChat))).performance.beats[0].bytes);
}

TEST_F(RespondTest, CountsTokensInsteadOfAnsweringWhereAsked) {
  auto example =
      anthropic_call(R"({"model":"m","messages":[{"role":"user","content":"12345678"}]})");
  example.target = "/v1/messages/count_tokens";
  EXPECT_EQ(ask(example).performance.beats[0].bytes, R"({"input_tokens":5})");
}

TEST_F(RespondTest, KnowsNothingBesidesItsOperations) {
  auto example = openai_call("{}");
  example.target = "/v1/teapots";
  EXPECT_EQ(ask(example).performance.status, 404);
}

}  // namespace
}  // namespace meridian
