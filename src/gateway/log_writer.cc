#include "gateway/log_writer.h"

#include <utility>

#include <fmt/format.h>

namespace meridian {

namespace {

constexpr std::size_t kQueuedMax = std::size_t{4} << 20;

}  // namespace

LogWriter::LogWriter(std::FILE* to) : to_(to), thread_([this] { run(); }) {}

LogWriter::~LogWriter() {
  {
    const std::scoped_lock lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void LogWriter::write(std::string lines) {
  {
    const std::scoped_lock lock(mutex_);
    if (queued_bytes_ + lines.size() > kQueuedMax) {
      ++dropped_;
      return;
    }
    queued_bytes_ += lines.size();
    queue_.push_back(std::move(lines));
  }
  changed_.notify_one();
}

void LogWriter::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ending_ || !queue_.empty(); });
    if (queue_.empty()) {
      return;
    }
    auto lines = std::move(queue_.front());
    queue_.pop_front();
    queued_bytes_ -= lines.size();
    if (const auto dropped = std::exchange(dropped_, 0); dropped > 0) {
      lines += fmt::format(
          "level=warning event=log_dropped batches={} why=\"the log's reader is too slow\"\n",
          dropped);
    }
    lock.unlock();
    std::fwrite(lines.data(), 1, lines.size(), to_);
    std::fflush(to_);
    lock.lock();
  }
}

}  // namespace meridian
