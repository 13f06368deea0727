// Replies in the client's own dialect: the payload goes on as it came.

#include "gateway/relay.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "gateway/carry_stream.h"
#include "gateway/reply_head.h"
#include "gateway/waiting.h"
#include "wire/anthropic/reply_reader.h"
#include "wire/bedrock/chunk_stream.h"
#include "wire/json.h"
#include "wire/openai/reply_reader.h"
#include "wire/responses/reply_reader.h"
#include "wire/stream_watch.h"

namespace meridian {

namespace {

// A whole answer up to this size is held until it is complete, so that one that breaks off can
// still come from elsewhere; most are a few kilobytes. Of a stream, what comes before its first
// content.
constexpr std::size_t kHeldMax = std::size_t{256} * 1024;

Usage read_usage(Dialect dialect, JsonValue object) {
  Usage usage;
  switch (dialect) {
    case Dialect::OpenAiChat:
    case Dialect::OpenAiCompletions:
      return read_openai_usage(object);
    case Dialect::OpenAiResponses:
      return read_responses_usage(object);
    case Dialect::AnthropicMessages:
      read_anthropic_usage(object, usage);
      break;
    case Dialect::BedrockConverse:
    case Dialect::Gemini:
      break;  // No client speaks them.
  }
  return usage;
}

// Where the last member of that name begins that is an object: behind it a response repeats what
// its client sent, which may say "usage" too.
std::size_t usage_object(std::string_view text) {
  constexpr std::string_view kName = "\"usage\"";
  for (auto at = text.rfind(kName); at != std::string_view::npos;
       at = at == 0 ? std::string_view::npos : text.rfind(kName, at - 1)) {
    const auto value = text.find_first_not_of(" \t\r\n:", at + kName.size());
    if (value != std::string_view::npos && text[value] == '{') {
      return value;
    }
  }
  return std::string_view::npos;
}

// How long the object is that a text begins with, by its braces alone: counts hold no strings with
// any. The whole text, when it does not end.
std::size_t object_bytes(std::string_view text) {
  std::size_t open = 1;
  std::size_t at = 1;
  while (open > 0) {
    const auto close = text.find('}', at);
    if (close == std::string_view::npos) {
      return text.size();
    }
    const auto inner = text.substr(at, close - at);
    for (auto brace = inner.find('{'); brace != std::string_view::npos;
         brace = inner.find('{', brace + 1)) {
      ++open;
    }
    --open;
    at = close + 1;
  }
  return at;
}

// The usage object of a reply stands near its end; nothing else is read of a reply that
// passes.
std::optional<Usage> usage_in(Dialect dialect, std::string_view tail) {
  const auto open = usage_object(tail);
  if (open == std::string_view::npos) {
    return std::nullopt;
  }
  const auto bytes = object_bytes(tail.substr(open));
  const auto parsed = thread_json_parser().parse(tail.substr(open, bytes));
  return parsed ? std::optional(read_usage(dialect, *parsed)) : std::nullopt;
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

// The end of a reply that flows by, long enough for its usage object: embeddings come by the
// megabyte.
class Tail {
 public:
  void add(std::string_view piece) {
    text_ += piece.substr(piece.size() - std::min(piece.size(), kBytes));
    text_.erase(0, text_.size() - std::min(text_.size(), kBytes));
  }

  std::string_view text() const { return text_; }

 private:
  static constexpr std::size_t kBytes = 1024;
  std::string text_;
};

// Too large to be held: from here on it flows, and a cut is a cut.
Awaitable<AttemptEnd> send_flowing(Reply& reply, std::string held) {
  auto& [worker, client, exchange, out, request, facts, parsed, embedding] = reply.journey;
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
  std::size_t bytes = 0;
  Tail tail;
  while (sent) {
    bytes += piece.size();
    if (auto refused = too_large(reply, bytes)) {
      co_return AttemptEnd::cut(std::move(*refused));
    }
    tail.add(piece);
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
        note_usage(exchange, usage_in(exchange.dialect, tail.text()));
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

// A stream in the client's own dialect: its bytes go on as they came, and are watched.
class PassOn final : public StreamCarrier {
 public:
  PassOn(Exchange& exchange, bool withhold_usage)
      : exchange_(exchange), watch_(exchange.dialect, withhold_usage) {}

  void feed(std::string_view payload) override {
    passage_ = watch_.pass(payload);
    look();
    if (!committed_ && !ended_) {
      hold();
    }
  }

  void finish() override {
    passage_ = watch_.finish();
    look();
    if (!ended_ && !failure_) {
      passage_ = {};  // Half an event, perhaps, which would spoil the error event behind it.
      failure_ = Failure{.kind = FailureKind::CutShort,
                         .message = "the provider's stream ended before its end",
                         .code = "stream_cut"};
    }
  }

  ClientStream::Pieces pieces() const override {
    return {held_, passage_.kept, passage_.front, passage_.back};
  }

  void sent() override {
    held_.clear();
    passage_ = {};
  }

 private:
  void look() {
    note_usage(exchange_, watch_.usage());
    committed_ = watch_.committed() || held_.size() >= kHeldMax;
    ended_ = watch_.ended();
    if (const auto& error = watch_.error()) {
      failure_ = error;
    }
  }

  // For a client that is given nothing yet. A stream without content cannot fill the memory: past
  // kHeldMax it counts as begun.
  void hold() {
    held_.append(passage_.kept).append(passage_.front).append(passage_.back);
    passage_ = {};
  }

  Exchange& exchange_;
  StreamWatch watch_;
  std::string held_;
  Passage passage_;
};

// The same out of Bedrock's chunks.
class PassOnChunks final : public StreamCarrier {
 public:
  explicit PassOnChunks(Exchange& exchange) : events_(exchange, false) {}

  void feed(std::string_view payload) override {
    sse_.clear();
    chunks_.feed(payload, sse_);
    events_.feed(sse_);
    look();
    if (!failure_ && chunks_.failure()) {
      failure_ = chunks_.failure();
    }
  }

  void finish() override {
    events_.finish();
    look();
  }

  ClientStream::Pieces pieces() const override { return events_.pieces(); }

  void sent() override { events_.sent(); }

 private:
  void look() {
    committed_ = events_.committed();
    ended_ = events_.ended();
    failure_ = events_.failure();
  }

  ChunkStream chunks_;
  PassOn events_;
  std::string sse_;  // What `events_` has views into.
};

// Two coroutines, since a frame has room for all that its function may need.
Awaitable<AttemptEnd> relay_events(Reply& reply) {
  PassOn carrier(reply.journey.exchange, reply.journey.facts.usage.has_value());
  co_return co_await carry_stream(reply, carrier);
}

Awaitable<AttemptEnd> relay_chunks(Reply& reply) {
  PassOnChunks carrier(reply.journey.exchange);
  co_return co_await carry_stream(reply, carrier);
}

}  // namespace

std::optional<Failure> too_large(const Reply& reply, std::size_t bytes) {
  const auto limit = reply.journey.exchange.snapshot().settings.general.reply_bytes_max;
  const auto announced = std::max<std::uint64_t>(reply.content_length.value_or(0), bytes);
  if (!limit || announced <= *limit) {
    return std::nullopt;
  }
  return Failure{.kind = FailureKind::BadRequest,
                 .message =
                     "the answer is larger than this gateway lets through "
                     "(max_response_size_mb); ask for fewer tokens, or for a stream",
                 .code = "response_too_large"};
}

Awaitable<AttemptEnd> relay_json(Reply& reply) {
  std::string held;
  for (;;) {
    const auto more = co_await reply.body.next();
    switch (more) {
      case ReplyBody::More::Payload:
        if (auto refused = too_large(reply, held.size() + reply.body.payload().size())) {
          co_return AttemptEnd::failed(std::move(*refused));
        }
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

Awaitable<AttemptEnd> relay_stream(Reply& reply, Framing framing) {
  return framing == Framing::BedrockChunks ? relay_chunks(reply) : relay_events(reply);
}

}  // namespace meridian
