#include "config/scalars.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <fmt/format.h>

namespace meridian {

namespace {

constexpr double kYearSeconds = 366.0 * 24 * 3600;

bool same_word(std::string_view text, std::string_view lower) {
  // YAML 1.1 knows `true`, `True` and `TRUE`, and nothing in between.
  if (text.size() != lower.size()) {
    return false;
  }
  const auto as = [&](auto cased) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] != cased(i)) {
        return false;
      }
    }
    return true;
  };
  const auto up = [&](std::size_t i) { return static_cast<char>(lower[i] - 'a' + 'A'); };
  return text == lower || as(up) || as([&](std::size_t i) { return i == 0 ? up(i) : lower[i]; });
}

std::string without_underscores(std::string_view text) {
  std::string plain(text);
  if (!text.starts_with('_') && !text.ends_with('_')) {
    std::erase(plain, '_');
  }
  return plain;
}

template <class Number>
std::optional<Number> parse_all(std::string_view text) {
  std::string plain = without_underscores(text);
  if (plain.starts_with('+')) {
    plain.erase(0, 1);
  }
  Number value{};
  const auto* const end = plain.data() + plain.size();
  const auto [stop, error] = std::from_chars(plain.data(), end, value);
  if (plain.empty() || error != std::errc{} || stop != end) {
    return std::nullopt;
  }
  return value;
}

std::string json_text(std::string_view text) {
  return boost::json::serialize(boost::json::string(text));
}

std::string json_scalar(const Yaml& yaml) {
  if (!yaml.quoted) {
    if (const auto flag = flag_of(yaml.text)) {
      return *flag ? "true" : "false";
    }
    if (const auto whole = whole_of(yaml.text)) {
      return fmt::format("{}", *whole);
    }
    if (const auto number = number_of(yaml.text)) {
      return fmt::format("{}", *number);
    }
  }
  return json_text(yaml.text);
}

std::string plain_number(double value) {
  return value == std::floor(value) && std::abs(value) < 1e15 ? fmt::format("{:.0f}", value)
                                                              : fmt::format("{}", value);
}

}  // namespace

std::optional<bool> flag_of(std::string_view text) {
  for (const auto* const word : {"true", "yes", "on"}) {
    if (same_word(text, word)) {
      return true;
    }
  }
  for (const auto* const word : {"false", "no", "off"}) {
    if (same_word(text, word)) {
      return false;
    }
  }
  return std::nullopt;
}

std::optional<std::int64_t> whole_of(std::string_view text) {
  return parse_all<std::int64_t>(text);
}

std::optional<double> number_of(std::string_view text) {
  const auto value = parse_all<double>(text);
  return value && std::isfinite(*value) ? value : std::nullopt;
}

std::optional<double> seconds_of(std::string_view text) {
  if (const auto plain = number_of(text)) {
    return plain;
  }
  constexpr std::array<std::pair<std::string_view, double>, 7> kUnits{{{"ms", 0.001},
                                                                       {"mo", 30.0 * 24 * 3600},
                                                                       {"s", 1},
                                                                       {"m", 60},
                                                                       {"h", 3600},
                                                                       {"d", 24.0 * 3600},
                                                                       {"w", 7.0 * 24 * 3600}}};
  for (const auto& [unit, seconds] : kUnits) {
    if (text.ends_with(unit)) {
      if (const auto count = number_of(text.substr(0, text.size() - unit.size()))) {
        return *count * seconds;
      }
    }
  }
  return std::nullopt;
}

std::string json_of(const Yaml& value) {
  std::string json;
  switch (value.kind) {
    case Yaml::Kind::Null:
      return "null";
    case Yaml::Kind::Scalar:
      return json_scalar(value);
    case Yaml::Kind::List:
      for (const auto& item : value.items) {
        json += (json.empty() ? "" : ",") + json_of(item);
      }
      return "[" + json + "]";
    case Yaml::Kind::Map:
      for (const auto& entry : value.entries) {
        json += (json.empty() ? "" : ",") + json_text(entry.key) + ":" + json_of(entry.value);
      }
      return "{" + json + "}";
  }
  return json;
}

void ValueReader::not_a(const Yaml& value,
                        const std::string& path,
                        std::string_view what,
                        std::string_view example) {
  if (!value.variable.empty()) {
    issues_.error(value.at,
                  path,
                  fmt::format("the environment variable {} is not {}", value.variable, what),
                  fmt::format("set it to a value such as {}", example));
    return;
  }
  std::string given = value.is_list() ? "a list" : value.is_map() ? "a map" : shown(value.text);
  issues_.error(
      value.at, path, fmt::format("{} is not {}", given, what), fmt::format("write {}", example));
}

std::optional<std::string> ValueReader::text(const Yaml* value,
                                             const std::string& path,
                                             bool sensitive) {
  if (value == nullptr || value->is_null()) {
    return std::nullopt;
  }
  if (!value->is_scalar()) {
    issues_.error(value->at,
                  path,
                  fmt::format("{} where a text belongs", value->is_list() ? "a list" : "a map"),
                  sensitive ? "write os.environ/NAME" : "write one value");
    return std::nullopt;
  }
  return value->text;
}

std::optional<bool> ValueReader::flag(const Yaml* value, const std::string& path) {
  if (value == nullptr || value->is_null()) {
    return std::nullopt;
  }
  const auto flag = value->is_scalar() ? flag_of(value->text) : std::nullopt;
  if (!flag) {
    not_a(*value, path, "true or false", "true");
  }
  return flag;
}

std::optional<std::int64_t> ValueReader::whole(const Yaml* value,
                                               const std::string& path,
                                               std::int64_t least,
                                               std::int64_t most) {
  if (value == nullptr || value->is_null()) {
    return std::nullopt;
  }
  auto whole = value->is_scalar() ? whole_of(value->text) : std::nullopt;
  if (!whole && value->is_scalar()) {
    // 1e6 and 2.0 are whole, too.
    const auto number = number_of(value->text);
    if (number && *number == std::floor(*number) && std::abs(*number) < 9e15) {
      whole = static_cast<std::int64_t>(*number);
    }
  }
  if (!whole) {
    not_a(*value, path, "a whole number", fmt::format("{}", std::max<std::int64_t>(least, 1)));
    return std::nullopt;
  }
  if (*whole < least || *whole > most) {
    issues_.error(value->at,
                  path,
                  fmt::format("{} is out of range", *whole),
                  fmt::format("it goes from {} to {}", least, most));
    return std::nullopt;
  }
  return whole;
}

std::optional<double> ValueReader::number(const Yaml* value,
                                          const std::string& path,
                                          double least,
                                          double most) {
  if (value == nullptr || value->is_null()) {
    return std::nullopt;
  }
  const auto number = value->is_scalar() ? number_of(value->text) : std::nullopt;
  if (!number) {
    not_a(*value, path, "a number", "1");
    return std::nullopt;
  }
  if (*number < least || *number > most) {
    issues_.error(value->at,
                  path,
                  fmt::format("{} is out of range", plain_number(*number)),
                  fmt::format("it goes from {} to {}", plain_number(least), plain_number(most)));
    return std::nullopt;
  }
  return number;
}

std::optional<Duration> ValueReader::seconds(const Yaml* value, const std::string& path) {
  if (value == nullptr || value->is_null()) {
    return std::nullopt;
  }
  const auto seconds = value->is_scalar() ? seconds_of(value->text) : std::nullopt;
  if (!seconds) {
    not_a(*value, path, "a number of seconds", "30");
    return std::nullopt;
  }
  if (*seconds < 0 || *seconds > kYearSeconds) {
    issues_.error(value->at,
                  path,
                  fmt::format("{} seconds is out of range", plain_number(*seconds)),
                  "it goes from 0 to a year");
    return std::nullopt;
  }
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(*seconds));
}

std::optional<std::vector<std::string>> ValueReader::texts(const Yaml* value,
                                                           const std::string& path) {
  if (value == nullptr || value->is_null()) {
    return std::nullopt;
  }
  if (value->is_scalar()) {
    return std::vector{value->text};
  }
  if (value->is_map()) {
    not_a(*value, path, "a list", R"(["a", "b"])");
    return std::nullopt;
  }
  std::vector<std::string> list;
  for (std::size_t i = 0; i < value->items.size(); ++i) {
    if (auto item = text(&value->items[i], fmt::format("{}[{}]", path, i))) {
      list.push_back(std::move(*item));
    }
  }
  return list;
}

}  // namespace meridian
