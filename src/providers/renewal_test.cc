#include "providers/renewal.h"

#include <gtest/gtest.h>

#include "providers/errands.h"

namespace meridian {
namespace {

using std::chrono::seconds;

constexpr WallTime kStart{seconds(1'000'000)};

// A key from a variable, good for 1,000 s.
LeaseScript read_key(Desk* desk) {
  const auto key = co_await variable(desk, "KEY");
  if (key.empty()) {
    co_return no_credential("KEY is not set.");
  }
  Lease lease;
  lease.credential.api_key = Secret(key);
  lease.ends = desk->now + seconds(1000);
  co_return lease;
}

LeaseScript sleeps_first(Desk* desk) {
  co_await pause(desk, seconds(10));
  co_return co_await read_key(desk);
}

class Renewal : public ::testing::Test {
 protected:
  Renewal() {
    rules_.ahead = seconds(100);
    rules_.retry = seconds(4);
    source_ = make_renewing_source(read_key, rules_);
  }

  void answer(const char* key, WallTime now) {
    ErrandResult result;
    result.done = key != nullptr;
    result.text = key != nullptr ? key : "";
    source_->on_result(result, now);
  }

  std::string key_at(WallTime now) const {
    const auto credential = source_->current(now);
    return credential ? std::string(credential->api_key.reveal()) : "none";
  }

  RenewalRules rules_;
  Rng rng_{7};
  std::unique_ptr<CredentialSource> source_;
};

TEST_F(Renewal, BeginsAtOnce) {
  EXPECT_LE(source_->wake_at(), kStart);
  EXPECT_TRUE(source_->next(kStart, rng_));
}

TEST_F(Renewal, GivesOutOneErrandAtATime) {
  ASSERT_TRUE(source_->next(kStart, rng_));
  EXPECT_FALSE(source_->next(kStart, rng_));
}

TEST_F(Renewal, ComesAheadOfTheEnd) {
  ASSERT_TRUE(source_->next(kStart, rng_));
  answer("one", kStart);
  EXPECT_EQ(key_at(kStart), "one");
  EXPECT_EQ(source_->wake_at(), kStart + seconds(900));
  EXPECT_FALSE(source_->next(kStart + seconds(899), rng_));
  EXPECT_TRUE(source_->next(kStart + seconds(900), rng_));
}

TEST_F(Renewal, ThatFailsKeepsTheLastGoodOneUntilItEnds) {
  ASSERT_TRUE(source_->next(kStart, rng_));
  answer("one", kStart);
  ASSERT_TRUE(source_->next(kStart + seconds(900), rng_));
  answer(nullptr, kStart + seconds(900));
  EXPECT_EQ(source_->trouble(), "KEY is not set.");
  EXPECT_EQ(key_at(kStart + seconds(999)), "one");
  EXPECT_EQ(key_at(kStart + seconds(1000)), "none");
}

TEST_F(Renewal, ThatFailsIsTriedAgainLaterAndLater) {
  auto now = kStart;
  std::vector<std::int64_t> waits;
  for (int tries = 0; tries < 6; ++tries) {
    ASSERT_TRUE(source_->next(now, rng_));
    answer(nullptr, now);
    waits.push_back((source_->wake_at() - now).count());
    now = source_->wake_at();
  }
  // 4, 8, 16, 32, 60, 60 seconds, each less up to a quarter.
  const std::vector<std::int64_t> most = {4, 8, 16, 32, 60, 60};
  for (std::size_t i = 0; i < most.size(); ++i) {
    EXPECT_LE(waits[i], most[i]);
    EXPECT_GE(waits[i], most[i] * 3 / 4);
  }
}

TEST_F(Renewal, IsBroughtForwardWhenTheProviderRefuses) {
  ASSERT_TRUE(source_->next(kStart, rng_));
  answer("one", kStart);
  source_->refused(kStart + seconds(50));
  EXPECT_TRUE(source_->next(kStart + seconds(50), rng_));
}

TEST_F(Renewal, OfWhatWasJustObtainedWaitsHalfAMinute) {
  ASSERT_TRUE(source_->next(kStart, rng_));
  answer("one", kStart);
  source_->refused(kStart + seconds(1));
  EXPECT_EQ(source_->wake_at(), kStart + seconds(30));
}

TEST_F(Renewal, SleepsWhereItsStoryDoes) {
  source_ = make_renewing_source(sleeps_first, rules_);
  EXPECT_FALSE(source_->next(kStart, rng_));
  EXPECT_EQ(source_->wake_at(), kStart + seconds(10));
  EXPECT_FALSE(source_->next(kStart + seconds(9), rng_));
  ASSERT_TRUE(source_->next(kStart + seconds(10), rng_));
  answer("late", kStart + seconds(10));
  EXPECT_EQ(key_at(kStart + seconds(10)), "late");
}

TEST_F(Renewal, CanBeDroppedInTheMiddle) {
  ASSERT_TRUE(source_->next(kStart, rng_));
  source_.reset();
}

TEST_F(Renewal, IgnoresAnAnswerNobodyAskedFor) {
  answer("stray", kStart);
  EXPECT_EQ(key_at(kStart), "none");
}

TEST(FixedSource, IsThereAtOnceAndStays) {
  Credential credential;
  credential.api_key = Secret("k");
  const auto source = make_fixed_source(credential);
  Rng rng(1);
  EXPECT_FALSE(source->next(kStart, rng));
  EXPECT_TRUE(source->current(kStart));
  EXPECT_EQ(source->trouble(), "");
}

}  // namespace
}  // namespace meridian
