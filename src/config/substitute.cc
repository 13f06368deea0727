#include "config/substitute.h"

#include <algorithm>
#include <optional>
#include <ranges>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace meridian {

namespace {

constexpr std::string_view kMark = "os.environ/";

bool is_name(std::string_view name) {
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  };
  return !name.empty() && letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

// "NAME" of a text that is "${NAME}" and nothing else; empty: it is not.
std::string name_in_braces(std::string_view text) {
  if (!text.starts_with("${") || !text.ends_with('}')) {
    return {};
  }
  const auto name = text.substr(2, text.size() - 3);
  return is_name(name) ? std::string(name) : std::string();
}

struct Step {
  const Step* up = nullptr;
  std::string_view key;  // Empty: an item of a list.
  std::size_t index = 0;
};

std::string path_of(const Step* step) {
  if (step == nullptr) {
    return {};
  }
  const auto before = path_of(step->up);
  if (step->key.empty()) {
    return fmt::format("{}[{}]", before, step->index);
  }
  return before.empty() ? std::string(step->key) : fmt::format("{}.{}", before, step->key);
}

class Substitution {
 public:
  Substitution(const ConfigSources& sources, Issues& issues) : sources_(sources), issues_(issues) {}

  // `up`: how this value was reached, for messages.
  void walk(Yaml& value, const Step* up) {
    if (value.is_scalar()) {
      if (value.text.starts_with(kMark)) {
        replace(value, up, value.text.substr(kMark.size()));
      } else if (auto name = name_in_braces(value.text); !name.empty()) {
        issues_.warn(value.at,
                     path_of(up),
                     fmt::format("read as os.environ/{}; LiteLLM does not expand it", name),
                     "write os.environ/NAME");
        replace(value, up, std::move(name));
      }
      return;
    }
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      const Step step{up, {}, i};
      walk(value.items[i], &step);
    }
    for (auto& entry : value.entries) {
      const Step step{up, entry.key, 0};
      walk(entry.value, &step);
    }
  }

  void exports(Yaml& section) {
    const Step top{nullptr, "environment_variables", 0};
    for (auto& entry : section.entries) {
      const Step step{&top, entry.key, 0};
      walk(entry.value, &step);
      if (entry.value.is_scalar()) {
        out_.environment.emplace_back(entry.key, entry.value.text);
      }
    }
  }

  Substituted take() { return std::move(out_); }

 private:
  std::optional<std::string> value_of(std::string_view name) const {
    // The last one, as a later export overwrites an earlier one.
    for (const auto& [own, value] : out_.environment | std::views::reverse) {
      if (own == name) {
        return value;
      }
    }
    return sources_.variable ? sources_.variable(name) : std::nullopt;
  }

  void replace(Yaml& value, const Step* up, std::string name) {
    if (!is_name(name)) {
      // Not shown: it may be a key that somebody put behind the slash.
      issues_.error(value.at,
                    path_of(up),
                    "what follows os.environ/ is not the name of a variable",
                    "write os.environ/NAME, and nothing after it");
      value.text.clear();  // An empty text: given, and of no use.
      return;
    }
    auto found = value_of(name);
    if (found && !found->empty()) {
      value.text = std::move(*found);
    } else {
      value.kind = Yaml::Kind::Null;
      value.text.clear();
      if (std::ranges::find(out_.unset, name) == out_.unset.end()) {
        out_.unset.push_back(name);
      }
    }
    value.quoted = false;
    value.variable = std::move(name);
  }

  const ConfigSources& sources_;
  Issues& issues_;
  Substituted out_;
};

}  // namespace

Substituted substitute(Yaml& root, const ConfigSources& sources, Issues& issues) {
  Substitution substitution(sources, issues);
  for (auto& entry : root.entries) {
    if (entry.key == "environment_variables" && entry.value.is_map()) {
      substitution.exports(entry.value);
    }
  }
  substitution.walk(root, nullptr);
  return substitution.take();
}

bool looks_unexpanded(std::string_view text) {
  const auto open = text.find("${");
  return text.starts_with("env/") ||
         (open != std::string_view::npos && text.find('}', open) != std::string_view::npos);
}

}  // namespace meridian
