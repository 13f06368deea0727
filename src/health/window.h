#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace meridian {

// A sum over the last `Buckets` x `width`, exact to one bucket. Exact rather than decayed: a
// decayed average lets a tight burst of failures hide an outage (Linkerd's reason for the same
// choice).
template <std::size_t Buckets>
class Window {
 public:
  explicit Window(Duration width) : width_(width) {}

  void add(TimePoint now, std::int64_t amount) {
    move_to(now);
    buckets_[place()] += amount;
    sum_ += amount;
  }

  std::int64_t sum(TimePoint now) {
    move_to(now);
    return sum_;
  }

  void clear() {
    buckets_.fill(0);
    sum_ = 0;
  }

 private:
  std::size_t place() const { return static_cast<std::size_t>(current_) % Buckets; }

  void move_to(TimePoint now) {
    const std::int64_t wanted = now.time_since_epoch() / width_;
    if (wanted - current_ >= static_cast<std::int64_t>(Buckets)) {
      clear();
      current_ = wanted;
      return;
    }
    while (current_ < wanted) {
      ++current_;
      sum_ -= buckets_[place()];
      buckets_[place()] = 0;
    }
  }

  Duration width_;
  std::int64_t current_ = 0;  // Number of the bucket that is being filled.
  std::int64_t sum_ = 0;
  std::array<std::int64_t, Buckets> buckets_{};
};

}  // namespace meridian
