#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>

#include "base/failure.h"
#include "config/settings.h"

namespace meridian {

// One of the requests that max_parallel_requests (of the one key there is) and
// global_max_parallel_requests bound. Counted only where there is a bound: without one the workers
// share nothing for a request.
class OpenRequest {
 public:
  OpenRequest(std::atomic<int>& open, const GeneralSettings& general) {
    constexpr int kNoLimit = std::numeric_limits<int>::max();
    const int limit = std::min(general.max_parallel_requests.value_or(kNoLimit),
                               general.global_max_parallel_requests.value_or(kNoLimit));
    if (limit != kNoLimit) {
      open_ = &open;
      one_too_many_ = open.fetch_add(1, std::memory_order_relaxed) >= limit;
    }
  }

  ~OpenRequest() {
    if (open_ != nullptr) {
      open_->fetch_sub(1, std::memory_order_relaxed);
    }
  }

  OpenRequest(const OpenRequest&) = delete;
  OpenRequest& operator=(const OpenRequest&) = delete;

  bool is_one_too_many() const { return one_too_many_; }

  static Failure refusal() {
    return {.kind = FailureKind::RateLimited,
            .status = 429,
            .message =
                "the gateway has as many requests open as it may (max_parallel_requests); "
                "try again in a moment",
            .code = "too_many_requests",
            .retry_after = std::chrono::seconds(1)};
  }

 private:
  std::atomic<int>* open_ = nullptr;
  bool one_too_many_ = false;
};

}  // namespace meridian
