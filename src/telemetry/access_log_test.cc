#include "telemetry/access_log.h"

#include <array>
#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace meridian {

namespace {

using namespace std::chrono_literals;

// 2026-11-25T19:15:02.123Z.
constexpr LogTime kAt{std::chrono::sys_days(std::chrono::November / 25 / 2026) + 19h + 15min + 2s +
                      123ms};

constexpr std::array<AttemptNote, 2> kAttempts{
    AttemptNote{"us-west", FailureKind::TimedOut},
    AttemptNote{"us-east", std::nullopt},
};

AccessLine answered() {
  return {.at = kAt,
          .id = "req-1",
          .outcome = RequestOutcome::Answered,
          .status = 200,
          .client = "10.0.0.7",
          .key_alias = "team-a",
          .method = "POST",
          .path = "/v1/chat/completions",
          .model = "claude",
          .group = "claude",
          .region = "us-east",
          .deployment = "claude/bedrock/us-east-1",
          .attempts = kAttempts,
          .residency = "us & ca",
          .streamed = true,
          .took = 1'204'118us,
          .first_token = 310'002us,
          .overhead = 41us,
          .tokens = TokenCounts{.input = 812, .cache_read = 7, .cache_write = 0, .output = 96},
          .cost = MicroDollars{3'876}};
}

std::string written(LineForm form, const AccessLine& line) {
  std::string out;
  append_access_line(out, form, line);
  return out;
}

TEST(AccessLine, SaysAllAboutARequestInLogfmt) {
  EXPECT_EQ(written(LineForm::Logfmt, answered()),
            "ts=2026-11-25T19:15:02.123Z event=request id=req-1 outcome=answered status=200 "
            "client=10.0.0.7 key=team-a method=POST path=/v1/chat/completions model=claude "
            "region=us-east deployment=claude/bedrock/us-east-1 "
            "attempts=us-west:timed_out,us-east:ok residency=\"us & ca\" stream=true ms=1204.118 "
            "ttft_ms=310.002 overhead_ms=0.041 in=812 cache_read=7 cache_write=0 out=96 "
            "cost_usd=0.003876\n");
}

TEST(AccessLine, SaysTheSameInJson) {
  EXPECT_EQ(written(LineForm::Json, answered()),
            R"({"ts":"2026-11-25T19:15:02.123Z","event":"request","id":"req-1",)"
            R"("outcome":"answered","status":200,"client":"10.0.0.7","key":"team-a",)"
            R"("method":"POST","path":"/v1/chat/completions","model":"claude","region":"us-east",)"
            R"("deployment":"claude/bedrock/us-east-1","attempts":[{"region":"us-west",)"
            R"("outcome":"timed_out"},{"region":"us-east","outcome":"ok"}],"residency":"us & ca",)"
            R"("stream":true,"ms":1204.118,"ttft_ms":310.002,"overhead_ms":0.041,"in":812,)"
            R"("cache_read":7,"cache_write":0,"out":96,"cost_usd":0.003876})"
            "\n");
}

TEST(AccessLine, LeavesOutWhatIsNotKnown) {
  EXPECT_EQ(written(LineForm::Logfmt,
                    {.at = kAt,
                     .id = "req-2",
                     .outcome = RequestOutcome::RefusedKey,
                     .status = 401,
                     .overhead = 9us,
                     .error = "invalid_api_key"}),
            "ts=2026-11-25T19:15:02.123Z event=request id=req-2 outcome=refused_key status=401 "
            "stream=false ms=0.000 overhead_ms=0.009 error=invalid_api_key\n");
}

TEST(AccessLine, SaysWhyAConnectionFailed) {
  auto line = answered();
  line.why = "certificate not accepted: certificate has expired";

  EXPECT_TRUE(written(LineForm::Logfmt, line)
                  .ends_with(" why=\"certificate not accepted: certificate has expired\"\n"));
}

TEST(AccessLine, NamesTheGroupWhenTheClientUsedAnotherName) {
  auto line = answered();
  line.model = "sonnet";

  EXPECT_NE(written(LineForm::Logfmt, line).find(" model=sonnet group=claude "), std::string::npos);
}

TEST(AccessLine, KeepsTheQueryOutBecauseItMayHoldAKey) {
  auto line = answered();
  line.path = "/v1/models?key=sk-secret";

  EXPECT_NE(written(LineForm::Logfmt, line).find(" path=/v1/models model="), std::string::npos);
}

TEST(AccessLine, IsOneLineWhateverTheClientSends) {
  auto line = answered();
  line.model = "x\" outcome=answered\nts=1 event=request";
  const auto text = written(LineForm::Logfmt, line);

  EXPECT_EQ(text.find('\n'), text.size() - 1);
  EXPECT_NE(text.find(R"(model="x\" outcome=answered\nts=1 event=request" )"), std::string::npos);
}

TEST(AccessLine, IsBoundedWhateverTheClientSends) {
  const std::string huge(1 << 20, 'm');
  auto line = answered();
  line.model = huge;
  line.path = huge;

  EXPECT_LT(written(LineForm::Logfmt, line).size(), 1500U);
}

TEST(AccessLine, NamesSixteenAttemptsAndCountsTheRest) {
  const std::vector<AttemptNote> many(20, AttemptNote{"r", FailureKind::ConnectFailed});
  auto line = answered();
  line.attempts = many;
  const auto text = written(LineForm::Logfmt, line);

  EXPECT_NE(text.find(",r:connect_failed attempts_total=20 "), std::string::npos);
}

TEST(AccessLine, KeepsTheListOfAttemptsAListWhateverALabelHolds) {
  const std::array<AttemptNote, 1> strange{AttemptNote{"us west,x:ok\n", FailureKind::CutShort}};
  auto line = answered();
  line.attempts = strange;

  EXPECT_NE(written(LineForm::Logfmt, line).find(" attempts=us_west_x_ok_:cut_short "),
            std::string::npos);
}

}  // namespace

}  // namespace meridian
