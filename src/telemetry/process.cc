#include "telemetry/process.h"

#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include <unistd.h>

namespace meridian {

std::optional<ProcessFigures> read_process() {
  ProcessFigures figures;

  timespec cpu{};
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu) != 0) {
    return std::nullopt;
  }
  figures.cpu_seconds = static_cast<double>(cpu.tv_sec) + (static_cast<double>(cpu.tv_nsec) / 1e9);

  std::ifstream memory("/proc/self/statm");
  std::uint64_t size_pages = 0;
  std::uint64_t resident_pages = 0;
  if (!(memory >> size_pages >> resident_pages)) {
    return std::nullopt;
  }
  figures.resident_bytes = resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));

  std::error_code error;
  std::filesystem::directory_iterator files("/proc/self/fd", error);
  while (!error && files != std::filesystem::directory_iterator()) {
    ++figures.open_files;
    files.increment(error);
  }
  return figures;
}

}  // namespace meridian
