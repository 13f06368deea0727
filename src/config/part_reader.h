#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/secret.h"
#include "base/time.h"
#include "config/parts.h"
#include "config/scalars.h"

namespace meridian {

// Reads the keys of a part as typed values, by name. Nothing where the key is not given, is null,
// or was wrong and has been reported.
class PartReader {
 public:
  PartReader(const Part& part, Issues& issues) : part_(part), issues_(issues), values_(issues) {}

  const Given* given(Section section, std::string_view name) const {
    return part_.find(section, name);
  }

  // An empty text counts as not given; `${NAME}` is refused.
  std::optional<std::string> text(Section section, std::string_view name);
  Secret secret(Section section, std::string_view name);
  std::optional<bool> flag(Section section, std::string_view name);
  std::optional<int> count(Section section, std::string_view name, int least, int most);
  std::optional<std::int64_t> whole(Section section, std::string_view name, std::int64_t most);
  std::optional<double> number(Section section, std::string_view name, double least, double most);
  std::optional<Duration> seconds(Section section, std::string_view name);
  std::optional<std::vector<std::string>> texts(Section section, std::string_view name);

  // JSON of every request parameter that is given, by name, as the type that its row asks for.
  std::vector<std::pair<std::string, std::string>> request_defaults();

  // JSON of each key of a map; nothing where it is not given.
  std::vector<std::pair<std::string, std::string>> json_map(Section section, std::string_view name);

  // The variable that a key asks for and that is not set; empty: it is set, or not asked for.
  std::string_view unset(Section section, std::string_view name) const;

  Issues& issues() { return issues_; }

 private:
  const Part& part_;
  Issues& issues_;
  ValueReader values_;
};

}  // namespace meridian
