#include "cloud/fault.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "base/text_distance.h"

namespace meridian {
namespace {

// A row for each kind, in the order of the enum.
struct Row {
  FaultKind kind;
  std::string_view name;
  std::string_view amount;  // Its key in JSON; empty: takes none.
  std::string_view words;   // "a factor from 1 to 1000".
  double least;
  double most;
};

constexpr std::array<Row, 10> kRows = {{
    {FaultKind::Healthy, "healthy", "", "", 0, 0},
    {FaultKind::Dark, "dark", "", "", 0, 0},
    {FaultKind::Slow, "slow", "factor", "a factor from 1 to 1000", 1, 1000},
    {FaultKind::Throttled, "throttled", "retry_after", "seconds from 0 to 3600", 0, 3600},
    {FaultKind::Erroring, "erroring", "probability", "a probability from 0 to 1", 0, 1},
    {FaultKind::Cutting, "cutting", "after_tokens", "tokens from 0 to 100000", 0, 100000},
    {FaultKind::Lying, "lying", "after_tokens", "tokens from 0 to 100000", 0, 100000},
    {FaultKind::Stalling, "stalling", "after_tokens", "tokens from 0 to 100000", 0, 100000},
    {FaultKind::Retired, "retired", "", "", 0, 0},
    {FaultKind::Unauthorized, "unauthorized", "", "", 0, 0},
}};

constexpr std::string_view kStates =
    "healthy, dark, slow N, throttled [seconds], erroring [probability], cutting [tokens], "
    "lying [tokens], stalling [tokens], retired, unauthorized";

const Row& row_of(FaultKind kind) {
  return kRows[static_cast<std::size_t>(kind)];
}

std::expected<const Row*, std::string> find_row(std::string_view name) {
  const auto* const found = std::ranges::find(kRows, name, &Row::name);
  if (found != kRows.end()) {
    return found;
  }
  std::array<std::string_view, kRows.size()> names;
  std::ranges::transform(kRows, names.begin(), &Row::name);
  if (const auto near = nearest(name, names)) {
    return std::unexpected(fmt::format("unknown state \"{}\"; did you mean {}?", name, *near));
  }
  return std::unexpected(fmt::format("unknown state \"{}\"; write one of: {}", name, kStates));
}

std::expected<FaultSpec, std::string> with_amount(const Row& row, double amount) {
  const bool fits = amount >= row.least && amount <= row.most;  // Never true of NaN.
  if (!fits) {
    return std::unexpected(fmt::format("{} takes {}, not {}", row.name, row.words, amount));
  }
  return FaultSpec{.kind = row.kind, .amount = amount};
}

}  // namespace

std::string_view name_of(FaultKind kind) {
  return row_of(kind).name;
}

std::string describe(const FaultSpec& fault) {
  return fault.amount ? fmt::format("{} {}", name_of(fault.kind), *fault.amount)
                      : std::string(name_of(fault.kind));
}

std::expected<FaultSpec, std::string> parse_fault(std::span<const std::string_view> words) {
  if (words.empty()) {
    return std::unexpected(fmt::format("a state is missing; write one of: {}", kStates));
  }
  const auto row = find_row(words[0]);
  if (!row) {
    return std::unexpected(row.error());
  }
  if (words.size() == 1) {
    return FaultSpec{.kind = (*row)->kind, .amount = std::nullopt};
  }
  if ((*row)->amount.empty()) {
    return std::unexpected(
        fmt::format("{} takes nothing after it; leave out \"{}\"", words[0], words[1]));
  }
  double amount = 0;
  const auto text = words[1];
  const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), amount);
  if (failed != std::errc() || stop != text.data() + text.size()) {
    return std::unexpected(
        fmt::format("\"{}\" is not a number; {} takes {}", text, words[0], (*row)->words));
  }
  if (words.size() > 2) {
    return std::unexpected(
        fmt::format("{} takes one number; leave out \"{}\"", words[0], words[2]));
  }
  return with_amount(**row, amount);
}

std::expected<FaultSpec, std::string> read_fault_json(std::string_view json) {
  boost::system::error_code failed;
  const auto value = boost::json::parse({json.data(), json.size()}, failed);
  const auto* const object = failed ? nullptr : value.if_object();
  const auto* const state = object != nullptr ? object->if_contains("state") : nullptr;
  if (state == nullptr || !state->is_string()) {
    return std::unexpected(
        R"(the body has to be a JSON object with a "state", such as {"state":"dark"})");
  }
  const auto row = find_row({state->get_string().data(), state->get_string().size()});
  if (!row) {
    return std::unexpected(row.error());
  }
  FaultSpec fault{.kind = (*row)->kind, .amount = std::nullopt};
  for (const auto& [key, amount] : *object) {
    const std::string_view name(key.data(), key.size());
    if (name == "state") {
      continue;
    }
    if ((*row)->amount.empty() || name != (*row)->amount) {
      return std::unexpected(fmt::format("{} has no \"{}\"; {}",
                                         (*row)->name,
                                         name,
                                         (*row)->amount.empty()
                                             ? "it takes nothing"
                                             : fmt::format("it takes \"{}\"", (*row)->amount)));
    }
    boost::system::error_code not_number;
    const auto number = amount.to_number<double>(not_number);
    if (not_number) {
      return std::unexpected(fmt::format("\"{}\" has to be a number: {}", name, (*row)->words));
    }
    const auto checked = with_amount(**row, number);
    if (!checked) {
      return std::unexpected(checked.error());
    }
    fault = *checked;
  }
  return fault;
}

std::string fault_json(const FaultSpec& fault) {
  const auto& row = row_of(fault.kind);
  return fault.amount && !row.amount.empty()
             ? fmt::format(R"({{"state":"{}","{}":{}}})", row.name, row.amount, *fault.amount)
             : fmt::format(R"({{"state":"{}"}})", row.name);
}

}  // namespace meridian
