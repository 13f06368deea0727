#include "gateway/waiting.h"

#include <algorithm>

namespace meridian {

namespace {

Duration gap_of(const Reply& reply) {
  const auto& settings = reply.journey.exchange.snapshot().settings;
  return settings.fleet[reply.from].stream_timeout.value_or(settings.router.stream_timeout);
}

}  // namespace

StreamLimits::StreamLimits(const Reply& reply)
    : reply_(reply),
      gap_(gap_of(reply)),
      end_(reply.journey.worker.deadlines.now() +
           reply.journey.exchange.snapshot().settings.router.max_stream) {}

void StreamLimits::arm(bool committed) {
  const auto now = reply_.journey.worker.deadlines.now();
  if (committed) {
    reply_.provider.expire_at(std::min(now + gap_, end_));
    reply_.provider.nudge_at(TimePoint::max());
  } else {
    reply_.provider.expire_at(reply_.commit_limit);
  }
}

Awaitable<bool> keep_waiting(Reply& reply) {
  return keep_waiting(reply.journey, reply.provider);
}

Awaitable<bool> keep_waiting(Journey& journey, Peer& provider) {
  if (!journey.exchange.stream) {
    co_return true;
  }
  provider.nudge_at(journey.worker.deadlines.now() + kSignOfLifeAfter);
  const auto limit = provider.deadline();
  const bool sent = co_await journey.out.send(&provider, ": still waiting for the model\n\n");
  provider.expire_at(limit);
  co_return sent;
}

Failure broken_off(Worker& worker, TimePoint limit) {
  if (worker.deadlines.refresh() >= limit) {
    return {.kind = FailureKind::TimedOut, .message = "the provider did not answer in time"};
  }
  return {.kind = FailureKind::ConnectFailed, .message = "the provider broke the connection off"};
}

}  // namespace meridian
