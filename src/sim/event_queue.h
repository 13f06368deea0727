#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace meridian {

// What happens in a simulated world, ordered by (time, sequence): equal times run in the order in
// which they were scheduled, so a seed means the same run everywhere. Plain values and no closures:
// a million requests a second leave no room for an allocation each.
template <class What>
class EventQueue {
 public:
  struct Event {
    TimePoint at;
    std::uint64_t sequence = 0;
    What what;
  };

  void add(TimePoint at, What what) {
    heap_.push_back({at, next_sequence_++, what});
    std::ranges::push_heap(heap_, later);
  }

  bool empty() const { return heap_.empty(); }

  TimePoint next_at() const { return heap_.front().at; }

  Event take() {
    std::ranges::pop_heap(heap_, later);
    const Event event = heap_.back();
    heap_.pop_back();
    return event;
  }

 private:
  static bool later(const Event& a, const Event& b) {
    return a.at != b.at ? a.at > b.at : a.sequence > b.sequence;
  }

  std::vector<Event> heap_;
  std::uint64_t next_sequence_ = 0;
};

}  // namespace meridian
