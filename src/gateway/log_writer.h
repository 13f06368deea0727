#pragma once

#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

namespace meridian {

// Writes batches of lines on a thread of its own: a pipe that nobody reads, or a full disk, holds
// up the log and nothing else. What does not fit in the queue is dropped and counted. Any thread
// may call.
class LogWriter {
 public:
  explicit LogWriter(std::FILE* to);
  ~LogWriter();  // Writes what is queued first.
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  // Whole lines, each with its end.
  void write(std::string lines);

 private:
  void run();

  std::FILE* to_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> queue_;
  std::size_t queued_bytes_ = 0;
  std::uint64_t dropped_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace meridian
