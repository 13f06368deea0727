#pragma once

#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"

namespace meridian {

// The outside world, as far as a configuration may look at it; the caller supplies it.
struct ConfigSources {
  // The value of an environment variable; nothing = not set.
  std::function<std::optional<std::string>(std::string_view name)> variable;
  // The text of an included file, by its path relative to the main file's folder; nothing = cannot
  // be read.
  std::function<std::optional<std::string>(std::string_view path)> included;
};

// Reads a LiteLLM configuration. `file` is its name for messages. Either settings, with warnings
// inside, or every problem at once (warnings among them, in the order of the file). Secrets never
// appear in a message. Pure: throws nothing, touches nothing.
std::expected<Settings, std::vector<ConfigIssue>> load_config(std::string_view text,
                                                              std::string_view file,
                                                              const ConfigSources& sources);

// `meridian check`: the fleet, the rules in force, the fate of every key and what LiteLLM would do
// with it, and what an expert would warn of. Plain text.
std::string check_report(const Settings& settings);

// Names the deployments whose prices nobody knows, which no budget can limit; empty: there are
// none.
std::string unpriced(const Settings& settings);

// A JSON Schema of the whole file, made from the one table of keys, for editors.
std::string config_schema();

// docs/config.md, made from the same table; a test holds the file against it.
std::string config_reference();

}  // namespace meridian
