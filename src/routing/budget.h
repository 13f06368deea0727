#pragma once

#include <array>
#include <cstdint>

#include "base/time.h"

namespace meridian {

// How many further attempts the requests of the last ten seconds may make against what is already
// known to fail: a fifth of those requests and a small floor, so that retries cannot turn an outage
// into a flood (Finagle's RetryBudget; promise 5). Moves to a healthy deployment elsewhere are free
// and never ask. One per worker and group; not thread-safe. 10 buckets of one second: exact, and a
// quiet time earns nothing for later.
class RetryBudget {
 public:
  static constexpr int kPercent = 20;
  static constexpr int kFloor = 3;  // In ten seconds: lets a quiet gateway repeat at all.

  // A request arrived. Not called for one that says that it is a client's own retry.
  void count_request(TimePoint now);

  // Takes one further attempt out of the budget; false when it is used up.
  bool withdraw(TimePoint now);

 private:
  static constexpr std::size_t kBuckets = 10;

  struct Bucket {
    std::int64_t second = -1;
    std::int64_t requests = 0;
    std::int64_t withdrawn = 0;
  };

  Bucket& bucket(TimePoint now);

  std::array<Bucket, kBuckets> buckets_{};
};

}  // namespace meridian
