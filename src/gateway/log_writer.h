#pragma once

#include <memory>
#include <string>
#include <thread>

namespace meridian {

// Writes batches of lines on a thread of its own: a pipe that nobody reads, or a full disk, holds
// up the log and nothing else, not even the program's end. What does not fit in the queue or cannot
// be written is dropped, counted, and told once lines can be written again. Any thread may call.
class LogWriter {
 public:
  // To a descriptor that stays open.
  explicit LogWriter(int to);
  ~LogWriter();  // Writes what is queued first, if that can be done in two seconds.
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  // Whole lines, each with its end.
  void write(std::string lines);

 private:
  struct State;

  // Two owners: this and the thread, which may outlive this inside a write that never ends.
  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace meridian
