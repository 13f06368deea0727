#include "gateway/log_writer.h"

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstring>
#include <deque>
#include <mutex>
#include <string_view>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include <fmt/format.h>

namespace meridian {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kQueuedMax = std::size_t{4} << 20;
constexpr auto kLastWordsMax = 2s;

// How many bytes went out; fewer than all: `errno` says why.
std::size_t write_bytes(int to, std::string_view bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto wrote = ::write(to, bytes.data() + done, bytes.size() - done);
    if (wrote >= 0) {
      done += static_cast<std::size_t>(wrote);
    } else if (errno == EAGAIN) {  // Whoever started us shares a pipe that does not block.
      pollfd room{.fd = to, .events = POLLOUT, .revents = 0};
      ::poll(&room, 1, -1);
    } else if (errno != EINTR) {
      break;
    }
  }
  return done;
}

}  // namespace

struct LogWriter::State {
  explicit State(int where) : to(where) {}

  void run();
  bool take(std::string& lines);
  void put(std::string lines);

  const int to;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::string> queue;
  std::size_t queued_bytes = 0;
  std::uint64_t dropped = 0;
  std::string why;  // The last reason for that.
  bool ending = false;
  bool ended = false;
  bool inside_a_line = false;  // The thread's alone: a write broke off there.
};

// Waits for the next batch. False: there is none to come.
bool LogWriter::State::take(std::string& lines) {
  std::unique_lock lock(mutex);
  changed.wait(lock, [this] { return ending || !queue.empty(); });
  if (queue.empty()) {
    return false;
  }
  lines = std::move(queue.front());
  queue.pop_front();
  queued_bytes -= lines.size();
  if (dropped > 0) {
    lines.insert(0,
                 fmt::format("level=warning event=log_dropped batches={} why=\"{}\"\n",
                             std::exchange(dropped, 0),
                             why));
  }
  return true;
}

void LogWriter::State::put(std::string lines) {
  if (inside_a_line) {
    lines.insert(0, "\n");
  }
  const auto done = write_bytes(to, lines);
  const int error = errno;
  if (done > 0) {
    inside_a_line = lines[done - 1] != '\n';
  }
  if (done < lines.size()) {
    const std::scoped_lock lock(mutex);
    ++dropped;
    why = fmt::format("the log cannot be written: {}", std::strerror(error));
  }
}

void LogWriter::State::run() {
  std::string lines;
  while (take(lines)) {
    put(std::move(lines));
  }
  const std::scoped_lock lock(mutex);
  ended = true;
  changed.notify_all();
}

LogWriter::LogWriter(int to)
    : state_(std::make_shared<State>(to)), thread_([state = state_] { state->run(); }) {}

LogWriter::~LogWriter() {
  std::unique_lock lock(state_->mutex);
  state_->ending = true;
  state_->changed.notify_all();
  const bool ended =
      state_->changed.wait_for(lock, kLastWordsMax, [this] { return state_->ended; });
  lock.unlock();
  if (ended) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

void LogWriter::write(std::string lines) {
  {
    const std::scoped_lock lock(state_->mutex);
    if (state_->queued_bytes + lines.size() > kQueuedMax) {
      ++state_->dropped;
      state_->why = "the log's reader is too slow";
      return;
    }
    state_->queued_bytes += lines.size();
    state_->queue.push_back(std::move(lines));
  }
  state_->changed.notify_one();
}

}  // namespace meridian
