#include "telemetry/labels.h"

#include <set>
#include <string_view>

#include <gtest/gtest.h>

#include "telemetry/snapshot.h"

namespace meridian {

namespace {

// Each enumeration is as long as its table of counters, and each of its words is there once.
template <class Enum>
void expect_words(std::size_t count) {
  std::set<std::string_view> words;
  for (std::size_t i = 0; i < count; ++i) {
    const auto word = label_of(static_cast<Enum>(i));
    EXPECT_FALSE(word.empty()) << i;
    EXPECT_TRUE(words.insert(word).second) << word;
  }
}

TEST(LabelOf, HasAWordForEachKind) {
  expect_words<FailureKind>(kFailureKinds);
  expect_words<RequestOutcome>(kRequestOutcomes);
  expect_words<Stage>(kStages);
  expect_words<Standing>(kStandings);
  expect_words<EndpointKind>(kEndpointKinds);
}

TEST(LabelOf, CallsAnAttemptWithoutFailureOk) {
  EXPECT_EQ(label_of(std::optional<FailureKind>()), "ok");
  EXPECT_EQ(label_of(std::optional(FailureKind::TimedOut)), "timed_out");
}

TEST(CountsAgainstRegion, IsTrueForWhatTheRegionDid) {
  EXPECT_TRUE(counts_against_region(FailureKind::TimedOut));
  EXPECT_TRUE(counts_against_region(FailureKind::RateLimited));
  EXPECT_TRUE(counts_against_region(FailureKind::CutShort));
}

TEST(CountsAgainstRegion, IsFalseForWhatTheClientDid) {
  EXPECT_FALSE(counts_against_region(FailureKind::ClientLeft));
  EXPECT_FALSE(counts_against_region(FailureKind::BadRequest));
  EXPECT_FALSE(counts_against_region(FailureKind::ContextWindow));
  EXPECT_FALSE(counts_against_region(FailureKind::ContentPolicy));
}

}  // namespace

}  // namespace meridian
