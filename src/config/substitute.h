#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/issues.h"
#include "config/load.h"
#include "config/tree.h"

namespace meridian {

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

struct Substituted {
  NamedTexts environment;          // environment_variables, to be exported.
  std::vector<std::string> unset;  // Names without a value, each once, in the order met.
};

// Replaces every value that starts with `os.environ/`, or is `${NAME}`, in lists, too, at any
// depth. What environment_variables says counts before the process's own. A variable that is not
// set, or is empty, leaves null with the variable's name.
Substituted substitute(Yaml& root, const ConfigSources& sources, Issues& issues);

// A text that another tool would expand and LiteLLM does not: `${NAME:-default}`, `a${NAME}` or
// `env/NAME`.
bool looks_unexpanded(std::string_view text);

}  // namespace meridian
