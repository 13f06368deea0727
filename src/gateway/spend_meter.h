#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "base/money.h"
#include "base/time.h"

namespace meridian {

// What is spent on a budget in its present period. Every worker adds and reads; the keeper of
// budgets begins it anew. One atomic, so that nobody waits.
class SpendMeter {
 public:
  MicroDollars spent() const { return {spent_.load(std::memory_order_relaxed)}; }

  void add(MicroDollars amount) { spent_.fetch_add(amount.value, std::memory_order_relaxed); }

  // When the period began, and when it ends, for messages.
  WallTime began() const { return time_of(began_.load(std::memory_order_relaxed)); }

  std::optional<WallTime> ends() const {
    const auto ends = ends_.load(std::memory_order_relaxed);
    return ends == 0 ? std::nullopt : std::optional(time_of(ends));
  }

  void set_span(WallTime began, std::optional<WallTime> ends) {
    began_.store(began.time_since_epoch().count(), std::memory_order_relaxed);
    ends_.store(ends ? ends->time_since_epoch().count() : 0, std::memory_order_relaxed);
  }

  // A new period: what was spent no longer counts.
  void begin_anew() { spent_.store(0, std::memory_order_relaxed); }

 private:
  static WallTime time_of(std::int64_t seconds) { return WallTime(std::chrono::seconds(seconds)); }

  std::atomic<std::int64_t> spent_ = 0;
  std::atomic<std::int64_t> began_ = 0;  // Seconds since the epoch.
  std::atomic<std::int64_t> ends_ = 0;   // 0: never.
};

}  // namespace meridian
