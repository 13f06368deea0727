#include "routing/outlook.h"

#include <vector>

#include <gtest/gtest.h>

namespace meridian {
namespace {

using namespace std::chrono_literals;

NoPlan none_of(const std::vector<SkipReason>& reasons) {
  std::vector<Skip> skipped;
  skipped.reserve(reasons.size());
  for (const auto why : reasons) {
    skipped.push_back({.deployment = {}, .why = why, .until = {}});
  }
  return outlook_of(skipped).none;
}

TEST(OutlookOf, OnlyResidencyInTheWayIsAMatterOfResidency) {
  EXPECT_EQ(none_of({SkipReason::Residency, SkipReason::Residency}), NoPlan::Residency);
}

TEST(OutlookOf, OneThatIsAllowedAndRestsMakesItAMatterOfHealth) {
  EXPECT_EQ(none_of({SkipReason::Residency, SkipReason::Resting, SkipReason::Capability}),
            NoPlan::Health);
  EXPECT_EQ(none_of({SkipReason::Residency, SkipReason::AccountBlocked}), NoPlan::Health);
  EXPECT_EQ(none_of({SkipReason::Draining}), NoPlan::Health);
}

TEST(OutlookOf, LimitsAreAMatterOfQuota) {
  EXPECT_EQ(none_of({SkipReason::QuotaBlocked, SkipReason::Misconfigured}), NoPlan::Quota);
  EXPECT_EQ(none_of({SkipReason::Busy}), NoPlan::Quota);
  EXPECT_EQ(none_of({SkipReason::QuotaWouldOverflow}), NoPlan::Quota);
}

TEST(OutlookOf, APromptTooLongIsSaidWhereItWasTheNearestThing) {
  EXPECT_EQ(none_of({SkipReason::ContextWindow, SkipReason::Capability}), NoPlan::ContextWindow);
  EXPECT_EQ(none_of({SkipReason::Tags, SkipReason::NotConfigured}), NoPlan::Capability);
  EXPECT_EQ(none_of({SkipReason::NotConfigured, SkipReason::Residency}), NoPlan::NotConfigured);
}

TEST(OutlookOf, TheEarliestEndOfARestOrBlockIsWhenToComeBack) {
  const std::vector<Skip> skipped{{{}, SkipReason::Resting, TimePoint{70s}},
                                  {{}, SkipReason::QuotaBlocked, TimePoint{20s}},
                                  {{}, SkipReason::Residency, {}}};

  EXPECT_EQ(outlook_of(skipped).retry_at, TimePoint{20s});
}

}  // namespace
}  // namespace meridian
