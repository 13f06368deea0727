#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "config/load.h"

namespace meridian {

// What the command line says on top of the file.
struct ConfigOverrides {
  std::string region;  // --region.
  std::optional<double> request_timeout_s;
  bool drop_params = false;
  std::optional<double> max_budget;  // --max_budget: dollars; the smaller of this and the file's.
  std::string state_file;            // --state.
  bool keeps_state = true;           // False: of spending that is only simulated nothing is kept.
};

// Reads a configuration with its includes and this process's environment. Every problem at once, in
// the order of the file; one that cannot be read is one problem.
std::expected<Settings, std::vector<ConfigIssue>> load_file(const std::string& path,
                                                            const ConfigOverrides& overrides);

// The same from text that is not in a file: `--model` on the command line.
std::expected<Settings, std::vector<ConfigIssue>> load_text(const std::string& text,
                                                            const std::string& name,
                                                            const ConfigOverrides& overrides);

// The time of the file's last change; 0 when it cannot be seen.
std::int64_t changed_at(const std::string& path);

// Prints warnings, or problems, one a line, to stderr.
void print_issues(const std::vector<ConfigIssue>& issues);

}  // namespace meridian
