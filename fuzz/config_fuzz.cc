#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/check.h"
#include "config/load.h"

// Whatever the bytes are, loading says all it has to say and nothing else: no crash, no exception,
// no endless loop, and every message is one line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace meridian;
  const std::string text(data, data + size);
  const ConfigSources sources{
      .variable = [&](std::string_view name) -> std::optional<std::string> {
        return name.starts_with('S') ? std::optional<std::string>("value") : std::nullopt;
      },
      .included = [&](std::string_view path) -> std::optional<std::string> {
        return path == "self" ? std::optional(text) : std::nullopt;
      },
  };
  const auto loaded = load_config(text, "fuzz.yaml", sources);
  for (const auto& issue : loaded ? loaded->warnings : loaded.error()) {
    MERIDIAN_CHECK(!to_text(issue).contains('\n'));
  }
  if (loaded) {
    const auto& fleet = loaded->fleet;
    MERIDIAN_CHECK(loaded->params.size() == fleet.deployments.size());
    MERIDIAN_CHECK(loaded->health.size() == fleet.deployments.size());
    MERIDIAN_CHECK(loaded->prices.size() == fleet.deployments.size());
    MERIDIAN_CHECK(!check_report(*loaded).empty());
  } else {
    MERIDIAN_CHECK(!loaded.error().empty());
  }
  return 0;
}
