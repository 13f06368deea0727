#include "sim/event_queue.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

using namespace std::chrono_literals;

TEST(EventQueue, GivesTheEarliestFirst) {
  EventQueue<int> queue;
  queue.add(TimePoint{3s}, 3);
  queue.add(TimePoint{1s}, 1);
  queue.add(TimePoint{2s}, 2);

  EXPECT_EQ(queue.take().what, 1);
  EXPECT_EQ(queue.take().what, 2);
  EXPECT_EQ(queue.take().what, 3);
  EXPECT_TRUE(queue.empty());
}

TEST(EventQueue, KeepsTheOrderOfSchedulingAtEqualTimes) {
  EventQueue<int> queue;
  for (int i = 0; i < 100; ++i) {
    queue.add(TimePoint{1s}, i);
  }
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(queue.take().what, i);
  }
}

}  // namespace
}  // namespace meridian
