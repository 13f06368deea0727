#include "providers/errands.h"

#include <algorithm>
#include <utility>

namespace meridian {

std::unexpected<Failure> no_credential(std::string why) {
  Failure failure;
  failure.kind = FailureKind::Misconfigured;
  failure.message = std::move(why);
  return std::unexpected(std::move(failure));
}

Script<ErrandResult> fetch(Desk* desk, FetchUrl errand) {
  co_return co_await AskFor(desk, std::move(errand));
}

Script<bool> pause(Desk* desk, std::chrono::seconds length) {
  co_await PauseFor(desk, length);
  co_return true;
}

Script<std::string> variable(Desk* desk, std::string name) {
  ReadVariable errand;
  errand.name = std::move(name);
  auto result = co_await AskFor(desk, std::move(errand));
  co_return result.done ? std::move(result.text) : std::string();
}

Script<std::optional<std::string>> file(Desk* desk, std::string path) {
  ReadFile errand;
  errand.path = std::move(path);
  auto result = co_await AskFor(desk, std::move(errand));
  std::optional<std::string> text;
  if (result.done) {
    text = std::move(result.text);
  }
  co_return text;
}

Script<std::string> under_home(Desk* desk, std::string path) {
  if (!path.starts_with("~/")) {
    co_return path;
  }
  const auto home = co_await variable(desk, "HOME");
  co_return home.empty() ? path : home + path.substr(1);
}

std::optional<std::string> header_safe(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto begin = text.find_first_not_of(kBlank);
  if (begin == std::string_view::npos) {
    return std::string();
  }
  const auto kept = text.substr(begin, text.find_last_not_of(kBlank) - begin + 1);
  const bool safe = std::ranges::all_of(
      kept, [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; });
  return safe ? std::optional(std::string(kept)) : std::nullopt;
}

}  // namespace meridian
