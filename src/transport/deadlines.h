#pragma once

#include <boost/asio/basic_waitable_timer.hpp>

#include "transport/loop.h"
#include "transport/peer.h"

namespace meridian {

using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                boost::asio::wait_traits<std::chrono::steady_clock>,
                                                Executor>;

// All peers of a loop, and one timer for all of their time limits.
//
// Four times a second every peer's deadline is compared with the clock. A timer beside each
// operation is exact to the microsecond, but it cost 44,000 instructions a request, three times the
// rest of the relay. Nobody who waits 60 seconds minds a quarter of one.
class Deadlines {
 public:
  explicit Deadlines(const Executor& executor) : timer_(executor) {}

  void add(Peer& peer) { peers_.push_back(peer); }

  // As of the last sweep or call of `refresh`: enough for limits and metrics, and free to read.
  TimePoint now() const { return now_; }

  TimePoint refresh() { return now_ = steady_now(); }

  // Runs until `cut_all`. Spawn one per loop.
  Awaitable<void> sweep();

  // For a drain: those that wait for a next request, or those towards providers.
  void cut_idle();
  void cut_outward();

  // For the end of the program: every coroutine wakes, sees its peer gone, and finishes.
  void cut_all();

 private:
  Timer timer_;
  TimePoint now_ = steady_now();
  bool ended_ = false;
  boost::intrusive::list<Peer, boost::intrusive::constant_time_size<false>> peers_;
};

}  // namespace meridian
