#include "gateway/log_writer.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <string>

#include <fcntl.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace meridian {
namespace {

using namespace std::chrono_literals;

// A pipe whose reader is slow: the test.
class SlowReader {
 public:
  SlowReader() { EXPECT_EQ(::pipe2(ends_.data(), O_CLOEXEC), 0); }

  SlowReader(const SlowReader&) = delete;

  ~SlowReader() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }

  int writing_end() const { return ends_[1]; }

  std::string read(std::size_t bytes) {
    std::string text(bytes, '\0');
    std::size_t used = 0;
    while (used < bytes) {
      const auto got = ::read(ends_[0], text.data() + used, bytes - used);
      if (got <= 0) {
        break;
      }
      used += static_cast<std::size_t>(got);
    }
    text.resize(used);
    return text;
  }

 private:
  std::array<int, 2> ends_{};
};

TEST(LogWriter, WritesWhatIsQueuedBeforeItEnds) {
  SlowReader reader;
  {
    LogWriter log(reader.writing_end());
    log.write("a=1\n");
    log.write("a=2\n");
  }
  EXPECT_EQ(reader.read(8), "a=1\na=2\n");
}

TEST(LogWriter, EndsThoughNobodyReads) {
  SlowReader reader;
  const auto began = std::chrono::steady_clock::now();
  {
    LogWriter log(reader.writing_end());
    log.write(std::string(std::size_t{1} << 20, 'x') + "\n");
  }
  // Two seconds of patience, and as much again for a busy machine.
  EXPECT_LT(std::chrono::steady_clock::now() - began, 4s);
  // The thread is still inside its write, and must find the end of the pipe.
  EXPECT_EQ(reader.read((std::size_t{1} << 20) + 1).back(), '\n');
}

TEST(LogWriter, SaysWhatItDroppedOnceItsReaderGoesOn) {
  SlowReader reader;
  const std::string large(std::size_t{3} << 20, 'x');
  LogWriter log(reader.writing_end());
  log.write(large + "\n");
  log.write(large + "\n");  // In the queue, or the first still is: of the next two one has no room.
  log.write(large + "\n");
  log.write("a=1\n");
  std::string text;
  while (!text.ends_with("a=1\n")) {
    text += reader.read(1);
  }
  EXPECT_NE(text.find("level=warning event=log_dropped batches="), std::string::npos);
  EXPECT_NE(text.find("why=\"the log's reader is too slow\"\n"), std::string::npos);
}

}  // namespace
}  // namespace meridian
