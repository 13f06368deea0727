#include "sim/witness.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/router.h"
#include "support/small_fleet.h"

namespace meridian {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Optional;

constexpr DeploymentId kWest{0};
constexpr DeploymentId kDublin{1};
constexpr TimePoint kNow{5000s};

// The witness is what the simulation rests on: each promise is broken here by hand, and it has to
// object.
class WitnessTest : public ::testing::Test {
 protected:
  WitnessTest() { ask.groups = {GroupId{0}}; }

  void fail(DeploymentId id, int times) {
    for (int i = 0; i < times; ++i) {
      Ask other = ask;
      witness.sent(other, id, false, false, kNow);
      witness.attempt_ended(id, false, FailureKind::ServerError, kNow);
    }
  }

  Fleet fleet = test::claude_in({"us-west-2", "eu-west-1"});
  std::vector<Fault> faults;
  Witness witness{fleet, {{.allowed_fails = 2}, {.allowed_fails = 2}}, faults};
  Ask ask{.number = 7, .arrived = kNow, .deadline = kNow + 60s, .retries = 1};
};

TEST_F(WitnessTest, HasNothingAgainstAGoodRun) {
  witness.arrived(ask, kNow);
  witness.sent(ask, kWest, false, false, kNow);
  witness.first_content(ask, kWest, false, kNow + 1s);
  witness.attempt_ended(kWest, false, std::nullopt, kNow + 2s);
  witness.ended(ask, Ending::Served, kNow + 2s);
  witness.finish(kNow + 3s);

  EXPECT_EQ(witness.violation(), std::nullopt);
}

TEST_F(WitnessTest, ObjectsToAnAttemptOutsideTheRule) {
  ask.allowed = test::only({"eu"}).allowed();

  witness.sent(ask, kDublin, false, false, kNow);
  EXPECT_EQ(witness.violation(), std::nullopt);
  witness.sent(ask, kWest, false, false, kNow);

  EXPECT_THAT(witness.violation(),
              Optional(std::string(
                  "request 7 at 5000.000 s: an attempt at us-west-2 leaves the jurisdiction")));
}

TEST_F(WitnessTest, ObjectsToALostRequestWhileSomebodyIsHealthy) {
  witness.sent(ask, kWest, false, false, kNow);
  witness.attempt_ended(kWest, false, FailureKind::ServerError, kNow);
  witness.ended(ask, Ending::Failed, kNow);

  EXPECT_THAT(witness.violation(),
              Optional(HasSubstr("lost after 1 attempts, though us-west-2 is healthy")));
}

TEST_F(WitnessTest, ObjectsToAnOrdinaryAttemptAtARestingDeployment) {
  fail(kWest, 2);

  witness.sent(ask, kWest, false, false, kNow);

  EXPECT_THAT(witness.violation(),
              Optional(HasSubstr("an ordinary attempt at us-west-2, which is resting")));
}

TEST_F(WitnessTest, ObjectsToASecondTrialAtATime) {
  fail(kWest, 2);

  witness.sent(ask, kWest, true, false, kNow);
  witness.sent(ask, kWest, true, false, kNow);

  EXPECT_THAT(witness.violation(), Optional(HasSubstr("a second trial of us-west-2")));
}

TEST_F(WitnessTest, ObjectsToATrialRightAfterAFailedOne) {
  fail(kWest, 2);
  witness.sent(ask, kWest, true, false, kNow);
  witness.attempt_ended(kWest, true, FailureKind::ServerError, kNow);

  witness.sent(ask, kWest, true, false, kNow + 10s);

  EXPECT_THAT(witness.violation(), Optional(HasSubstr("too soon")));
}

TEST_F(WitnessTest, ObjectsToPanicWhileSomebodyIsHealthy) {
  fail(kWest, 2);

  witness.sent(ask, kWest, false, true, kNow);

  EXPECT_THAT(witness.violation(), Optional(HasSubstr("panic, though eu-west-1 is healthy")));
}

TEST_F(WitnessTest, ObjectsToAnAttemptAfterContent) {
  witness.sent(ask, kWest, false, false, kNow);
  witness.first_content(ask, kWest, false, kNow);

  witness.sent(ask, kDublin, false, false, kNow);

  EXPECT_THAT(witness.violation(), Optional(HasSubstr("after content")));
}

TEST_F(WitnessTest, ObjectsToContentAfterTheDeadline) {
  witness.sent(ask, kWest, false, false, kNow);

  witness.first_content(ask, kWest, false, kNow + 61s);

  EXPECT_THAT(witness.violation(), Optional(HasSubstr("after the deadline")));
}

TEST_F(WitnessTest, ObjectsToARequestThatEndsTwice) {
  witness.ended(ask, Ending::ClientLeft, kNow);
  witness.ended(ask, Ending::ClientLeft, kNow);

  EXPECT_THAT(witness.violation(), Optional(HasSubstr("ended twice")));
}

TEST_F(WitnessTest, ObjectsToAPlanThatForgetsADeployment) {
  Plan plan;
  plan.skipped.push_back({.deployment = kDublin, .why = SkipReason::BeyondRetries, .until = {}});

  witness.planned(ask, plan, kNow);

  EXPECT_THAT(witness.violation(), Optional(HasSubstr("us-west-2 is 0 times in the plan")));
}

TEST_F(WitnessTest, ObjectsToAReasonThatDoesNotHold) {
  Plan plan;
  plan.skipped.push_back({.deployment = kWest, .why = SkipReason::Resting, .until = {}});
  plan.skipped.push_back({.deployment = kDublin, .why = SkipReason::BeyondRetries, .until = {}});

  witness.planned(ask, plan, kNow);

  EXPECT_THAT(witness.violation(),
              Optional(HasSubstr("us-west-2 is skipped for its health, and was never in trouble")));
}

TEST_F(WitnessTest, ObjectsToMoreAttemptsThanATotalOutageMaySee) {
  faults = {{.kind = Fault::Kind::Down,
             .endpoint = EndpointId{0},
             .from = TimePoint{4970s},
             .until = TimePoint{5015s}},
            {.kind = Fault::Kind::Down,
             .endpoint = EndpointId{1},
             .from = TimePoint{4970s},
             .until = TimePoint{5015s}}};
  Witness judge(fleet, {{.allowed_fails = 1'000}, {.allowed_fails = 1'000}}, faults);
  for (int i = 0; i < 100; ++i) {
    judge.arrived(ask, kNow);
    judge.sent(ask, kWest, false, false, kNow);
    judge.sent(ask, kDublin, false, false, kNow);
  }
  judge.arrived(ask, kNow + 30s);

  judge.finish(kNow + 31s);

  EXPECT_THAT(judge.violation(), Optional(HasSubstr("200 attempts for 100 requests")));
}

}  // namespace
}  // namespace meridian
