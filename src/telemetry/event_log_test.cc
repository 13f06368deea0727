#include "telemetry/event_log.h"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

namespace meridian {

namespace {

using namespace std::chrono_literals;

constexpr LogTime kAt{std::chrono::sys_days(std::chrono::January / 2 / 2027) + 3h};
constexpr TimePoint kNow{1000s};

Fleet one_deployment() {
  Fleet fleet;
  fleet.deployments.push_back({.name = "claude/bedrock/us-west-2", .label = "us-west"});
  return fleet;
}

TEST(HealthLine, SaysWhatChangedForHowLongAndWhy) {
  std::string out;
  const HealthEvent event{.from = Standing::Ready,
                          .to = Standing::Resting,
                          .until = kNow + 59'400ms,
                          .why = "3 faults in a row (timed out)"};
  append_health_line(out, LineForm::Logfmt, kAt, event, one_deployment(), kNow);

  EXPECT_EQ(out,
            "ts=2027-01-02T03:00:00.000Z event=health level=warn "
            "deployment=claude/bedrock/us-west-2 region=us-west from=ready to=resting for_s=60 "
            "why=\"3 faults in a row (timed out)\"\n");
}

TEST(HealthLine, IsCalmAboutARecovery) {
  std::string out;
  const HealthEvent event{.from = Standing::TrialDue, .to = Standing::Ready, .why = "trial passed"};
  append_health_line(out, LineForm::Json, kAt, event, one_deployment(), kNow);

  EXPECT_EQ(out,
            R"({"ts":"2027-01-02T03:00:00.000Z","event":"health","level":"info",)"
            R"("deployment":"claude/bedrock/us-west-2","region":"us-west","from":"trial_due",)"
            R"("to":"ready","why":"trial passed"})"
            "\n");
}

TEST(StateLine, SaysWhyAndThatItIsOver) {
  std::string out;
  append_state_line(out, LineForm::Logfmt, kAt, "the state file s.db: disk full");
  append_state_line(out, LineForm::Logfmt, kAt, "");

  EXPECT_EQ(out,
            "ts=2027-01-02T03:00:00.000Z event=state_file level=error why=\"the state file s.db: "
            "disk full\"\n"
            "ts=2027-01-02T03:00:00.000Z event=state_file level=info\n");
}

TEST(ReloadLine, SaysWhichConfigurationIsInForce) {
  std::string out;
  append_reload_line(out,
                     LineForm::Logfmt,
                     kAt,
                     {.outcome = ReloadOutcome::Refused,
                      .file = "gateway.yaml",
                      .hash = "0123456789ab",
                      .problems = 2});

  EXPECT_EQ(out,
            "ts=2027-01-02T03:00:00.000Z event=reload level=error outcome=refused "
            "file=gateway.yaml hash=0123456789ab problems=2\n");
}

TEST(CredentialsLine, SaysWhyAndWhenAllIsWellAgain) {
  std::string out;
  append_credentials_line(out, LineForm::Logfmt, kAt, "AKIA...1234", "no such profile: prod");
  append_credentials_line(out, LineForm::Logfmt, kAt, "AKIA...1234", "");

  EXPECT_EQ(out,
            "ts=2027-01-02T03:00:00.000Z event=credentials level=error account=AKIA...1234 "
            "why=\"no such profile: prod\"\n"
            "ts=2027-01-02T03:00:00.000Z event=credentials level=info account=AKIA...1234\n");
}

TEST(ViolationLine, NamesTheRequestTheRegionAndTheRule) {
  std::string out;
  append_violation_line(
      out, LineForm::Logfmt, kAt, "req-9", one_deployment().deployments.front(), "eu");

  EXPECT_EQ(out,
            "ts=2027-01-02T03:00:00.000Z event=residency_violation level=critical id=req-9 "
            "deployment=claude/bedrock/us-west-2 region=us-west residency=eu\n");
}

}  // namespace

}  // namespace meridian
