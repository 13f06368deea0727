#include "transport/deadlines.h"

#include <boost/asio/as_tuple.hpp>

namespace meridian {

using namespace std::chrono_literals;

Awaitable<void> Deadlines::sweep() {
  while (!ended_) {
    timer_.expires_after(250ms);
    co_await timer_.async_wait(boost::asio::as_tuple(kUseAwaitable));
    const auto now = refresh();
    for (auto& peer : peers_) {
      // Neither wakes anybody at once: a cut is told by the kernel after the loop, a nudge is
      // posted. So no peer ends under us.
      if (peer.deadline() <= now) {
        peer.cut();
      } else if (peer.nudge_time() <= now) {
        peer.nudge();
      }
    }
  }
}

void Deadlines::cut_idle() {
  for (auto& peer : peers_) {
    if (peer.idle()) {
      peer.cut();
    }
  }
}

void Deadlines::cut_outward() {
  for (auto& peer : peers_) {
    if (peer.outward()) {
      peer.cut();
    }
  }
}

void Deadlines::cut_all() {
  ended_ = true;
  timer_.cancel();
  for (auto& peer : peers_) {
    peer.cut();
  }
}

}  // namespace meridian
