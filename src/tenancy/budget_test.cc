#include "tenancy/budget.h"

#include <gtest/gtest.h>

namespace meridian {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_days;

WallTime at(int year, unsigned month, unsigned day, std::chrono::seconds time = 0s) {
  return sys_days(std::chrono::year(year) / static_cast<int>(month) / static_cast<int>(day)) + time;
}

Budget of(std::string_view period) {
  return {.limit = {1'000'000}, .period = read_budget_period(period)};
}

TEST(ReadBudgetPeriod, TakesLiteLlmsUnits) {
  EXPECT_EQ(read_budget_period("30s"), BudgetPeriod{.length = 30s});
  EXPECT_EQ(read_budget_period("10m"), BudgetPeriod{.length = 10min});
  EXPECT_EQ(read_budget_period("24h"), BudgetPeriod{.length = 24h});
  EXPECT_EQ(read_budget_period("30d"), BudgetPeriod{.length = days(30)});
  EXPECT_EQ(read_budget_period("2w"), BudgetPeriod{.length = days(14)});
  EXPECT_EQ(read_budget_period("1mo"), BudgetPeriod{.months = 1});
}

TEST(ReadBudgetPeriod, TakesNothingElse) {
  for (const auto* text : {"",
                           "30",
                           "d",
                           "0d",
                           "-1d",
                           "1.5h",
                           "1y",
                           "1 d",
                           "1d ",
                           "daily",
                           "1MO",
                           "121mo",
                           "3661d",
                           "99999999999d",
                           "2147483647w"}) {
    EXPECT_EQ(read_budget_period(text), std::nullopt) << text;
  }
}

TEST(SpanAt, WithoutAPeriodNeverEnds) {
  const auto span = span_at({.limit = {1}}, at(2026, 1, 1), at(2036, 1, 1));
  EXPECT_EQ(span.began, at(2026, 1, 1));
  EXPECT_EQ(span.ends, std::nullopt);
}

TEST(SpanAt, CountsPeriodsFromTheFirst) {
  const auto first = at(2026, 11, 26, 10h);
  EXPECT_EQ(span_at(of("24h"), first, first).began, first);
  EXPECT_EQ(span_at(of("24h"), first, first).ends, first + 24h);
  EXPECT_EQ(span_at(of("24h"), first, first + 24h - 1s).began, first);
  EXPECT_EQ(span_at(of("24h"), first, first + 24h).began, first + 24h);
  EXPECT_EQ(span_at(of("24h"), first, first + 100h).ends, first + 120h);
}

TEST(SpanAt, ClockBeforeTheFirstIsInTheFirst) {
  const auto first = at(2026, 11, 26);
  EXPECT_EQ(span_at(of("1d"), first, first - 100h).began, first);
  EXPECT_EQ(span_at(of("1mo"), first, first - 1000h).ends, at(2026, 12, 26));
}

TEST(SpanAt, MonthsAreTheCalendars) {
  const auto first = at(2026, 1, 31, 9h);
  EXPECT_EQ(span_at(of("1mo"), first, first).ends, at(2026, 2, 28, 9h));
  EXPECT_EQ(span_at(of("1mo"), first, at(2026, 2, 28, 9h - 1s)).began, first);
  // Counted from the first, so that a short month shortens no later one.
  EXPECT_EQ(span_at(of("1mo"), first, at(2026, 3, 1)).ends, at(2026, 3, 31, 9h));
  EXPECT_EQ(span_at(of("3mo"), first, at(2027, 2, 1)).began, at(2027, 1, 31, 9h));
}

TEST(SpanAt, EveryMomentIsInOneSpan) {
  const auto first = at(2024, 1, 31, 13h + 5min);
  for (const auto* period : {"7h", "30d", "1mo", "5mo"}) {
    const auto budget = of(period);
    auto span = span_at(budget, first, first);
    for (int i = 0; i < 40; ++i) {
      EXPECT_EQ(span_at(budget, first, *span.ends - 1s).began, span.began) << period << " " << i;
      const auto next = span_at(budget, first, *span.ends);
      EXPECT_EQ(next.began, *span.ends) << period << " " << i;
      span = next;
    }
  }
}

TEST(IsUsedUp, AtTheLimit) {
  EXPECT_FALSE(is_used_up({.limit = {100}}, {99}));
  EXPECT_TRUE(is_used_up({.limit = {100}}, {100}));
}

TEST(ToDollars, ShowsCentsOrAllThereIs) {
  EXPECT_EQ(to_dollars({12'500'000}), "$12.50");
  EXPECT_EQ(to_dollars({0}), "$0.00");
  EXPECT_EQ(to_dollars({125}), "$0.000125");
  EXPECT_EQ(to_dollars({3'000'001}), "$3.000001");
}

TEST(ToText, OfAPeriodTakesTheLargestUnitThatFits) {
  EXPECT_EQ(to_text(*read_budget_period("30d")), "30 days");
  EXPECT_EQ(to_text(*read_budget_period("24h")), "1 day");
  EXPECT_EQ(to_text(*read_budget_period("90m")), "90 minutes");
  EXPECT_EQ(to_text(*read_budget_period("90s")), "90 seconds");
  EXPECT_EQ(to_text(*read_budget_period("1mo")), "1 calendar month");
}

TEST(ToText, OfATimeIsUtc) {
  EXPECT_EQ(to_text(at(2026, 12, 1, 7h + 8min + 9s)), "2026-12-01 07:08:09 UTC");
}

}  // namespace

}  // namespace meridian
