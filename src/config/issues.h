#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/settings.h"
#include "config/tree.h"

namespace meridian {

// Collects what there is to say about a file, so that all of it can be said at once.
class Issues {
 public:
  explicit Issues(std::string main_file) { files_.push_back(std::move(main_file)); }

  // The number for marks in a further file.
  std::uint16_t add_file(std::string name);

  void error(YamlMark at, std::string path, std::string problem, std::string hint = "");
  void warn(YamlMark at, std::string path, std::string problem, std::string hint = "");

  // What a start must not overlook, though `check` may: also said as a warning.
  void stop_start(YamlMark at,
                  const std::string& path,
                  const std::string& problem,
                  const std::string& hint);

  bool failed() const { return failed_; }

  std::vector<ConfigIssue> start_issues() const { return start_; }

  const std::string& file_name(YamlMark at) const { return files_[at.file]; }

  // All of them, in the order of the files; a problem and a warning at one place in the order
  // found.
  std::vector<ConfigIssue> sorted() const;

 private:
  struct Found {
    YamlMark at;
    ConfigIssue issue;
  };

  void add(YamlMark at, ConfigIssue issue);

  std::vector<std::string> files_;
  std::vector<Found> found_;
  std::vector<ConfigIssue> start_;
  bool failed_ = false;
};

// A value as it may stand in a message: in quotes, one line, at most 60 characters.
std::string shown(std::string_view value);

// The same for what `value` holds; of one that came from the environment, only the variable's name.
std::string shown(const Yaml& value, std::string_view text);

}  // namespace meridian
