#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/rng.h"
#include "providers/credentials.h"

namespace meridian {

// A machine as a credential source sees it, for tests: variables, files and servers by name. A
// fetch is answered by "<host><target>"; what is asked for is kept in `fetched`.
struct WorldForTests {
  std::map<std::string, std::string> variables;
  std::map<std::string, std::string> files;
  std::map<std::string, std::vector<std::pair<int, std::string>>>
      replies;  // In order; the last stays.
  std::vector<FetchUrl> fetched;
  WallTime now{std::chrono::seconds(1'440'938'160)};  // 20150830T123600Z
  Rng rng{1};

  // Does errands until the source wants none, jumping over its pauses shorter than a minute.
  void serve(CredentialSource& source) {
    for (int steps = 0; steps < 100; ++steps) {
      const auto errand = source.next(now, rng);
      if (errand) {
        source.on_result(answer(*errand), now);
        continue;
      }
      const auto wake = source.wake_at();
      const bool pausing = wake > now && wake - now < std::chrono::seconds(5) &&
                           !source.current(now) && source.trouble().empty();
      if (!pausing) {
        return;
      }
      now = wake;
    }
    MERIDIAN_CHECK(!"a source that never rests");
  }

  ErrandResult answer(const Errand& errand) {
    if (const auto* wanted = std::get_if<ReadVariable>(&errand)) {
      return from(variables, wanted->name);
    }
    if (const auto* wanted = std::get_if<ReadFile>(&errand)) {
      return from(files, wanted->path);
    }
    fetched.push_back(std::get<FetchUrl>(errand));
    const auto found = replies.find(host_header(fetched.back().address) + fetched.back().target);
    if (found == replies.end() || found->second.empty()) {
      return {};
    }
    auto& list = found->second;
    ErrandResult result{.done = true, .status = list.front().first, .text = list.front().second};
    if (list.size() > 1) {
      list.erase(list.begin());
    }
    return result;
  }

  static ErrandResult from(const std::map<std::string, std::string>& place,
                           const std::string& name) {
    const auto found = place.find(name);
    return found == place.end() ? ErrandResult()
                                : ErrandResult{.done = true, .status = 0, .text = found->second};
  }
};

}  // namespace meridian
