#include "routing/explain.h"

#include <gtest/gtest.h>

#include "support/router.h"
#include "support/small_fleet.h"

namespace meridian {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kNow{1000s};

class Explain : public ::testing::Test {
 protected:
  static Fleet tiers() {
    test::SmallFleet fleet;
    fleet.add({.region = "us-west-2", .tier = 1});
    fleet.add({.region = "us-east-1", .tier = 2});
    fleet.add({.region = "eu-west-1", .tier = 3});
    return fleet.build();
  }

  std::string text(const RouteRequest& request) {
    return explain_text(router.plan(request), request, router.world(), router.now);
  }

  test::Router router{tiers()};
  Policy us = test::only({"us"});
};

TEST_F(Explain, TellsTheAttemptsInOrder) {
  EXPECT_EQ(text(router.request()),
            "claude: tried in this order, at most 3 attempts\n"
            "  1. us-west-2 (us-west-2, tier 1)\n"
            "  2. us-east-1 (us-east-1, tier 2)\n"
            "  3. eu-west-1 (eu-west-1, tier 3)\n");
}

TEST_F(Explain, TellsWhoWasLeftOutAndWhy) {
  auto request = router.request();
  request.residency = &us;
  request.retries = 0;

  EXPECT_EQ(
      text(request),
      "claude: tried in this order, at most 1 attempt\n"
      "  1. us-west-2 (us-west-2, tier 1)\n"
      "  -  eu-west-1: the residency rule \"us\" does not cover where it may process (eu-west-1)\n"
      "  -  us-east-1: eligible, but the attempts are used up before its turn\n");
}

TEST_F(Explain, TellsWhyNobodyIsTried) {
  const auto japan = test::only({"JP"});
  auto request = router.request();
  request.residency = &japan;

  EXPECT_EQ(text(request).substr(0, text(request).find('\n')),
            "claude: nobody is tried; the residency rule \"JP\" leaves nobody");
  EXPECT_EQ(text(router.request("gpt-17")),
            "gpt-17: nobody is tried; no deployment serves that model\n");
}

TEST_F(Explain, TellsATrialAndAPanic) {
  router.rest("us-west-2");
  router.now = router.view("us-west-2").until;
  EXPECT_NE(
      text(router.request())
          .find("1. us-west-2 (us-west-2, tier 1); its rest is over, one request may try it\n"),
      std::string::npos);

  const Policy europe = test::only({"eu"});
  router.rest("eu-west-1");
  auto request = router.request();
  request.residency = &europe;
  EXPECT_NE(
      text(request).find("1. eu-west-1 (eu-west-1, tier 3); resting, but nobody else is left\n"),
      std::string::npos);
}

TEST(ReasonText, SaysHowLongARestStillTakes) {
  EXPECT_EQ(reason_text({{}, SkipReason::Resting, kNow + 12s}, kNow),
            "resting after faults, 12 s left");
  EXPECT_EQ(reason_text({{}, SkipReason::Resting, kNow + 1500ms}, kNow),
            "resting after faults, 1.5 s left");
  EXPECT_EQ(reason_text({{}, SkipReason::QuotaBlocked, kNow + 300s}, kNow),
            "rate limited by the provider, 300 s left");
  EXPECT_EQ(reason_text({{}, SkipReason::AccountBlocked, kNow}, kNow),
            "its account is out of money or at its spend limit");
}

TEST(ReasonText, HasASentenceForEveryReason) {
  const auto text = [](SkipReason why) { return reason_text({{}, why, {}}, kNow); };

  EXPECT_EQ(text(SkipReason::Residency), "the residency rule does not cover where it may process");
  EXPECT_EQ(text(SkipReason::NotConfigured), "not configured: a credential is missing");
  EXPECT_EQ(text(SkipReason::ContextWindow), "the prompt is too long for it");
  EXPECT_EQ(text(SkipReason::Capability), "cannot take this kind of request");
  EXPECT_EQ(text(SkipReason::Tags), "its tags do not match");
  EXPECT_EQ(text(SkipReason::QuotaWouldOverflow), "this request would exceed its rpm or tpm");
  EXPECT_EQ(text(SkipReason::Busy), "max_parallel_requests are open");
  EXPECT_EQ(text(SkipReason::Misconfigured), "the provider refused its credentials or model");
  EXPECT_EQ(text(SkipReason::Draining), "drained by an operator");
  EXPECT_EQ(text(SkipReason::ZeroWeight), "weight 0, and others are left");
  EXPECT_EQ(text(SkipReason::BeyondRetries),
            "eligible, but the attempts are used up before its turn");
}

TEST_F(Explain, JsonSaysTheSame) {
  auto request = router.request();
  request.residency = &us;
  request.retries = 0;

  EXPECT_EQ(
      explain_json(router.plan(request), request, router.world(), router.now),
      R"j({"model":"claude","residency":"us","attempts_max":1,"attempts":[)j"
      R"j({"deployment":"us-west-2","group":"claude","region":"us-west-2","tier":1,"fallback":0,)j"
      R"j("score_ms":0,"trial":false,"panic":false,"explored":false}],"skipped":[)j"
      R"j({"deployment":"eu-west-1","region":"eu-west-1","why":"residency","text":)j"
      R"j("the residency rule \"us\" does not cover where it may process (eu-west-1)"},)j"
      R"j({"deployment":"us-east-1","region":"us-east-1","why":"beyond_retries","text":)j"
      R"j("eligible, but the attempts are used up before its turn"}]})j");
}

}  // namespace
}  // namespace meridian
