#include "health/book.h"

#include <optional>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/small_fleet.h"

namespace meridian {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr TimePoint kStart{1000s};

// Two models on one host in Oregon, one elsewhere; the last one is paid by somebody else.
constexpr DeploymentId kSonnetWest{0};
constexpr DeploymentId kHaikuWest{1};
constexpr DeploymentId kSonnetEast{2};
constexpr DeploymentId kOther{3};

Fleet two_models() {
  test::SmallFleet fleet;
  fleet.add({.group = "sonnet", .region = "us-west-2"}).model = "sonnet";
  fleet.add({.group = "haiku", .region = "us-west-2"}).model = "haiku";
  fleet.add({.group = "sonnet", .region = "us-east-1"}).model = "sonnet";
  fleet.add({.group = "sonnet", .region = "eu-west-1", .account = "other"}).model = "sonnet";
  return fleet.build();
}

class HealthBookTest : public ::testing::Test {
 protected:
  explicit HealthBookTest(const HealthRules& rules = {})
      : book(fleet, std::vector<HealthRules>(4, rules), board, kStart) {}

  std::vector<HealthEvent> fail(DeploymentId id,
                                FailureKind kind,
                                std::optional<Duration> retry_after = std::nullopt) {
    return book.apply({.kind = Fact::Kind::Failed,
                       .deployment = id,
                       .failure = kind,
                       .retry_after = retry_after,
                       .elapsed = 3s},
                      now,
                      rng);
  }

  std::vector<HealthEvent> succeed(DeploymentId id, bool trial = false) {
    return book.apply({.kind = Fact::Kind::Succeeded,
                       .deployment = id,
                       .trial = trial,
                       .streamed = true,
                       .elapsed = 400ms,
                       .input_tokens = 1'000},
                      now,
                      rng);
  }

  HealthView view(DeploymentId id) const { return board.view(id, now); }

  Standing standing(DeploymentId id) const { return view(id).standing; }

  // Three faults, and time goes on to the end of the rest.
  void rest_until_trial(DeploymentId id) {
    for (int i = 0; i < 3; ++i) {
      fail(id, FailureKind::ServerError);
    }
    now = view(id).until;
  }

  Rng rng{1};
  TimePoint now = kStart;
  Fleet fleet = two_models();
  Board board{4};
  HealthBook book;
};

// Facts by kind: the rows of the table in design section 5.

TEST_F(HealthBookTest, RefusedConnectionsRestEverythingAtTheEndpoint) {
  fail(kSonnetWest, FailureKind::ConnectFailed);
  fail(kHaikuWest, FailureKind::ConnectFailed);
  EXPECT_EQ(standing(kSonnetWest), Standing::Ready);

  const auto events = fail(kSonnetWest, FailureKind::ConnectFailed);

  EXPECT_EQ(standing(kSonnetWest), Standing::Resting);
  EXPECT_EQ(standing(kHaikuWest), Standing::Resting);
  EXPECT_EQ(standing(kSonnetEast), Standing::Ready);
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[0].why, "3 faults in a row at its endpoint (connection failed)");
  EXPECT_EQ(events[0].from, Standing::Ready);
  EXPECT_EQ(events[0].to, Standing::Resting);
  EXPECT_EQ(events[0].until, view(kSonnetWest).until);
}

TEST_F(HealthBookTest, ASuccessOfAnotherModelShowsThatTheEndpointIsUp) {
  fail(kSonnetWest, FailureKind::ConnectFailed);
  fail(kHaikuWest, FailureKind::ConnectFailed);
  succeed(kHaikuWest);
  fail(kSonnetWest, FailureKind::ConnectFailed);

  EXPECT_EQ(standing(kHaikuWest), Standing::Ready);
}

TEST_F(HealthBookTest, AFaultIsAPenaltyEvenWhenItCameFast) {
  succeed(kSonnetWest);
  const double base = view(kSonnetWest).base_ms;

  fail(kSonnetWest, FailureKind::ConnectFailed);

  EXPECT_NEAR(view(kSonnetWest).penalty_ms, 5'000, 1);
  EXPECT_DOUBLE_EQ(view(kSonnetWest).base_ms, base);
}

TEST_F(HealthBookTest, TimeOutsOfOneModelRestThatModelOnly) {
  for (int i = 0; i < 3; ++i) {
    fail(kSonnetWest, FailureKind::TimedOut);
  }

  EXPECT_EQ(standing(kSonnetWest), Standing::Resting);
  EXPECT_EQ(standing(kHaikuWest), Standing::Ready);
}

TEST_F(HealthBookTest, TimeOutsOfTwoModelsWithinTenSecondsRestTheEndpoint) {
  fail(kSonnetWest, FailureKind::TimedOut);
  now += 4s;
  fail(kHaikuWest, FailureKind::TimedOut);
  now += 4s;
  fail(kHaikuWest, FailureKind::TimedOut);

  EXPECT_EQ(standing(kSonnetWest), Standing::Resting);
  EXPECT_EQ(standing(kHaikuWest), Standing::Resting);
  EXPECT_EQ(standing(kSonnetEast), Standing::Ready);
}

TEST_F(HealthBookTest, TimeOutsFurtherApartDoNotAgree) {
  fail(kSonnetWest, FailureKind::TimedOut);
  now += 11s;
  fail(kHaikuWest, FailureKind::TimedOut);
  fail(kHaikuWest, FailureKind::TimedOut);

  EXPECT_EQ(standing(kSonnetWest), Standing::Ready);
  EXPECT_EQ(standing(kHaikuWest), Standing::Ready);
}

TEST_F(HealthBookTest, ATimeOutRecordsTheDeadlineAsLatency) {
  succeed(kSonnetWest);

  fail(kSonnetWest, FailureKind::TimedOut);

  EXPECT_GT(view(kSonnetWest).slowness, 3);
}

TEST_F(HealthBookTest, ServerErrorsRestTheDeploymentOnly) {
  fail(kSonnetWest, FailureKind::ServerError);
  fail(kSonnetWest, FailureKind::ServerError);
  const auto events = fail(kSonnetWest, FailureKind::ServerError);

  EXPECT_EQ(standing(kSonnetWest), Standing::Resting);
  EXPECT_EQ(standing(kHaikuWest), Standing::Ready);
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].why, "3 faults in a row (server error)");
}

TEST_F(HealthBookTest, ARateLimitBlocksUntilRetryAfterAndIsNoFault) {
  const auto events = fail(kSonnetWest, FailureKind::RateLimited, 20s);

  EXPECT_EQ(standing(kSonnetWest), Standing::QuotaBlocked);
  EXPECT_GE(view(kSonnetWest).until, now + 20s);
  EXPECT_LE(view(kSonnetWest).until, now + 22s);
  EXPECT_EQ(view(kSonnetWest).penalty_ms, 0);
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].why, "rate limited; retry-after 20 s");

  now += 22s;
  EXPECT_EQ(standing(kSonnetWest), Standing::Ready);
}

TEST_F(HealthBookTest, AnyNumberOfRateLimitsIsNoFault) {
  for (int i = 0; i < 20; ++i) {
    fail(kSonnetWest, FailureKind::RateLimited);
    now = view(kSonnetWest).until;
    EXPECT_EQ(standing(kSonnetWest), Standing::Ready);
  }
}

TEST_F(HealthBookTest, ARateLimitWithoutRetryAfterBlocksForFiveSeconds) {
  const auto events = fail(kSonnetWest, FailureKind::RateLimited);

  EXPECT_GE(view(kSonnetWest).until, now + 5s);
  EXPECT_LE(view(kSonnetWest).until, now + 5500ms);
  EXPECT_EQ(events[0].why, "rate limited; no retry-after, 5 s assumed");
}

TEST_F(HealthBookTest, AnAbsurdRetryAfterIsClamped) {
  fail(kSonnetWest, FailureKind::RateLimited, 10'000h);
  fail(kSonnetEast, FailureKind::RateLimited, -5s);

  EXPECT_LE(view(kSonnetWest).until, now + 330s);
  EXPECT_GE(view(kSonnetEast).until, now + 1s);
}

TEST_F(HealthBookTest, ARetryAfterThatDoesNotFitInAClockIsClampedToo) {
  fail(kSonnetWest, FailureKind::RateLimited, Duration::max());
  fail(kSonnetEast, FailureKind::ServerError, Duration::max());
  fail(kOther, FailureKind::AccountBlocked, Duration::max());

  EXPECT_LE(view(kSonnetWest).until, now + 330s);
  EXPECT_LE(view(kOther).until, now + 66min);
  EXPECT_LE(view(kSonnetEast).penalty_ms, 300'000);
}

TEST_F(HealthBookTest, ABlockedAccountBlocksAllOfItsDeploymentsAndNoOther) {
  const auto events = fail(kSonnetWest, FailureKind::AccountBlocked);

  EXPECT_EQ(standing(kSonnetWest), Standing::AccountBlocked);
  EXPECT_EQ(standing(kHaikuWest), Standing::AccountBlocked);
  EXPECT_EQ(standing(kSonnetEast), Standing::AccountBlocked);
  EXPECT_EQ(standing(kOther), Standing::Ready);
  EXPECT_GE(view(kSonnetEast).until, now + 15min);
  ASSERT_THAT(events, SizeIs(3));
  EXPECT_EQ(events[0].why, "the account is out of money or at its spend limit");
}

TEST_F(HealthBookTest, WhenAnAccountBlockEndsOneRequestTriesEachDeployment) {
  fail(kSonnetWest, FailureKind::AccountBlocked);

  now = view(kSonnetWest).until;
  EXPECT_EQ(standing(kSonnetWest), Standing::TrialDue);
  EXPECT_TRUE(board.take_trial(kSonnetWest, now, 1min));
  succeed(kSonnetWest, true);
  EXPECT_EQ(standing(kSonnetWest), Standing::Ready);
}

TEST_F(HealthBookTest, ARefusedKeyOrModelBlocksTheDeploymentAtOnceForFiveMinutes) {
  const auto events = fail(kSonnetWest, FailureKind::Misconfigured);

  EXPECT_EQ(standing(kSonnetWest), Standing::Misconfigured);
  EXPECT_EQ(standing(kHaikuWest), Standing::Ready);
  EXPECT_GE(view(kSonnetWest).until, now + 5min);
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].why, "refused credentials, or a model that is not available there");

  now = view(kSonnetWest).until;
  EXPECT_EQ(standing(kSonnetWest), Standing::TrialDue);
}

TEST_F(HealthBookTest, WhatIsWrongWithTheRequestTeachesNothing) {
  for (const auto kind : {FailureKind::BadRequest,
                          FailureKind::ContextWindow,
                          FailureKind::ContentPolicy,
                          FailureKind::ClientLeft}) {
    for (int i = 0; i < 20; ++i) {
      EXPECT_THAT(fail(kSonnetWest, kind), IsEmpty());
    }
  }
  EXPECT_EQ(standing(kSonnetWest), Standing::Ready);
  EXPECT_EQ(view(kSonnetWest).penalty_ms, 0);
}

TEST_F(HealthBookTest, ACutStreamCountsHalfAndKeepsItsLatencySample) {
  succeed(kSonnetWest);
  const double base = view(kSonnetWest).base_ms;
  for (int i = 0; i < 5; ++i) {
    fail(kSonnetWest, FailureKind::CutShort);
  }
  EXPECT_EQ(standing(kSonnetWest), Standing::Ready);

  fail(kSonnetWest, FailureKind::CutShort);

  EXPECT_EQ(standing(kSonnetWest), Standing::Resting);
  EXPECT_DOUBLE_EQ(view(kSonnetWest).base_ms, base);
}

// Trials.

TEST_F(HealthBookTest, ATrialThatPassesBringsTheDeploymentBackWithATenthOfItsShare) {
  rest_until_trial(kSonnetWest);
  ASSERT_TRUE(board.take_trial(kSonnetWest, now, 1min));

  const auto events = succeed(kSonnetWest, true);

  EXPECT_EQ(standing(kSonnetWest), Standing::Ready);
  EXPECT_NEAR(view(kSonnetWest).share, 0.1, 0.005);
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[0].why, "the rest is over; one request may try it");
  EXPECT_EQ(events[1].why, "trial passed; slow start for 30 s");
}

TEST_F(HealthBookTest, ATrialThatFailsDoublesTheRest) {
  rest_until_trial(kSonnetWest);
  ASSERT_TRUE(board.take_trial(kSonnetWest, now, 1min));

  const auto events =
      book.apply({.kind = Fact::Kind::Failed, .deployment = kSonnetWest, .trial = true}, now, rng);

  EXPECT_EQ(standing(kSonnetWest), Standing::Resting);
  EXPECT_GE(view(kSonnetWest).until, now + 120s);
  EXPECT_EQ(events.back().why, "trial failed (server error)");
}

TEST_F(HealthBookTest, AClientThatLeavesATrialGivesItBack) {
  rest_until_trial(kSonnetWest);
  ASSERT_TRUE(board.take_trial(kSonnetWest, now, 1min));
  ASSERT_EQ(standing(kSonnetWest), Standing::Resting);

  book.apply(
      {.kind = Fact::Kind::TrialGivenUp, .deployment = kSonnetWest, .trial = true}, now, rng);

  EXPECT_EQ(standing(kSonnetWest), Standing::TrialDue);
  EXPECT_TRUE(board.take_trial(kSonnetWest, now, 1min));
}

TEST_F(HealthBookTest, ATrialWhoseRequestWasBadGivesItBack) {
  rest_until_trial(kSonnetWest);
  ASSERT_TRUE(board.take_trial(kSonnetWest, now, 1min));

  book.apply({.kind = Fact::Kind::Failed,
              .deployment = kSonnetWest,
              .trial = true,
              .failure = FailureKind::BadRequest},
             now,
             rng);

  EXPECT_EQ(standing(kSonnetWest), Standing::TrialDue);
}

TEST_F(HealthBookTest, ALateSuccessOfAnOlderRequestDoesNotShortenTheRest) {
  for (int i = 0; i < 3; ++i) {
    fail(kSonnetWest, FailureKind::ServerError);
  }
  now += 10s;

  succeed(kSonnetWest);

  EXPECT_EQ(standing(kSonnetWest), Standing::Resting);
}

TEST_F(HealthBookTest, LateFaultsOfOlderRequestsDoNotLengthenTheRest) {
  for (int i = 0; i < 3; ++i) {
    fail(kSonnetWest, FailureKind::ServerError);
  }
  const auto until = view(kSonnetWest).until;
  now += 10s;

  for (int i = 0; i < 10; ++i) {
    fail(kSonnetWest, FailureKind::ServerError);
  }

  EXPECT_EQ(view(kSonnetWest).until, until);
}

TEST_F(HealthBookTest, WhenATrialShowsThatAnEndpointAnswersItsOthersComeBackToo) {
  for (int i = 0; i < 3; ++i) {
    fail(kSonnetWest, FailureKind::ConnectFailed);
  }
  ASSERT_EQ(standing(kHaikuWest), Standing::Resting);
  now += 70s;
  ASSERT_TRUE(board.take_trial(kHaikuWest, now, 1min));

  succeed(kHaikuWest, true);

  EXPECT_EQ(standing(kHaikuWest), Standing::Ready);
}

// Probes.

TEST_F(HealthBookTest, AConnectProbeMeasuresTheRoundTripAndNothingElse) {
  rest_until_trial(kSonnetWest);
  const Fact passed{.kind = Fact::Kind::Connected, .deployment = kSonnetWest, .elapsed = 70ms};

  EXPECT_THAT(book.apply(passed, now - 1s, rng), IsEmpty());
  book.apply(passed, now, rng);

  EXPECT_EQ(standing(kSonnetWest), Standing::TrialDue);
  EXPECT_NEAR(view(kSonnetWest).round_trip_ms, 70, 0.01);
}

TEST_F(HealthBookTest, APassedConnectProbeDoesNotResetTheFaultsInARow) {
  fail(kSonnetWest, FailureKind::ServerError);
  fail(kSonnetWest, FailureKind::ServerError);
  book.apply({.kind = Fact::Kind::Connected, .deployment = kSonnetWest, .elapsed = 70ms}, now, rng);
  fail(kSonnetWest, FailureKind::ServerError);

  EXPECT_EQ(standing(kSonnetWest), Standing::Resting);
}

TEST_F(HealthBookTest, FailedProbesCountAsFaults) {
  for (int i = 0; i < 3; ++i) {
    book.apply({.kind = Fact::Kind::ProbeFailed,
                .deployment = kSonnetEast,
                .failure = FailureKind::ConnectFailed},
               now,
               rng);
  }

  EXPECT_EQ(standing(kSonnetEast), Standing::Resting);
}

TEST_F(HealthBookTest, ACompletionProbeEndsATrialWell) {
  rest_until_trial(kSonnetWest);

  book.apply({.kind = Fact::Kind::ProbeOk, .deployment = kSonnetWest, .elapsed = 300ms}, now, rng);

  EXPECT_EQ(standing(kSonnetWest), Standing::Ready);
}

TEST_F(HealthBookTest, NoProbeShortensTheRest) {
  rest_until_trial(kSonnetWest);
  now -= 1s;

  book.apply({.kind = Fact::Kind::ProbeOk, .deployment = kSonnetWest, .elapsed = 300ms}, now, rng);

  EXPECT_EQ(standing(kSonnetWest), Standing::Resting);
}

TEST_F(HealthBookTest, ARequestThatWaitsTooLongIsAPenaltyBeforeItFails) {
  succeed(kSonnetWest);

  book.apply({.kind = Fact::Kind::Waiting,
              .deployment = kSonnetWest,
              .elapsed = 2s,
              .input_tokens = 1'000},
             now,
             rng);

  EXPECT_NEAR(view(kSonnetWest).penalty_ms, 2'000 - 400, 100);
}

// Time.

TEST_F(HealthBookTest, ATickTellsThatARestIsOver) {
  rest_until_trial(kSonnetWest);

  const auto events = book.tick(now);

  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].to, Standing::TrialDue);
  EXPECT_EQ(events[0].why, "the rest is over; one request may try it");
}

TEST_F(HealthBookTest, ARestThatOutlivesAQuotaBlockIsNotForgotten) {
  for (int i = 0; i < 3; ++i) {
    fail(kSonnetWest, FailureKind::ServerError);
  }
  fail(kSonnetWest, FailureKind::RateLimited);
  ASSERT_EQ(standing(kSonnetWest), Standing::QuotaBlocked);

  now += 10s;

  EXPECT_EQ(standing(kSonnetWest), Standing::Resting);
}

TEST_F(HealthBookTest, CountsRequestsAndTokensOfTheLastMinute) {
  succeed(kSonnetWest);
  book.apply(
      {.kind = Fact::Kind::Finished, .deployment = kSonnetWest, .output_tokens = 200}, now, rng);
  EXPECT_EQ(view(kSonnetWest).requests_this_minute, 1);
  EXPECT_EQ(view(kSonnetWest).tokens_this_minute, 1'200);

  now += 61s;
  book.tick(now);

  EXPECT_EQ(view(kSonnetWest).requests_this_minute, 0);
  EXPECT_EQ(view(kSonnetWest).tokens_this_minute, 0);
}

TEST_F(HealthBookTest, CountsTheSuccessesOfTheLastTenSeconds) {
  succeed(kSonnetWest);
  succeed(kSonnetWest);
  EXPECT_EQ(view(kSonnetWest).recent_successes, 2U);

  now += 11s;
  book.tick(now);

  EXPECT_EQ(view(kSonnetWest).recent_successes, 0U);
}

TEST_F(HealthBookTest, AnOperatorMayTakeADeploymentOutAndBack) {
  EXPECT_EQ(book.drain(kSonnetWest, true, now)[0].why, "drained by an operator");
  EXPECT_EQ(standing(kSonnetWest), Standing::Draining);

  EXPECT_EQ(book.drain(kSonnetWest, false, now)[0].why, "taken back by an operator");
  EXPECT_EQ(standing(kSonnetWest), Standing::Ready);
}

TEST_F(HealthBookTest, AReloadKeepsWhatIsKnownOfTheSameDeployment) {
  succeed(kSonnetEast);
  for (int i = 0; i < 3; ++i) {
    fail(kSonnetWest, FailureKind::ServerError);
  }
  // The same deployments, in another order and without one of them.
  test::SmallFleet changed;
  changed.add({.group = "new", .region = "us-east-1"}).model = "sonnet";
  changed.add({.group = "new", .region = "us-west-2"}).model = "sonnet";
  const auto fleet_after = changed.build();
  Board board_after(2);
  HealthBook after(fleet_after, {{}, {}}, board_after, now);

  after.inherit(book, now);

  EXPECT_TRUE(board_after.view(DeploymentId{0}, now).measured);
  EXPECT_EQ(board_after.view(DeploymentId{1}, now).standing, Standing::Resting);
  EXPECT_EQ(board_after.view(DeploymentId{1}, now).until, view(kSonnetWest).until);
}

// Rules.

class SeedRules : public HealthBookTest {
 protected:
  SeedRules() : HealthBookTest({.allowed_fails = 5, .cooldown = 300s}) {}
};

TEST_F(SeedRules, RestsFiveMinutesAtTheFifthFault) {
  for (int i = 0; i < 4; ++i) {
    fail(kSonnetWest, FailureKind::ServerError);
  }
  EXPECT_EQ(standing(kSonnetWest), Standing::Ready);

  fail(kSonnetWest, FailureKind::ServerError);

  EXPECT_EQ(standing(kSonnetWest), Standing::Resting);
  EXPECT_GE(view(kSonnetWest).until, now + 300s);
  EXPECT_LE(view(kSonnetWest).until, now + 305s);
}

class CountingRules : public HealthBookTest {
 protected:
  CountingRules()
      : HealthBookTest({.rate_limit_fails = 2,
                        .authentication_fails = 2,
                        .content_policy_fails = 2,
                        .bad_request_fails = 2}) {}
};

TEST_F(CountingRules, RateLimitsCountAsFaultsWhereThePolicySaysHowMany) {
  EXPECT_THAT(fail(kSonnetWest, FailureKind::RateLimited), IsEmpty());
  EXPECT_EQ(standing(kSonnetWest), Standing::Ready);

  const auto events = fail(kSonnetWest, FailureKind::RateLimited);

  EXPECT_EQ(standing(kSonnetWest), Standing::Resting);
  EXPECT_EQ(events[0].why, "2 faults in a row (rate limited)");
}

TEST_F(CountingRules, ARefusedKeyBlocksOnlyAtItsThreshold) {
  fail(kSonnetWest, FailureKind::Misconfigured);
  EXPECT_EQ(standing(kSonnetWest), Standing::Ready);

  fail(kSonnetWest, FailureKind::Misconfigured);
  EXPECT_EQ(standing(kSonnetWest), Standing::Misconfigured);
}

TEST_F(CountingRules, BadRequestsAndPolicyRefusalsCountWhereThePolicySaysSo) {
  fail(kSonnetWest, FailureKind::BadRequest);
  fail(kSonnetWest, FailureKind::BadRequest);
  fail(kSonnetEast, FailureKind::ContentPolicy);
  fail(kSonnetEast, FailureKind::ContentPolicy);

  EXPECT_EQ(standing(kSonnetWest), Standing::Resting);
  EXPECT_EQ(standing(kSonnetEast), Standing::Resting);
}

class WithoutCooldowns : public HealthBookTest {
 protected:
  WithoutCooldowns() : HealthBookTest({.disabled = true}) {}
};

TEST_F(WithoutCooldowns, NothingTakesADeploymentOutOfUse) {
  for (const auto kind : {FailureKind::ServerError,
                          FailureKind::ConnectFailed,
                          FailureKind::RateLimited,
                          FailureKind::AccountBlocked,
                          FailureKind::Misconfigured}) {
    for (int i = 0; i < 20; ++i) {
      fail(kSonnetWest, kind);
    }
  }

  EXPECT_EQ(standing(kSonnetWest), Standing::Ready);
  EXPECT_GT(view(kSonnetWest).penalty_ms, 0);
}

}  // namespace
}  // namespace meridian
