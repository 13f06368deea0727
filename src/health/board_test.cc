#include "health/board.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "health/book.h"
#include "health/slot.h"
#include "support/small_fleet.h"

namespace meridian {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kStart{1000s};
constexpr DeploymentId kWest{0};

class BoardTest : public ::testing::Test {
 protected:
  // The moment when west's rest is over.
  TimePoint rested() {
    book.apply({.kind = Fact::Kind::Failed, .deployment = kWest}, kStart, rng);
    return board.view(kWest, kStart).until;
  }

  Rng rng{1};
  Fleet fleet = test::claude_in({"us-west-2"});
  Board board{1};
  HealthBook book{fleet, {{.allowed_fails = 1}}, board, kStart};
};

TEST_F(BoardTest, CountsARequestForAsLongAsItsLeaseLives) {
  {
    Board::Lease lease(board, kWest);
    EXPECT_EQ(board.view(kWest, kStart).waiting, 1U);
    EXPECT_EQ(board.view(kWest, kStart).in_flight, 1U);

    lease.first_token();
    lease.first_token();
    EXPECT_EQ(board.view(kWest, kStart).waiting, 0U);
    EXPECT_EQ(board.view(kWest, kStart).in_flight, 1U);
  }
  EXPECT_EQ(board.view(kWest, kStart).in_flight, 0U);
}

TEST_F(BoardTest, AMovedLeaseCountsOnce) {
  Board::Lease first(board, kWest);
  Board::Lease second(std::move(first));
  Board::Lease third;
  third = std::move(second);

  EXPECT_EQ(board.view(kWest, kStart).in_flight, 1U);

  third = Board::Lease();
  EXPECT_EQ(board.view(kWest, kStart).in_flight, 0U);
  EXPECT_EQ(board.view(kWest, kStart).waiting, 0U);
}

TEST_F(BoardTest, NobodyGetsATrialOfAReadyDeployment) {
  EXPECT_FALSE(board.take_trial(kWest, kStart, 1min));
}

TEST_F(BoardTest, NobodyGetsATrialBeforeTheRestIsOver) {
  const auto over = rested();

  EXPECT_FALSE(board.take_trial(kWest, over - 1us, 1min));
  EXPECT_TRUE(board.take_trial(kWest, over, 1min));
}

TEST_F(BoardTest, OnlyOneGetsTheTrialAndTheOthersSeeItRest) {
  const auto over = rested();
  ASSERT_EQ(board.view(kWest, over).standing, Standing::TrialDue);

  EXPECT_TRUE(board.take_trial(kWest, over, 1min));
  EXPECT_FALSE(board.take_trial(kWest, over, 1min));
  EXPECT_EQ(board.view(kWest, over).standing, Standing::Resting);
  EXPECT_EQ(board.view(kWest, over).until, over + 1min);
}

TEST_F(BoardTest, ATrialOfAHolderThatWasLostExpires) {
  const auto over = rested();
  ASSERT_TRUE(board.take_trial(kWest, over, 1min));

  EXPECT_FALSE(board.take_trial(kWest, over + 1min - 1us, 1min));
  EXPECT_TRUE(board.take_trial(kWest, over + 1min, 1min));
}

TEST_F(BoardTest, OfManyThreadsExactlyOneGetsTheTrial) {
  const auto over = rested();
  std::atomic<int> winners = 0;
  {
    std::vector<std::jthread> threads;
    threads.reserve(8);
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] { winners += board.take_trial(kWest, over, 1min) ? 1 : 0; });
    }
  }
  EXPECT_EQ(winners, 1);
}

TEST(Breaker, SurvivesPacking) {
  const auto word = Breaker{.open = true, .until_us = 1'234'567'890'123, .share = 0.5}.pack();

  const auto breaker = Breaker::unpack(word);
  EXPECT_TRUE(breaker.open);
  EXPECT_EQ(breaker.until_us, 1'234'567'890'123);
  EXPECT_DOUBLE_EQ(breaker.share, 0.5);
  EXPECT_DOUBLE_EQ(Breaker::unpack(Breaker{.share = 1}.pack()).share, 1);
}

TEST(Block, SurvivesPacking) {
  const auto block =
      Block::unpack(Block{.kind = Block::Kind::Account, .until_us = 1'234'567'890'123}.pack());

  EXPECT_EQ(block.kind, Block::Kind::Account);
  EXPECT_EQ(block.until_us, 1'234'567'890'123);
}

}  // namespace
}  // namespace meridian
