#include "providers/dates.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace meridian {
namespace {

constexpr std::array<std::string_view, 12> kMonths =
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// Digits at a place, exactly `count`. Negative: something else stands there.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) {
    return -1;
  }
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') {
      return -1;
    }
    value = value * 10 + (c - '0');
  }
  return value;
}

struct Fields {
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

std::optional<WallTime> to_time(const Fields& at) {
  const std::chrono::year_month_day date{std::chrono::year(at.year),
                                         std::chrono::month(static_cast<unsigned>(at.month)),
                                         std::chrono::day(static_cast<unsigned>(at.day))};
  // Second 60 is a leap second; it becomes the next minute's first.
  const bool in_day = at.hour >= 0 && at.hour < 24 && at.minute >= 0 && at.minute < 60 &&
                      at.second >= 0 && at.second <= 60;
  if (at.year < 0 || at.month < 1 || at.day < 1 || !date.ok() || !in_day) {
    return std::nullopt;
  }
  return WallTime(std::chrono::sys_days(date)) + std::chrono::hours(at.hour) +
         std::chrono::minutes(at.minute) + std::chrono::seconds(at.second);
}

void put(std::array<char, 16>& out, std::size_t at, std::size_t count, int value) {
  for (std::size_t i = count; i-- > 0; value /= 10) {
    out[at + i] = static_cast<char>('0' + value % 10);
  }
}

// "Z", "+02:00", "-0800". Nothing: none of them.
std::optional<std::chrono::minutes> parse_offset(std::string_view text) {
  if (text == "Z" || text == "z") {
    return std::chrono::minutes(0);
  }
  if (text.size() < 5 || (text.front() != '+' && text.front() != '-')) {
    return std::nullopt;
  }
  const bool colon = text[3] == ':';
  const int hours = digits(text, 1, 2);
  const int minutes = digits(text, colon ? 4 : 3, 2);
  if (text.size() != (colon ? 6U : 5U) || hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
    return std::nullopt;
  }
  const auto offset = std::chrono::minutes(hours * 60 + minutes);
  return text.front() == '-' ? -offset : offset;
}

}  // namespace

std::optional<WallTime> parse_http_date(std::string_view text) {
  if (text.size() != 29 || text.substr(25) != " GMT" || text[3] != ',' || text[4] != ' ') {
    return std::nullopt;
  }
  const auto* const month = std::ranges::find(kMonths, text.substr(8, 3));
  return to_time({.year = digits(text, 12, 4),
                  .month = static_cast<int>(month - kMonths.begin()) + 1,
                  .day = digits(text, 5, 2),
                  .hour = digits(text, 17, 2),
                  .minute = digits(text, 20, 2),
                  .second = digits(text, 23, 2)});
}

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  auto rest = text.substr(19);
  if (rest.front() == '.') {
    rest.remove_prefix(1);
    const auto end = rest.find_first_not_of("0123456789");
    if (end == 0 || end == std::string_view::npos) {
      return std::nullopt;
    }
    rest.remove_prefix(end);
  }
  const auto offset = parse_offset(rest);
  const auto time = to_time({.year = digits(text, 0, 4),
                             .month = digits(text, 5, 2),
                             .day = digits(text, 8, 2),
                             .hour = digits(text, 11, 2),
                             .minute = digits(text, 14, 2),
                             .second = digits(text, 17, 2)});
  if (!offset || !time) {
    return std::nullopt;
  }
  return *time - *offset;
}

std::array<char, 16> amz_date(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const auto seconds = static_cast<int>((time - day).count());
  std::array<char, 16> out{};
  put(out, 0, 4, static_cast<int>(date.year()));
  put(out, 4, 2, static_cast<int>(static_cast<unsigned>(date.month())));
  put(out, 6, 2, static_cast<int>(static_cast<unsigned>(date.day())));
  out[8] = 'T';
  put(out, 9, 2, seconds / 3600);
  put(out, 11, 2, seconds / 60 % 60);
  put(out, 13, 2, seconds % 60);
  out[15] = 'Z';
  return out;
}

std::optional<WallTime> parse_amz_date(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') {
    return std::nullopt;
  }
  return to_time({.year = digits(text, 0, 4),
                  .month = digits(text, 4, 2),
                  .day = digits(text, 6, 2),
                  .hour = digits(text, 9, 2),
                  .minute = digits(text, 11, 2),
                  .second = digits(text, 13, 2)});
}

}  // namespace meridian
