#pragma once

#include <atomic>
#include <cstdint>
#include <functional>

#include <boost/lockfree/spsc_queue.hpp>

#include "health/fact.h"

namespace meridian {

// A fact and the fleet that its DeploymentId belongs to.
struct ReportedFact {
  Fact fact;
  std::uint32_t generation = 0;
};

// One worker's way to the owner of health: a ring that one thread fills and one empties, without a
// lock. The owner is woken when the ring was not already announced; it clears the announcement
// after a pause of a few milliseconds, so that a busy gateway wakes it two hundred times a second,
// and an idle one never: two threads that take turns on a core cost more than what they say.
class FactLine {
 public:
  // `wake` is called on the worker's thread; it posts to the owner.
  explicit FactLine(std::function<void()> wake) : wake_(std::move(wake)) {}

  // By the worker. A full ring (the owner is far behind) loses the fact and counts it.
  void report(const ReportedFact& fact) {
    if (!ring_.push(fact)) {
      lost_.fetch_add(1, std::memory_order_relaxed);
    }
    if (!announced_.exchange(true, std::memory_order_acq_rel)) {
      wake_();
    }
  }

  // By the owner: the next fact, if there is one.
  bool take(ReportedFact& fact) { return ring_.pop(fact); }

  // By the owner, before it empties the ring for the last time of a round.
  void listen_again() { announced_.store(false, std::memory_order_release); }

  std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

 private:
  boost::lockfree::spsc_queue<ReportedFact, boost::lockfree::capacity<8192>> ring_;
  std::atomic<bool> announced_ = false;
  std::atomic<std::uint64_t> lost_ = 0;
  std::function<void()> wake_;
};

}  // namespace meridian
