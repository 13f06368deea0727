#include "config/includes.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "config/read_yaml.h"
#include "config/repeats.h"
#include "config/scalars.h"

namespace meridian {

namespace {

constexpr std::size_t kFilesMax = 32;

class Joining {
 public:
  Joining(const ConfigSources& sources, Issues& issues) : sources_(sources), issues_(issues) {}

  void start(std::string_view text) {
    out_.all_text = text;
    out_.root = read(text, 0);
    follow(out_.root);
  }

  // Breadth first: an included file's own includes come after those of the main file.
  void run() {
    std::size_t next = 0;
    while (next < pending_.size()) {  // It grows meanwhile.
      const auto [name, at] = pending_[next++];
      include(name, at);
    }
  }

  JoinedFiles take() { return std::move(out_); }

 private:
  Yaml read(std::string_view text, std::uint16_t file) {
    auto yaml = read_yaml(text, file);
    if (!yaml) {
      issues_.error(yaml.error().at, "", yaml.error().problem, yaml.error().hint);
      return {};
    }
    if (!yaml->is_map()) {
      if (!yaml->is_null()) {
        issues_.error(yaml->at, "", "the top of the file is no map", "it begins with model_list:");
      }
      return {};
    }
    check_repeats(*yaml, issues_);
    return std::move(*yaml);
  }

  void follow(const Yaml& root) {
    const auto* const list = root.find("include");
    if (list == nullptr || list->is_null()) {
      return;
    }
    const auto names =
        ValueReader(issues_).texts(list, "include").value_or(std::vector<std::string>{});
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto at = list->is_list() && i < list->items.size() ? list->items[i].at : list->at;
      const auto same = [&](const auto& each) { return each.first == names[i]; };
      if (std::ranges::any_of(pending_, same)) {
        continue;  // Once is enough, and ends circles.
      }
      if (pending_.size() >= kFilesMax) {
        issues_.error(at,
                      "include",
                      fmt::format("more than {} included files", kFilesMax),
                      "join some of them");
        return;
      }
      pending_.emplace_back(names[i], at);
    }
  }

  void include(const std::string& name, YamlMark at) {
    const auto text = sources_.included ? sources_.included(name) : std::nullopt;
    if (!text) {
      issues_.error(at,
                    "include",
                    fmt::format("the file {} cannot be read", shown(name)),
                    "paths are relative to the main file");
      return;
    }
    out_.all_text += fmt::format("\n--- {}\n", name) + *text;
    auto root = read(*text, issues_.add_file(name));
    follow(root);
    for (auto& entry : root.entries) {
      if (entry.key != "include") {
        merge(std::move(entry));
      }
    }
  }

  void merge(YamlEntry entry) {
    const auto old = std::ranges::find(out_.root.entries, entry.key, &YamlEntry::key);
    if (old == out_.root.entries.end()) {
      out_.root.kind = Yaml::Kind::Map;
      out_.root.entries.push_back(std::move(entry));
      return;
    }
    if (old->value.is_list() && entry.value.is_list()) {
      std::ranges::move(entry.value.items, std::back_inserter(old->value.items));
      return;
    }
    if (!old->value.is_null()) {
      issues_.warn(entry.at,
                   entry.key,
                   "replaces the whole section of the main file, as in LiteLLM",
                   "keep the section in one file");
    }
    old->value = std::move(entry.value);
  }

  const ConfigSources& sources_;
  Issues& issues_;
  JoinedFiles out_;
  std::vector<std::pair<std::string, YamlMark>> pending_;
};

}  // namespace

JoinedFiles join_files(std::string_view text, const ConfigSources& sources, Issues& issues) {
  Joining joining(sources, issues);
  joining.start(text);
  joining.run();
  return joining.take();
}

}  // namespace meridian
