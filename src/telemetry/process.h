#pragma once

#include <cstdint>
#include <optional>

namespace meridian {

// What the kernel says of this process, under the names that every Prometheus client uses.
struct ProcessFigures {
  double cpu_seconds = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t open_files = 0;
};

// Reads /proc; about 50 us and a few more for every 100 open connections. Nothing where there is
// none.
std::optional<ProcessFigures> read_process();

}  // namespace meridian
