#include <cstdio>

#include <fmt/format.h>

#include "cli/commands.h"
#include "health/board.h"
#include "telemetry/prometheus_kit.h"
#include "transport/loop.h"

namespace meridian {

int check(const CheckCommand& command) {
  const auto settings = load_file(command.config, command.overrides);
  if (!settings) {
    print_issues(settings.error());
    return 1;
  }
  fmt::print("{}", check_report(*settings));
  std::fflush(stdout);
  print_issues(settings->start_issues);
  print_issues(settings->warnings);
  return command.strict && !(settings->warnings.empty() && settings->start_issues.empty()) ? 1 : 0;
}

int print_prometheus_kit(const CheckCommand& command) {
  const auto settings = load_file(command.config, command.overrides);
  if (!settings) {
    print_issues(settings.error());
    return 1;
  }
  const auto files = prometheus_kit(settings->fleet, {});
  fmt::print("{}", kit_text(files));
  return 0;
}

int explain(const ExplainCommand& command) {
  const auto settings = load_file(command.config, {});
  if (!settings) {
    print_issues(settings.error());
    return 1;
  }
  const Board board(settings->fleet.deployments.size());
  const auto text = explain(command.question, *settings, board, steady_now());
  if (!text) {
    fmt::print(stderr, "meridian explain: {}\n", text.error().message);
    return 1;
  }
  fmt::print("{}", *text);
  return 0;
}

}  // namespace meridian
