#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/load.h"

// Each NN-name.yaml beside this file is a configuration as somebody might bring it, and
// NN-name.expected is every line that the loader says about it, then what came of it. Comments `#
// variable NAME=value` set the environment; `include`d files lie in parts/.
// MERIDIAN_UPDATE_GOLDEN=1 writes the expected files anew: read the difference before you commit
// it.
namespace meridian {

namespace {

namespace fs = std::filesystem;

constexpr const char* kFolder = "tests/golden/config";

std::optional<std::string> read_file(const fs::path& path) {
  const std::ifstream file(path, std::ios::binary);
  if (!file) {
    return std::nullopt;
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> golden_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".yaml") {
      names.push_back(entry.path().stem().string());
    }
  }
  std::ranges::sort(names);
  return names;
}

std::optional<std::string> variable_in_comments(const std::string& text, std::string_view name) {
  const auto line = "# variable " + std::string(name) + "=";
  const auto start = text.find(line);
  if (start == std::string::npos) {
    return std::nullopt;
  }
  const auto value = start + line.size();
  return text.substr(value, text.find('\n', value) - value);
}

std::string fleet_lines(const Settings& settings) {
  std::string lines;
  for (const auto& each : settings.fleet.deployments) {
    lines += "  " + each.name + ", tier " + std::to_string(each.tier);
    if (!each.configured) {
      lines += ", not configured: " + each.not_configured_why;
    }
    lines += '\n';
  }
  return lines;
}

std::string verdict_on(const std::string& text, const std::string& name) {
  const ConfigSources sources{
      .variable = [&](std::string_view variable) { return variable_in_comments(text, variable); },
      .included =
          [](std::string_view path) { return read_file(fs::path(kFolder) / "parts" / path); },
  };
  const auto loaded = load_config(text, name + ".yaml", sources);
  std::string lines;
  for (const auto& issue : loaded ? loaded->warnings : loaded.error()) {
    lines += to_text(issue) + "\n";
  }
  return lines + (loaded ? "loads\n" + fleet_lines(*loaded) : "refused\n");
}

class GoldenConfig : public testing::TestWithParam<std::string> {};

TEST_P(GoldenConfig, GetsExactlyTheseMessages) {
  const auto yaml = read_file(fs::path(kFolder) / (GetParam() + ".yaml"));
  ASSERT_TRUE(yaml);
  const auto verdict = verdict_on(*yaml, GetParam());
  const auto path = fs::path(kFolder) / (GetParam() + ".expected");
  if (std::getenv("MERIDIAN_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << verdict;
  }
  const auto expected = read_file(path);
  ASSERT_TRUE(expected) << "run with MERIDIAN_UPDATE_GOLDEN=1, then read " << path;
  EXPECT_EQ(verdict, *expected);
}

std::string test_name(const testing::TestParamInfo<std::string>& golden) {
  auto name = golden.param;
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(, GoldenConfig, testing::ValuesIn(golden_names()), test_name);

}  // namespace

}  // namespace meridian
