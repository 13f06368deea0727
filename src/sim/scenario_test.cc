#include "sim/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace meridian {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(RunScenario, HasNoDifferencesWhenAllIsAsWritten) {
  EXPECT_THAT(run_scenario("fleet claude: us-west-2 p1, us-east-1 p2\n"
                           "\n"
                           "at 0s us-west-2 down   # for good\n"
                           "at 1s ask claude -> us-west-2 (refused connection), us-east-1 ok\n"),
              IsEmpty());
}

TEST(RunScenario, TellsWhatIsDifferent) {
  EXPECT_THAT(run_scenario("fleet claude: us-west-2\n"
                           "at 1s ask claude -> us-east-1 ok\n"),
              ElementsAre("line 2: expected `us-east-1 ok`, got `us-west-2 ok`"));
}

TEST(RunScenario, TellsWhatItCannotRead) {
  EXPECT_THAT(run_scenario("fleet claude: us-west-2\nmaybe later\n"),
              ElementsAre("line 2: `maybe` begins no line"));
  EXPECT_THAT(run_scenario("fleet claude: us-west-99\n"),
              ElementsAre("line 1: `us-west-99` is not a region"));
  EXPECT_THAT(run_scenario("fleet claude: us-west-2\nat 5s us-west-2 down\nat 4s us-west-2 up\n"),
              ElementsAre("line 3: times do not go back"));
  EXPECT_THAT(run_scenario("rules retries many\n"), ElementsAre("line 1: `many` is not a number"));
}

TEST(RunScenario, ComparesShares) {
  EXPECT_THAT(run_scenario("fleet claude: us-west-2 w9, us-east-1 w1\n"
                           "at 1s ask claude 10000 times -> us-west-2 90%, us-east-1 10%\n"),
              IsEmpty());
  EXPECT_EQ(run_scenario("fleet claude: us-west-2 w9, us-east-1 w1\n"
                         "at 1s ask claude 10000 times -> us-west-2 50%\n")
                .size(),
            1U);
}

}  // namespace
}  // namespace meridian
