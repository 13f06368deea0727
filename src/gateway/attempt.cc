#include "gateway/attempt.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "gateway/discreet.h"
#include "gateway/letter.h"
#include "gateway/mock.h"
#include "gateway/outcome.h"
#include "gateway/relay.h"
#include "gateway/reply_body.h"
#include "gateway/send.h"
#include "gateway/waiting.h"
#include "providers/upstream.h"

namespace meridian {

namespace {

using namespace std::chrono_literals;

constexpr Duration kFirstTokenMax = 10s;  // Of a credential, at the start.
constexpr Duration kCredentialLook = 10ms;
constexpr std::size_t kErrorBytesMax = std::size_t{256} * 1024;

// One try's view of health: the lease, and what is told at its end.
class Report {
 public:
  Report(Journey& journey, const Step& step)
      : passage_(journey),
        step_(step),
        id_(step.attempt->to.id()),
        began_(journey.worker.deadlines.refresh()),
        lease_(*journey.exchange.snapshot().board, id_) {}

  TimePoint began() const { return began_; }

  // The letter is written; from here on the time is the provider's.
  void sent(std::size_t bytes) {
    seen_.bytes_sent = bytes;
    sent_at_ = passage_.worker.deadlines.refresh();
  }

  void received(std::size_t bytes) { seen_.bytes_received += bytes; }

  // The first content, or a whole answer, is at hand.
  void content() {
    auto& exchange = passage_.exchange;
    const auto now = passage_.worker.deadlines.refresh();
    lease_.first_token();
    told_ = true;
    exchange.served = id_;
    exchange.first_content = now;
    exchange.overhead = sent_at_ - exchange.began - exchange.with_providers;
    exchange.cost = cost_so_far(exchange);
    exchange.attempts = step_.number;
    exchange.tried.push_back({id_, std::nullopt});
    auto fact = base(Fact::Kind::Succeeded);
    fact.elapsed = now - began_;
    fact.input_tokens = exchange.has_usage ? exchange.usage.input : exchange.route.input_tokens;
    passage_.worker.report(exchange.snapshot(), fact);
    if (exchange.stream) {
      seen_.first_token = now - began_;
    }
  }

  void end(const AttemptEnd& end) {
    auto& exchange = passage_.exchange;
    auto& worker = passage_.worker;
    const auto now = worker.deadlines.refresh();
    seen_.region = exchange.snapshot().labels->of(id_);
    seen_.took = now - began_;
    switch (end.kind) {
      case AttemptEnd::Kind::Answered: {
        auto fact = base(Fact::Kind::Finished);
        fact.elapsed = now - began_;
        fact.input_tokens =
            exchange.has_usage ? exchange.usage.prompt() : exchange.route.input_tokens;
        fact.output_tokens = exchange.usage.output;
        worker.report(exchange.snapshot(), fact);
        break;
      }
      case AttemptEnd::Kind::Failed:
      case AttemptEnd::Kind::Cut: {
        auto fact = base(Fact::Kind::Failed);
        fact.failure = end.failure.kind;
        fact.retry_after = end.failure.retry_after;
        fact.elapsed = now - began_;
        worker.report(exchange.snapshot(), fact);
        seen_.failure = end.failure.kind;
        break;
      }
      case AttemptEnd::Kind::ClientLeft:
        if (step_.trial && !told_) {
          worker.report(exchange.snapshot(), base(Fact::Kind::TrialGivenUp));
        }
        seen_.failure = FailureKind::ClientLeft;
        break;
    }
    if (!told_) {
      exchange.tried.push_back({id_, seen_.failure});
      exchange.with_providers += now - sent_at_;
    }
    worker.metrics.attempt(seen_);
  }

 private:
  Fact base(Fact::Kind kind) const {
    return {.kind = kind,
            .deployment = id_,
            .trial = step_.trial,
            .streamed = passage_.exchange.stream,
            .retry_after = std::nullopt};
  }

  Journey& passage_;
  const Step& step_;
  DeploymentId id_;
  TimePoint began_;
  TimePoint sent_at_ = began_;
  Board::Lease lease_;
  bool told_ = false;
  AttemptSeen seen_;
};

enum class HeadRead : std::uint8_t { Whole, Broken, ClientLeft };

// Reads until the reply's head is whole. Interim (1xx) replies are for us, not for the client.
Awaitable<HeadRead> read_reply_head(Journey& journey,
                                    Peer& provider,
                                    Buffer& buffer,
                                    Head& head,
                                    std::size_t& used) {
  used = 0;
  for (;;) {
    const auto said = co_await until_said(journey.worker, provider, journey.client);
    switch (said) {
      case Said::ClientLeft:
        co_return HeadRead::ClientLeft;
      case Said::Nudged:
        if (!co_await keep_waiting(journey, provider)) {
          co_return HeadRead::ClientLeft;
        }
        continue;
      case Said::Provider:
        break;
    }
    const auto got = provider.read(buffer.after(used));
    used += got.value_or(0);
    auto parsed = parse_response({buffer.data(), used}, head);
    // Not 101: nobody asked for another protocol, and what follows it would not be HTTP.
    while (parsed == Parsed::Whole && head.status < 200 && head.status != 101) {
      used -= head.bytes;
      std::copy_n(buffer.data() + head.bytes, used, buffer.data());
      parsed = parse_response({buffer.data(), used}, head);
    }
    if (parsed == Parsed::Whole) {
      co_return head.status < 200 ? HeadRead::Broken : HeadRead::Whole;
    }
    if (parsed != Parsed::Incomplete || got == 0U || used == buffer.size()) {
      co_return HeadRead::Broken;
    }
  }
}

// What a provider holds against a client's own key is the client's matter.
Failure as_the_clients(Failure failure) {
  switch (failure.kind) {
    case FailureKind::RateLimited:
    case FailureKind::AccountBlocked:
    case FailureKind::Misconfigured:
      failure.kind = FailureKind::BadRequest;
      break;
    case FailureKind::ConnectFailed:
    case FailureKind::TimedOut:
    case FailureKind::ServerError:
    case FailureKind::BadRequest:
    case FailureKind::ContextWindow:
    case FailureKind::ContentPolicy:
    case FailureKind::CutShort:
    case FailureKind::ClientLeft:
      break;
  }
  return failure;
}

// A reply that is not a 200: its body says why.
Awaitable<AttemptEnd> read_failure(Journey& journey,
                                   const Upstream& upstream,
                                   ReplyBody& body,
                                   const std::string& head,
                                   int status) {
  std::string text;
  for (bool whole = false; !whole && text.size() < kErrorBytesMax;) {
    const auto more = co_await body.next();
    switch (more) {
      case ReplyBody::More::Payload:
        text += body.payload();
        break;
      case ReplyBody::More::ClientLeft:
        co_return AttemptEnd::client_left();
      case ReplyBody::More::Nudged:
        break;
      case ReplyBody::More::End:
      case ReplyBody::More::Cut:
        whole = true;
        break;
    }
  }
  const HeaderLookup lookup = [&](std::string_view name) { return find_field(head, name); };
  auto failure = classify_reply(upstream.provider, status, lookup, text, wall_now());
  if (uses_client_key(journey.exchange, upstream.id)) {
    // Whatever its provider holds against the client's key says nothing about the deployment.
    failure = as_the_clients(std::move(failure));
  } else if (status == 401 || status == 403) {
    journey.worker.shared.credential_refused(
        journey.exchange.snapshot().settings.fleet.accounts[index_of(
            journey.exchange.snapshot().settings.fleet[upstream.id].account)]);
  }
  co_return AttemptEnd::failed(std::move(failure));
}

bool is_event_stream(std::string_view content_type) {
  return content_type.starts_with("text/event-stream") ||
         content_type.starts_with("application/vnd.amazon.eventstream");
}

// Waits for the first byte of a reply, without a buffer. False: the client has left.
Awaitable<bool> until_reply(Journey& journey, Peer& provider) {
  for (;;) {
    const auto said = co_await until_said(journey.worker, provider, journey.client);
    switch (said) {
      case Said::Provider:
        co_return true;
      case Said::ClientLeft:
        co_return false;
      case Said::Nudged:
        if (!co_await keep_waiting(journey, provider)) {
          co_return false;
        }
        break;
    }
  }
}

// A provider that has begun to reply.
struct Replying {
  std::unique_ptr<Peer> provider;  // None: see `end`.
  AttemptEnd end;
  std::optional<Buffer> buffer;
  Head head;
  std::size_t used = 0;
  bool sent_whole = true;
};

// Sends, and waits for the reply's head. A connection that was idle may have been closed by the
// other side as we wrote: that is no failure of the deployment, so it is tried again at once, once,
// on a new one.
Awaitable<Replying> ask(Journey& journey, DeploymentId id, const Letter& letter, TimePoint limit) {
  auto& worker = journey.worker;
  Replying replying;
  for (bool only_fresh = false;; only_fresh = true) {
    auto sent = co_await send(journey, id, letter, limit, only_fresh);
    const bool may_repeat = !sent.fresh && !only_fresh && worker.deadlines.refresh() < limit;
    replying.sent_whole = sent.whole;
    if (!sent.peer) {
      if (may_repeat && sent.end.kind == AttemptEnd::Kind::Failed) {
        continue;
      }
      replying.end = std::move(sent.end);
      co_return replying;
    }
    if (journey.exchange.stream) {
      sent.peer->nudge_at(journey.exchange.began + kSignOfLifeAfter);
    }
    if (!co_await until_reply(journey, *sent.peer)) {
      replying.end = AttemptEnd::client_left();
      co_return replying;
    }
    replying.buffer.emplace(worker.buffers);
    const auto read = co_await read_reply_head(
        journey, *sent.peer, *replying.buffer, replying.head, replying.used);
    switch (read) {
      case HeadRead::Whole:
        replying.provider = std::move(sent.peer);
        co_return replying;
      case HeadRead::ClientLeft:
        replying.end = AttemptEnd::client_left();
        co_return replying;
      case HeadRead::Broken:
        if (replying.used > 0 || !may_repeat) {
          replying.end = AttemptEnd::failed(broken_off(worker, limit));
          co_return replying;
        }
        break;
    }
  }
}

// Asked for a stream and answered whole, or the other way round. Said honestly rather than guessed
// at.
Awaitable<AttemptEnd> other_kind(bool stream, std::string content_type) {
  co_return AttemptEnd::failed(
      FailureKind::ServerError,
      fmt::format("the provider answered a {} request with {}",
                  stream ? "streamed" : "whole",
                  content_type.empty() ? "no content type" : content_type.substr(0, 60)));
}

// Carries a 200 to the client in the way that the dialects and the kind of reply ask for.
Awaitable<AttemptEnd> carry(Reply& reply,
                            const Upstream& upstream,
                            const Letter& letter,
                            const std::string& reply_id) {
  const bool stream = reply.journey.exchange.stream;
  if (stream != is_event_stream(reply.content_type)) {
    return other_kind(stream, std::string(reply.content_type));
  }
  if (upstream.dialect != reply.journey.exchange.dialect) {
    return stream ? translate_stream(reply, upstream.dialect, letter.names, reply_id)
                  : translate_json(reply, upstream.dialect, letter.names, reply_id);
  }
  return stream ? relay_stream(reply) : relay_json(reply);
}

// A gateway that has just started may still be fetching its first token: a request waits for it,
// though not for long. False: the client has left.
Awaitable<bool> until_credential(Journey& journey, DeploymentId id) {
  const auto& pin = *journey.exchange.pin;
  const auto slot = pin->credential_of[index_of(id)];
  const auto limit =
      std::min(journey.exchange.deadline, journey.worker.deadlines.refresh() + kFirstTokenMax);
  while (pin.awaited[slot] && journey.worker.deadlines.refresh() < limit) {
    if (!co_await pause(journey.worker, journey.client, kCredentialLook)) {
      co_return false;
    }
  }
  co_return true;
}

// A large body is written on another thread, and so without holding up the worker's streams.
Awaitable<Result<bool>> write(Journey& journey, const Step& step, Letter& letter) {
  const auto& upstream = journey.exchange.snapshot().upstreams[index_of(step.attempt->to.id())];
  if (journey.request.body().size() < kLargeBody || passes_through(journey, upstream)) {
    co_return write_letter(journey, step, letter);
  }
  Result<bool> written;
  auto work = [&] { written = write_letter(journey, step, letter); };
  auto& worker = journey.worker;
  co_await worker.shared.cpu.run(worker.loop.get_executor(), work);
  co_return written;
}

Awaitable<AttemptEnd> converse(Journey& journey, const Step& step, Report& report) {
  auto& worker = journey.worker;
  auto& exchange = journey.exchange;
  const auto& snapshot = exchange.snapshot();
  const auto id = step.attempt->to.id();
  const auto& upstream = snapshot.upstreams[index_of(id)];
  const std::function<void()> on_content = [&] {
    report.content();
    journey.commit();
  };
  if (!co_await until_credential(journey, id)) {
    co_return AttemptEnd::client_left();
  }
  Letter letter;
  const auto written = co_await write(journey, step, letter);
  if (!written) {
    co_return AttemptEnd::failed(written.error());
  }
  exchange.translated = letter.translated;
  report.sent(letter.bytes);
  const auto own_limit = snapshot.settings.fleet[id].timeout;
  auto limit =
      own_limit ? std::min(exchange.deadline, report.began() + *own_limit) : exchange.deadline;
  if (exchange.stream && step.first_token_limit) {
    limit = std::min(limit, report.began() + *step.first_token_limit);
  }
  auto replying = co_await ask(journey, id, letter, limit);
  if (!replying.provider || !replying.buffer) {
    co_return std::move(replying.end);
  }
  auto provider = std::move(replying.provider);
  const auto& head = replying.head;
  const std::string head_text(head.raw);
  const std::string reply_id(find_field(head_text, "x-amzn-requestid"));
  const auto status = static_cast<int>(head.status);
  const auto content_type = find_field(head_text, "content-type");
  const auto content_length = head.chunked ? std::nullopt : head.content_length;
  report.received(replying.used);
  ReplyBody body(
      worker, *provider, journey.client, head, std::move(*replying.buffer), replying.used);
  AttemptEnd end;
  if (status == 200) {
    Reply reply{.journey = journey,
                .from = id,
                .provider = *provider,
                .body = body,
                .content_type = content_type,
                .content_length = content_length,
                .commit_limit = limit,
                .on_content = on_content};
    end = co_await carry(reply, upstream, letter, reply_id);
  } else {
    end = co_await read_failure(journey, upstream, body, head_text, status);
  }
  if (body.reusable() && replying.sent_whole) {
    worker.give_back(snapshot, id, std::move(provider));
  }
  co_return end;
}

}  // namespace

Awaitable<AttemptEnd> attempt(Journey& journey, const Step& step) {
  if (const auto* text = mock_for(journey.exchange, step.attempt->to.id())) {
    co_return co_await answer_with(journey, step, *text);
  }
  Report report(journey, step);
  auto end = co_await converse(journey, step, report);
  if (end.kind == AttemptEnd::Kind::Failed) {
    end.failure = discreet(journey.exchange, step.attempt->to.id(), std::move(end.failure));
  }
  report.end(end);
  co_return end;
}

}  // namespace meridian
