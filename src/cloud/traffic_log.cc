#include "cloud/traffic_log.h"

#include <algorithm>
#include <utility>

#include "providers/digest.h"

namespace meridian {

std::uint64_t TrafficLog::add(TrafficEntry entry) {
  const std::scoped_lock lock(mutex_);
  entry.seq = ++last_;
  const auto at = static_cast<std::size_t>((last_ - 1) % entries_max_);
  if (at >= ring_.size()) {
    ring_.resize(at + 1);
  }
  ring_[at] = std::move(entry);
  return last_;
}

void TrafficLog::close(std::uint64_t seq, std::string_view outcome) {
  const std::scoped_lock lock(mutex_);
  const auto at = static_cast<std::size_t>((seq - 1) % entries_max_);
  if (seq > 0 && at < ring_.size() && ring_[at].seq == seq) {
    ring_[at].outcome = outcome;
  }
}

TrafficLog::Page TrafficLog::after(std::uint64_t since, std::size_t entries_max) const {
  const std::scoped_lock lock(mutex_);
  Page page;
  page.last = last_;
  const auto oldest = std::max(last_ > entries_max_ ? last_ - entries_max_ : 0, cleared_);
  const auto from = std::max(since, oldest);
  page.lost = oldest > since && oldest > cleared_ ? oldest - std::max(since, cleared_) : 0;
  for (auto seq = from + 1; seq <= last_ && page.entries.size() < entries_max; ++seq) {
    page.entries.push_back(ring_[static_cast<std::size_t>((seq - 1) % entries_max_)]);
  }
  return page;
}

void TrafficLog::clear() {
  const std::scoped_lock lock(mutex_);
  // The slots stay: entry n's place follows from its number.
  for (auto& entry : ring_) {
    entry = TrafficEntry();
  }
  cleared_ = last_;
}

std::string of_prompt(std::string_view last_words) {
  return last_words.empty() ? std::string() : hex(sha256(last_words.substr(0, 64))).substr(0, 16);
}

}  // namespace meridian
