#include "gateway/attempt.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "gateway/attempt_report.h"
#include "gateway/count.h"
#include "gateway/discreet.h"
#include "gateway/embed.h"
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

enum class HeadRead : std::uint8_t { Whole, Broken, ClientLeft };

// Reads until the reply's head is whole. Interim (1xx) replies are for us, not for the client.
Awaitable<HeadRead> read_reply_head(Journey& journey,
                                    Peer& provider,
                                    Buffer& buffer,
                                    Head& head,
                                    std::size_t& used) {
  used = 0;
  for (;;) {
    const auto said = co_await until_said(provider, journey.client);
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
  auto& shared = journey.worker.shared;
  auto failure = classify_reply(upstream.provider, status, lookup, text, wall_now());
  if (uses_client_key(journey.exchange, upstream.id)) {
    failure = with_clients_key(std::move(failure));
  } else if (const auto skew = clock_skew(failure, lookup("date"), wall_now())) {
    // Our clock was the reason, not the credential: from now on requests are signed by theirs.
    shared.clock_skew_s.store(skew->count(), std::memory_order_relaxed);
    failure.kind = FailureKind::ServerError;
  } else if ((status == 401 || status == 403) &&
             journey.exchange.operation != Operation::CountTokens) {  // Often not permitted alone.
    shared.credential_refused(journey.exchange.snapshot().settings.fleet.accounts[index_of(
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
    const auto said = co_await until_said(provider, journey.client);
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

// Carries a chat's 200 to the client in the way that the dialects and the kind of reply ask for.
Awaitable<AttemptEnd> carry_chat(Reply& reply,
                                 const Upstream& upstream,
                                 const Letter& letter,
                                 const std::string& reply_id) {
  const bool stream = reply.journey.exchange.stream;
  if (stream != is_event_stream(reply.content_type)) {
    return other_kind(stream, std::string(reply.content_type));
  }
  const auto client = reply.journey.exchange.dialect;
  if (const auto dialect = upstream.dialect_for(client); dialect != client) {
    return stream ? translate_stream(reply, dialect, upstream.framing, letter.names, reply_id)
                  : translate_json(reply, dialect, letter.names, reply_id);
  }
  return stream ? relay_stream(reply, upstream.framing) : relay_json(reply);
}

// The same for whatever was asked. `gathered` is of embeddings that take several calls.
Awaitable<AttemptEnd> carry(Reply& reply,
                            const Step& step,
                            const Letter& letter,
                            const std::string& reply_id,
                            GatheredEmbeddings& gathered) {
  const auto& exchange = reply.journey.exchange;
  const auto& upstream = exchange.snapshot().upstreams[index_of(reply.from)];
  switch (exchange.operation) {
    case Operation::Chat:
      break;
    case Operation::CountTokens:
      return upstream.count_form == CountForm::Anthropic
                 ? relay_json(reply)
                 : translate_count(reply, upstream.count_form);
    case Operation::Embeddings: {
      const auto form = embedding_way(upstream, step.attempt->wildcard).form;
      return form == EmbeddingForm::OpenAi ? relay_json(reply)
                                           : gather_embeddings(reply, form, letter.slice, gathered);
    }
  }
  return carry_chat(reply, upstream, letter, reply_id);
}

// A gateway that has just started may still be fetching its first token: a request waits for it,
// though not for long. False: the client has left.
Awaitable<bool> until_credential(Journey& journey, std::size_t slot) {
  const auto& pin = *journey.exchange.pin;
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

// One letter and its reply.
Awaitable<AttemptEnd> call(Journey& journey,
                           const Step& step,
                           AttemptReport& report,
                           GatheredEmbeddings& gathered) {
  auto& worker = journey.worker;
  auto& exchange = journey.exchange;
  const auto& snapshot = exchange.snapshot();
  const auto id = step.attempt->to.id();
  const auto& upstream = snapshot.upstreams[index_of(id)];
  const std::function<void()> on_content = [&] {
    report.content();
    journey.commit();
  };
  Letter letter;
  letter.slice.first = gathered.reply.vectors.size();
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
                .head = head_text,
                .content_type = content_type,
                .content_length = content_length,
                .commit_limit = limit,
                .on_content = on_content};
    end = co_await carry(reply, step, letter, reply_id, gathered);
  } else {
    end = co_await read_failure(journey, upstream, body, head_text, status);
  }
  if (body.reusable() && replying.sent_whole) {
    worker.give_back(snapshot, id, std::move(provider));
  }
  co_return end;
}

Awaitable<AttemptEnd> converse(Journey& journey, const Step& step, AttemptReport& report) {
  const auto& pin = *journey.exchange.pin;
  const auto slot = pin->credential_of[index_of(step.attempt->to.id())];
  if (pin.awaited[slot] && !co_await until_credential(journey, slot)) {
    co_return AttemptEnd::client_left();
  }
  GatheredEmbeddings gathered;
  for (;;) {
    auto end = co_await call(journey, step, report, gathered);
    const bool goes_on = end.kind == AttemptEnd::Kind::Answered &&
                         !gathered.reply.vectors.empty() && !gathered.whole;
    if (!goes_on) {
      co_return end;
    }
  }
}

// Whether the gateway itself has to guess: nobody there counts, or nobody is to be asked.
bool needs_estimate(const Exchange& exchange, DeploymentId id) {
  return exchange.operation == Operation::CountTokens &&
         (exchange.snapshot().upstreams[index_of(id)].count_form == CountForm::None ||
          mock_for(exchange, id) != nullptr);
}

}  // namespace

Awaitable<AttemptEnd> attempt(Journey& journey, const Step& step) {
  if (needs_estimate(journey.exchange, step.attempt->to.id())) {
    give_up_trial(journey, step);
    co_return co_await answer_with_estimate(journey);
  }
  if (const auto* text = mock_for(journey.exchange, step.attempt->to.id())) {
    if (journey.exchange.operation == Operation::Embeddings) {
      give_up_trial(journey, step);
      co_return AttemptEnd::failed(FailureKind::BadRequest,
                                   "`mock_response` is the text of a chat; it cannot stand for "
                                   "embeddings");
    }
    co_return co_await answer_with(journey, step, *text);
  }
  AttemptReport report(journey, step);
  auto end = co_await converse(journey, step, report);
  if (end.kind == AttemptEnd::Kind::Failed) {
    *end.failure = discreet(journey.exchange, step.attempt->to.id(), std::move(*end.failure));
  }
  report.end(end);
  if (end.kind == AttemptEnd::Kind::Failed &&
      journey.exchange.operation == Operation::CountTokens && estimate_instead(*end.failure)) {
    co_return co_await answer_with_estimate(journey);
  }
  co_return end;
}

}  // namespace meridian
