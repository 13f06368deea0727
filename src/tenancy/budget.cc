#include "tenancy/budget.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace meridian {

namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::year_month_day;

constexpr seconds kLongest = days(3660);
constexpr int kMonthsMax = 120;

constexpr std::array<std::pair<std::string_view, seconds>, 5> kUnits{{
    {"s", seconds(1)},
    {"m", std::chrono::minutes(1)},
    {"h", std::chrono::hours(1)},
    {"d", days(1)},
    {"w", std::chrono::weeks(1)},
}};

// The same time of day, so many months later; the last day of a month that is too short.
WallTime after_months(WallTime first, int count) {
  const auto day = std::chrono::floor<days>(first);
  const year_month_day from(day);
  auto to = from + months(count);
  if (!to.ok()) {
    to = to.year() / to.month() / std::chrono::last;
  }
  return sys_days(to) + (first - day);
}

// How many whole spans of so many months lie between.
int spans_passed(WallTime first, WallTime now, int each) {
  const year_month_day from(std::chrono::floor<days>(first));
  const year_month_day to(std::chrono::floor<days>(now));
  const auto between = (static_cast<int>(to.year()) - static_cast<int>(from.year())) * 12 +
                       (static_cast<int>(static_cast<unsigned>(to.month())) -
                        static_cast<int>(static_cast<unsigned>(from.month())));
  const int passed = between / each;
  return after_months(first, passed * each) > now ? passed - 1 : passed;
}

}  // namespace

std::optional<BudgetPeriod> read_budget_period(std::string_view text) {
  int count = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
  const auto unit = text.substr(static_cast<std::size_t>(end - text.data()));
  if (failed != std::errc() || count <= 0) {
    return std::nullopt;
  }
  if (unit == "mo") {
    return count <= kMonthsMax ? std::optional(BudgetPeriod{.months = count}) : std::nullopt;
  }
  const auto* const known =
      std::ranges::find(kUnits, unit, &std::pair<std::string_view, seconds>::first);
  if (known == kUnits.end() || seconds(count) > kLongest / known->second.count()) {
    return std::nullopt;
  }
  return BudgetPeriod{.length = count * known->second};
}

std::string to_text(const BudgetPeriod& period) {
  const auto words = [](std::int64_t count, std::string_view unit) {
    return fmt::format("{} {}{}", count, unit, count == 1 ? "" : "s");
  };
  if (period.months > 0) {
    return words(period.months, "calendar month");
  }
  constexpr std::array<std::pair<std::string_view, seconds>, 3> kWholes{
      {{"day", days(1)}, {"hour", std::chrono::hours(1)}, {"minute", std::chrono::minutes(1)}}};
  for (const auto& [unit, length] : kWholes) {
    if (period.length % length == seconds::zero()) {
      return words(period.length / length, unit);
    }
  }
  return words(period.length.count(), "second");
}

BudgetSpan span_at(const Budget& budget, WallTime first, WallTime now) {
  if (!budget.period) {
    return {.began = first, .ends = std::nullopt};
  }
  const auto& period = *budget.period;
  now = std::max(now, first);
  if (period.months > 0) {
    const int passed = spans_passed(first, now, period.months);
    return {.began = after_months(first, passed * period.months),
            .ends = after_months(first, (passed + 1) * period.months)};
  }
  const auto began = first + ((now - first) / period.length * period.length);
  return {.began = began, .ends = began + period.length};
}

std::string to_dollars(MicroDollars amount) {
  constexpr std::int64_t kDollar = 1'000'000;
  constexpr std::int64_t kCent = 10'000;
  const auto whole = amount.value / kDollar;
  const auto rest = amount.value % kDollar;
  return rest % kCent == 0 ? fmt::format("${}.{:02}", whole, rest / kCent)
                           : fmt::format("${}.{:06}", whole, rest);
}

std::string to_text(WallTime time) {
  const auto day = std::chrono::floor<days>(time);
  const year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02} UTC",
                     static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()),
                     clock.hours().count(),
                     clock.minutes().count(),
                     clock.seconds().count());
}

}  // namespace meridian
