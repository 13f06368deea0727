#include "gateway/carry_stream.h"

#include <utility>

#include "gateway/discreet.h"
#include "gateway/waiting.h"
#include "wire/codec.h"

namespace meridian {

namespace {

using namespace std::chrono_literals;

// How long a provider may take for the HTTP end of a stream whose last event has come. The
// connection can be used again if it comes.
constexpr Duration kEndMax = 2s;

// What a step of the body brought.
enum class Turn : std::uint8_t {
  Look,    // More of the stream.
  Last,    // Its end, or at least all that the client has to get.
  Wait,    // Nothing yet.
  Left,    // The client has gone.
  Broken,  // The provider has.
};

Turn take(Reply& reply, ReplyBody::More more, StreamCarrier& carrier) {
  switch (more) {
    case ReplyBody::More::Payload:
      reply.journey.exchange.streamed_bytes += reply.body.payload().size();
      carrier.feed(reply.body.payload());
      return Turn::Look;
    case ReplyBody::More::End:
      carrier.finish();
      return Turn::Last;
    case ReplyBody::More::Nudged:
      return Turn::Wait;
    // Behind the last event it does not matter who broke off: the client has everything.
    case ReplyBody::More::ClientLeft:
      return carrier.ended() ? Turn::Last : Turn::Left;
    case ReplyBody::More::Cut:
      return carrier.ended() ? Turn::Last : Turn::Broken;
  }
  return Turn::Broken;
}

// Until content comes, another deployment can still take over: role, start and ping are held back.
bool holds_back(const StreamCarrier& carrier) {
  return !carrier.committed() && !carrier.ended();
}

void arm(Reply& reply, const StreamCarrier& carrier, StreamLimits& limits, bool begun) {
  if (carrier.ended()) {
    reply.provider.expire_at(reply.journey.worker.deadlines.now() + kEndMax);
  } else {
    limits.arm(begun);
  }
}

// True: the client took all of it at once, as nearly always.
bool offer(ClientStream& out, const StreamCarrier& carrier) {
  return out.begun() && out.offer(carrier.pieces()) && out.taken();
}

// The first piece, or what a slow client did not take of one. False: the client has left.
Awaitable<bool> send_rest(Reply& reply, const StreamCarrier& carrier) {
  auto& out = reply.journey.out;
  return out.begun() ? out.until_taken(&reply.provider)
                     : out.send(&reply.provider, carrier.pieces());
}

// Content has gone out and the rest will not come: says so, and leaves the framing open, which
// every HTTP client notices.
Awaitable<AttemptEnd> tell_cut(Reply& reply, StreamCarrier& carrier, Failure failure) {
  failure.kind = FailureKind::CutShort;
  failure = discreet(reply.journey.exchange, reply.from, std::move(failure));
  const auto event = carrier.error_event(reply.journey.exchange, failure);
  co_await reply.journey.out.send(&reply.provider, event);
  co_return AttemptEnd::cut(std::move(failure));
}

Failure before_content(Failure failure) {
  failure = in_our_words(std::move(failure));
  if (failure.kind == FailureKind::CutShort) {
    failure.kind = FailureKind::ServerError;  // Nothing has been cut for the client.
  }
  return failure;
}

// The provider, or the client, broke off.
Awaitable<AttemptEnd> end_broken(Reply& reply, StreamCarrier& carrier, Turn turn, bool begun) {
  if (turn == Turn::Left) {
    co_return AttemptEnd::client_left();
  }
  auto why = broken_off(reply.journey.worker, reply.provider.deadline());
  if (!begun) {
    co_return AttemptEnd::failed(std::move(why));
  }
  co_return co_await tell_cut(reply, carrier, std::move(why));
}

// The stream itself said that it failed, and the client has its beginning. Health hears what the
// provider said; for the client it is a stream that was cut.
Awaitable<AttemptEnd> end_failed(Reply& reply, StreamCarrier& carrier, const Failure& failure) {
  auto end = co_await tell_cut(reply, carrier, in_our_words(failure));
  end.failure->kind = failure.kind;
  co_return end;
}

}  // namespace

std::string StreamCarrier::error_event(const Exchange& exchange, const Failure& failure) {
  return write_error_event(exchange.dialect, failure, exchange.id);
}

Awaitable<AttemptEnd> carry_stream(Reply& reply, StreamCarrier& carrier) {
  auto& out = reply.journey.out;
  StreamLimits limits(reply);
  bool begun = false;  // on_content has been called.
  auto turn = Turn::Wait;
  while (turn != Turn::Last) {
    arm(reply, carrier, limits, begun);
    const auto more = co_await reply.body.next();
    turn = take(reply, more, carrier);
    if (turn == Turn::Wait && !co_await keep_waiting(reply)) {
      turn = Turn::Left;
    }
    if (turn == Turn::Left || turn == Turn::Broken) {
      co_return co_await end_broken(reply, carrier, turn, begun);
    }
    if (const auto& failure = carrier.failure(); failure && !begun) {
      co_return AttemptEnd::failed(before_content(*failure));
    }
    if (turn == Turn::Wait || holds_back(carrier)) {
      continue;
    }
    if (!std::exchange(begun, true)) {
      reply.on_content();
    }
    if (!offer(out, carrier) && !co_await send_rest(reply, carrier)) {
      co_return AttemptEnd::client_left();
    }
    carrier.sent();
    if (const auto& failure = carrier.failure()) {
      co_return co_await end_failed(reply, carrier, *failure);
    }
  }
  co_return AttemptEnd::answered(co_await out.finish(&reply.provider));
}

}  // namespace meridian
