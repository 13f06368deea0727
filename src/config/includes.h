#pragma once

#include <string>
#include <string_view>

#include "config/issues.h"
#include "config/load.h"
#include "config/tree.h"

namespace meridian {

// A file and what it includes, as one tree.
struct JoinedFiles {
  Yaml root;
  std::string all_text;  // For the hash: every text, with its name.
};

// Reads the main text and what its `include` names, relative to the main file, at most 32 files. As
// in LiteLLM lists are joined, and any other section of an included file replaces the main file's.
JoinedFiles join_files(std::string_view text, const ConfigSources& sources, Issues& issues);

}  // namespace meridian
