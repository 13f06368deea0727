#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/money.h"
#include "base/time.h"

namespace meridian {

// How long a budget lasts before it begins anew. Months are the calendar's: a budget that began on
// the 31st begins anew on the last day of a shorter month.
struct BudgetPeriod {
  std::chrono::seconds length{};  // 0 where `months` says it.
  int months = 0;

  friend bool operator==(const BudgetPeriod&, const BudgetPeriod&) = default;
};

// "30s", "10m", "24h", "30d", "2w", "1mo": LiteLLM's budget_duration. Nothing: not one of these, 0,
// or more than ten years.
std::optional<BudgetPeriod> read_budget_period(std::string_view text);

// "30 days", "1 calendar month", "90 seconds".
std::string to_text(const BudgetPeriod& period);

// What may be spent, and in what time; without a period, ever.
struct Budget {
  MicroDollars limit;  // More than 0.
  std::optional<BudgetPeriod> period;

  friend bool operator==(const Budget&, const Budget&) = default;
};

// Reached is used up: nothing is reserved, so requests that are under way may pass the limit.
constexpr bool is_used_up(const Budget& budget, MicroDollars spent) {
  return spent >= budget.limit;
}

// When the period that `now` falls in began, and when it ends. They are counted from `first`, the
// moment at which the budget was first in force. Without a period: `first`, and no end. A clock
// that was set back to before `first` is in the first one.
struct BudgetSpan {
  WallTime began;
  std::optional<WallTime> ends;
};

BudgetSpan span_at(const Budget& budget, WallTime first, WallTime now);

// "$12.50"; six digits behind the point where cents do not say it: "$0.000125".
std::string to_dollars(MicroDollars amount);

// "2026-12-01 00:00:00 UTC".
std::string to_text(WallTime time);

}  // namespace meridian
