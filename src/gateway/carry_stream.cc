#include "gateway/carry_stream.h"

#include <utility>

#include "gateway/waiting.h"

namespace meridian {

namespace {

using namespace std::chrono_literals;

// How long a provider may take for the HTTP end of a stream whose last event has come. The
// connection can be used again if it comes.
constexpr Duration kEndMax = 2s;

// What the client hears of a failure that comes when the stream is its own already.
Awaitable<AttemptEnd> end_early(Reply& reply, const Failure& failure, bool told) {
  if (told) {
    // The provider's error event has gone through; the framing stays open behind it.
    co_return AttemptEnd::cut(failure);
  }
  co_return co_await tell_cut(reply, failure);
}

Failure before_content(Failure failure) {
  if (failure.kind == FailureKind::CutShort) {
    failure.kind = FailureKind::ServerError;  // Nothing has been cut for the client.
  }
  return failure;
}

}  // namespace

Awaitable<AttemptEnd> carry_stream(Reply& reply, StreamCarrier& carrier) {
  auto& worker = reply.journey.worker;
  auto& out = reply.journey.out;
  StreamLimits limits(reply);
  bool begun = false;  // on_content has been called.
  for (bool over = false; !over;) {
    if (carrier.ended()) {
      reply.provider.expire_at(worker.deadlines.now() + kEndMax);
    } else {
      limits.arm(begun);
    }
    const auto more = co_await reply.body.next();
    if (more == ReplyBody::More::Nudged) {
      if (!co_await keep_waiting(reply)) {
        co_return AttemptEnd::client_left();
      }
      continue;
    }
    if (more == ReplyBody::More::Payload) {
      carrier.feed(reply.body.payload());
    } else if (more == ReplyBody::More::End) {
      carrier.finish();
      over = true;
    } else if (carrier.ended()) {
      over = true;  // Whoever broke off, the client has everything.
    } else if (more == ReplyBody::More::ClientLeft) {
      co_return AttemptEnd::client_left();
    } else {
      auto why = broken_off(worker, reply.provider.deadline());
      if (!begun) {
        co_return AttemptEnd::failed(std::move(why));
      }
      co_return co_await tell_cut(reply, std::move(why));
    }
    const auto& failure = carrier.failure();
    if (!begun) {
      if (failure) {
        co_return AttemptEnd::failed(before_content(*failure));
      }
      // Role, start and ping are held back: until content comes, another deployment can still take
      // over.
      if (!carrier.committed() && !carrier.ended()) {
        continue;
      }
      begun = true;
      reply.on_content();
    }
    // Nearly always the client takes an event at once, and nothing has to wait.
    bool sent = out.begun() && out.offer(carrier.pieces());
    if (!out.begun()) {
      sent = co_await out.send(&reply.provider, carrier.pieces());
    } else if (sent && !out.taken()) {
      sent = co_await out.until_taken(&reply.provider);
    }
    if (!sent) {
      co_return AttemptEnd::client_left();
    }
    carrier.sent();
    if (failure) {
      co_return co_await end_early(reply, *failure, carrier.failure_is_told());
    }
  }
  co_return AttemptEnd::answered(co_await out.finish(&reply.provider));
}

}  // namespace meridian
