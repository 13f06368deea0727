#include "config/issues.h"

#include <algorithm>

#include <fmt/format.h>

namespace meridian {

namespace {

// Keys and names are the file's own text: a line break in one must not make two lines of a message.
std::string one_line(std::string text) {
  std::ranges::replace_if(
      text,
      [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7f;
      },
      '?');
  return text;
}

}  // namespace

std::uint16_t Issues::add_file(std::string name) {
  files_.push_back(std::move(name));
  return static_cast<std::uint16_t>(files_.size() - 1);
}

void Issues::error(YamlMark at, std::string path, std::string problem, std::string hint) {
  failed_ = true;
  add(at, {{}, 0, 0, std::move(path), std::move(problem), std::move(hint), false});
}

void Issues::warn(YamlMark at, std::string path, std::string problem, std::string hint) {
  add(at, {{}, 0, 0, std::move(path), std::move(problem), std::move(hint), true});
}

void Issues::stop_start(YamlMark at,
                        const std::string& path,
                        const std::string& problem,
                        const std::string& hint) {
  start_.push_back(
      {files_[at.file], at.line, at.column, one_line(path), one_line(problem), hint, false});
  warn(at, path, problem + ", so the gateway will not start", hint);
}

void Issues::add(YamlMark at, ConfigIssue issue) {
  issue.file = files_[at.file];
  issue.line = at.line;
  issue.column = at.column;
  issue.path = one_line(std::move(issue.path));
  issue.problem = one_line(std::move(issue.problem));
  issue.hint = one_line(std::move(issue.hint));
  found_.push_back({at, std::move(issue)});
}

std::vector<ConfigIssue> Issues::sorted() const {
  auto found = found_;
  std::ranges::stable_sort(found, {}, &Found::at);
  std::vector<ConfigIssue> issues;
  issues.reserve(found.size());
  std::size_t here = 0;  // Where the issues of this place begin.
  YamlMark place;
  for (auto& each : found) {
    if (each.at != place) {
      place = each.at;
      here = issues.size();
    }
    // Two readers may meet the same fault of one value.
    if (std::ranges::find(issues.begin() + static_cast<std::ptrdiff_t>(here),
                          issues.end(),
                          each.issue) == issues.end()) {
      issues.push_back(std::move(each.issue));
    }
  }
  return issues;
}

std::string to_text(const ConfigIssue& issue) {
  std::string text = issue.file;
  if (issue.line > 0) {
    text += fmt::format(":{}:{}", issue.line, issue.column);
  }
  text += issue.warning ? ": warning: " : ": ";
  if (!issue.path.empty()) {
    text += issue.path + ": ";
  }
  text += issue.problem;
  if (!issue.hint.empty()) {
    text += "; " + issue.hint;
  }
  return text;
}

std::string shown(std::string_view value) {
  constexpr std::size_t kLengthMax = 60;
  std::string text = "\"";
  for (const char c : value.substr(0, kLengthMax)) {
    const auto byte = static_cast<unsigned char>(c);
    text += byte < 0x20 || byte == 0x7f ? '?' : c;
  }
  return text + (value.size() > kLengthMax ? "...\"" : "\"");
}

std::string shown(const Yaml& value, std::string_view text) {
  return value.variable.empty() ? shown(text) : fmt::format("the value of {}", value.variable);
}

}  // namespace meridian
