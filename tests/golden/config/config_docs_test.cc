#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "config/load.h"

namespace meridian {

namespace {

TEST(ConfigReference, IsWhatDocsConfigSays) {
  constexpr const char* kPath = "docs/config.md";
  if (std::getenv("MERIDIAN_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(kPath) << config_reference();
  }
  const std::ifstream file(kPath);
  std::ostringstream text;
  text << file.rdbuf();
  // Not EXPECT_EQ: the whole file twice explains nothing.
  EXPECT_TRUE(text.str() == config_reference())
      << "run with MERIDIAN_UPDATE_GOLDEN=1 and commit docs/config.md";
}

}  // namespace

}  // namespace meridian
