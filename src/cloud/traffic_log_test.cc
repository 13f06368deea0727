#include "cloud/traffic_log.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

TrafficEntry to(std::string region) {
  TrafficEntry entry;
  entry.region = std::move(region);
  return entry;
}

TEST(TrafficLog, GivesWhatCameAfterANumber) {
  TrafficLog log;
  log.add(to("a"));
  log.add(to("b"));
  const auto page = log.after(1, 10);
  ASSERT_EQ(page.entries.size(), 1U);
  EXPECT_EQ(page.entries[0].region, "b");
  EXPECT_EQ(page.entries[0].seq, 2U);
  EXPECT_EQ(page.last, 2U);
}

TEST(TrafficLog, KeepsTheLastOnesAndSaysHowManyAreLost) {
  TrafficLog log(3);
  for (const auto* const region : {"a", "b", "c", "d", "e"}) {
    log.add(to(region));
  }
  const auto page = log.after(0, 10);
  ASSERT_EQ(page.entries.size(), 3U);
  EXPECT_EQ(page.entries.front().region, "c");
  EXPECT_EQ(page.entries.back().region, "e");
  EXPECT_EQ(page.lost, 2U);
}

TEST(TrafficLog, ForgetsAndCountsOn) {
  TrafficLog log(3);
  log.add(to("a"));
  log.clear();
  EXPECT_EQ(log.add(to("b")), 2U);
  const auto page = log.after(0, 10);
  ASSERT_EQ(page.entries.size(), 1U);
  EXPECT_EQ(page.entries[0].region, "b");
  EXPECT_EQ(page.lost, 0U);
}

TEST(TrafficLog, NotesHowAnEntryEndedUnlessItIsGone) {
  TrafficLog log(1);
  const auto first = log.add(to("a"));
  const auto second = log.add(to("b"));
  log.close(first, "cut");
  log.close(second, "whole");
  EXPECT_EQ(log.after(0, 1).entries[0].outcome, "whole");
}

TEST(TrafficLog, HidesThePromptBehindAHashOfItsBeginning) {
  EXPECT_EQ(of_prompt("hello"), "2cf24dba5fb0a30e");
  EXPECT_EQ(of_prompt(std::string(64, 'x')), of_prompt(std::string(65, 'x')));
  EXPECT_EQ(of_prompt(""), "");
}

}  // namespace
}  // namespace meridian
