#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/client_stream.h"
#include "gateway/relay.h"

namespace meridian {

// What becomes of a provider's stream on its way to the client: passed on as it is, or read and
// written anew. `carry_stream` feeds it, sends what it gives, and decides; the carrier only says
// what it has seen.
class StreamCarrier {
 public:
  StreamCarrier() = default;
  StreamCarrier(const StreamCarrier&) = delete;
  StreamCarrier& operator=(const StreamCarrier&) = delete;
  virtual ~StreamCarrier() = default;

  // The next bytes of the body, without chunk lines.
  virtual void feed(std::string_view payload) = 0;

  // The body ended as HTTP wants it. A stream that lacks its terminal event sets `failure`: no SDK
  // would notice.
  virtual void finish() = 0;

  // What is to go to the client and has not; valid until the next call of the others.
  virtual ClientStream::Pieces pieces() const = 0;

  // It has gone.
  virtual void sent() = 0;

  // What tells the client that the stream is over before its end, in its dialect.
  virtual std::string error_event(const Exchange& exchange, const Failure& failure);

  // Content is among what the client is given: nobody else can take over once it is sent.
  bool committed() const { return committed_; }

  // The dialect's last event has come.
  bool ended() const { return ended_; }

  // Why the stream is over before its end, in the provider's words, which are in no piece. Nothing
  // behind it is looked at.
  const std::optional<Failure>& failure() const { return failure_; }

 protected:
  bool committed_ = false;
  bool ended_ = false;
  std::optional<Failure> failure_;
};

// Carries a stream to its end, whatever end that is. Until content comes, nothing is sent but signs
// of life, and a failure leaves the request free for the next deployment.
Awaitable<AttemptEnd> carry_stream(Reply& reply, StreamCarrier& carrier);

}  // namespace meridian
