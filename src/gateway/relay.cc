// Replies in the client's own dialect: the payload goes on as it came.

#include "gateway/relay.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "gateway/discreet.h"
#include "gateway/reply_head.h"
#include "gateway/waiting.h"
#include "wire/anthropic/reply_reader.h"
#include "wire/json.h"
#include "wire/openai/reply_reader.h"
#include "wire/stream_watch.h"

namespace meridian {

namespace {

// A whole answer up to this size is held until it is complete, so that one that breaks off can
// still come from elsewhere; most are a few kilobytes. Of a stream, what comes before its first
// content.
constexpr std::size_t kHeldMax = std::size_t{256} * 1024;

Usage read_usage(Dialect dialect, JsonValue object) {
  if (dialect == Dialect::OpenAiChat) {
    return read_openai_usage(object);
  }
  Usage usage;
  read_anthropic_usage(object, usage);
  return usage;
}

// The usage object of a reply stands near its end; nothing else is read of a reply that
// passes.
std::optional<Usage> usage_in(Dialect dialect, std::string_view tail) {
  const auto name = tail.rfind("\"usage\"");
  const auto open = name == std::string_view::npos ? name : tail.find('{', name);
  if (open == std::string_view::npos) {
    return std::nullopt;
  }
  int depth = 0;
  for (std::size_t at = open; at < tail.size(); ++at) {
    depth += tail[at] == '{' ? 1 : tail[at] == '}' ? -1 : 0;
    if (depth == 0) {
      const auto parsed = thread_json_parser().parse(tail.substr(open, at + 1 - open));
      return parsed ? std::optional(read_usage(dialect, *parsed)) : std::nullopt;
    }
  }
  return std::nullopt;
}

void note_usage(Exchange& exchange, const std::optional<Usage>& usage) {
  if (usage) {
    exchange.usage = *usage;
    exchange.has_usage = true;
  }
}

// Some servers answer 200 and an error object.
bool is_error_object(std::string_view text) {
  return text.starts_with(R"({"error")") || text.starts_with(R"({"type":"error")");
}

// Framed as whole, but broken off inside: seen by the last byte, since reading all of every answer
// would cost more than the rest of the relay.
bool is_cut(std::string_view text) {
  const auto last = text.find_last_not_of(" \t\r\n");
  return last == std::string_view::npos || text[last] != '}';
}

// The whole answer is at hand.
Awaitable<AttemptEnd> send_whole(Reply& reply, std::string_view text) {
  auto& journey = reply.journey;
  auto& exchange = journey.exchange;
  if (is_error_object(text)) {
    co_return AttemptEnd::failed(FailureKind::ServerError,
                                 "the provider answered with an error inside a 200");
  }
  if (is_cut(text)) {
    co_return AttemptEnd::failed(FailureKind::ServerError, "the provider's answer broke off");
  }
  note_usage(exchange, usage_in(exchange.dialect, text));
  exchange.status = 200;
  reply.on_content();
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): written before it is read.
  std::array<char, kReplyHeadMax> room;
  const BodyFraming framing{.chunked = false, .length = text.size()};
  Gather message;
  message.add(reply_head(exchange, reply.content_type, framing, room));
  message.add(text);
  const bool sent = co_await send_patiently(
      journey.worker, journey.client, &reply.provider, message, kClientGapMax);
  co_return AttemptEnd::answered(sent);
}

// Too large to be held: from here on it flows, and a cut is a cut.
Awaitable<AttemptEnd> send_flowing(Reply& reply, std::string held) {
  auto& [worker, client, exchange, out, request, facts, parsed] = reply.journey;
  exchange.status = 200;
  reply.on_content();
  const bool chunked = !exchange.http_1_0 && !reply.content_length;
  const BodyFraming framing{.chunked = chunked, .length = reply.content_length};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): written before it is read.
  std::array<char, kReplyHeadMax> room;
  exchange.keep_alive = exchange.keep_alive && (chunked || reply.content_length);
  Gather head;
  head.add(reply_head(exchange, reply.content_type, framing, room));
  bool sent = co_await send_patiently(worker, client, &reply.provider, head, kClientGapMax);
  std::string_view piece = held;
  while (sent) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): written before it is read.
    std::array<char, 20> size;
    Gather message;
    if (chunked) {
      message.add(chunk_line(piece.size(), size));
    }
    message.add(piece);
    message.add(chunked ? "\r\n" : "");
    sent = co_await send_patiently(worker, client, &reply.provider, message, kClientGapMax);
    reply.provider.expire_at(reply.commit_limit);
    const auto more = co_await reply.body.next();
    switch (more) {
      case ReplyBody::More::Payload:
        piece = reply.body.payload();
        break;
      case ReplyBody::More::Nudged:
        piece = {};
        break;
      case ReplyBody::More::End: {
        Gather last;
        last.add(chunked ? "0\r\n\r\n" : "");
        co_return AttemptEnd::answered(
            co_await send_patiently(worker, client, &reply.provider, last, kClientGapMax));
      }
      case ReplyBody::More::Cut:
        co_return AttemptEnd::cut(broken_off(worker, reply.commit_limit));
      case ReplyBody::More::ClientLeft:
        co_return AttemptEnd::client_left();
    }
  }
  co_return AttemptEnd::client_left();
}

}  // namespace

Awaitable<AttemptEnd> relay_json(Reply& reply) {
  std::string held;
  for (;;) {
    const auto more = co_await reply.body.next();
    switch (more) {
      case ReplyBody::More::Payload:
        // Nearly always all of it comes with the head: then it is not even copied.
        if (held.empty() && reply.body.whole()) {
          co_return co_await send_whole(reply, reply.body.payload());
        }
        held += reply.body.payload();
        if (held.size() > kHeldMax && !reply.body.whole()) {
          co_return co_await send_flowing(reply, std::move(held));
        }
        break;
      case ReplyBody::More::End:
        co_return co_await send_whole(reply, held);
      case ReplyBody::More::Cut:
        co_return AttemptEnd::failed(broken_off(reply.journey.worker, reply.commit_limit));
      case ReplyBody::More::ClientLeft:
        co_return AttemptEnd::client_left();
      case ReplyBody::More::Nudged:
        break;
    }
  }
}

Awaitable<AttemptEnd> relay_stream(Reply& reply) {
  auto& [worker, client, exchange, out, request, facts, parsed] = reply.journey;
  StreamWatch watch(exchange.dialect, facts.usage.has_value());
  StreamLimits limits(reply);
  std::string held;
  bool told = false;
  for (bool over = false; !over;) {
    limits.arm(told);
    Passage passage;
    const auto more = co_await reply.body.next();
    switch (more) {
      case ReplyBody::More::Payload:
        passage = watch.pass(reply.body.payload());
        break;
      case ReplyBody::More::End:
        passage = watch.finish();
        over = true;
        if (!watch.ended()) {
          passage = {};  // Half an event, perhaps, which would spoil the error event behind it.
        }
        break;
      case ReplyBody::More::Cut: {
        auto why = broken_off(worker, reply.provider.deadline());
        if (!told) {
          co_return AttemptEnd::failed(std::move(why));
        }
        co_return co_await tell_cut(reply, std::move(why));
      }
      case ReplyBody::More::ClientLeft:
        co_return AttemptEnd::client_left();
      case ReplyBody::More::Nudged:
        if (!co_await keep_waiting(reply)) {
          co_return AttemptEnd::client_left();
        }
        continue;
    }
    note_usage(exchange, watch.usage());
    if (!told && watch.error()) {
      co_return AttemptEnd::failed(*watch.error());
    }
    if (!told && over && !watch.ended()) {
      co_return AttemptEnd::failed(FailureKind::ServerError,
                                   "the provider's stream ended without an end");
    }
    if (!told && !watch.committed() && !watch.ended() && held.size() < kHeldMax) {
      held.append(passage.kept).append(passage.front).append(passage.back);
      continue;
    }
    if (!std::exchange(told, true)) {
      reply.on_content();
      if (!held.empty() && !co_await out.send(&reply.provider, held)) {
        co_return AttemptEnd::client_left();
      }
    }
    const ClientStream::Pieces pieces{passage.kept, passage.front, passage.back};
    if (!co_await out.send(&reply.provider, pieces)) {
      co_return AttemptEnd::client_left();
    }
    if (watch.error()) {
      co_await tell_cut(reply, *watch.error());
      co_return AttemptEnd::cut(*watch.error());  // For health, the provider's own word.
    }
  }
  if (!watch.ended()) {
    // It ended as HTTP wants it, but not as the dialect does: no SDK would notice.
    Failure failure{.kind = FailureKind::CutShort,
                    .message = "the provider's stream ended before its end",
                    .code = "stream_cut"};
    co_return co_await tell_cut(reply, std::move(failure));
  }
  co_return AttemptEnd::answered(co_await out.finish(&reply.provider));
}

Awaitable<AttemptEnd> tell_cut(Reply& reply, Failure failure) {
  failure.kind = FailureKind::CutShort;
  failure = discreet(reply.journey.exchange, reply.from, std::move(failure));
  const auto event =
      write_error_event(reply.journey.exchange.dialect, failure, reply.journey.exchange.id);
  co_await reply.journey.out.send(&reply.provider, event);
  co_return AttemptEnd::cut(std::move(failure));
}

}  // namespace meridian
