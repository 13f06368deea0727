// Replies that come in another dialect than the client's: read into the canonical model, written
// anew.

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "gateway/relay.h"
#include "gateway/reply_head.h"
#include "gateway/waiting.h"

namespace meridian {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kReplyBytesMax = std::size_t{32} << 20;

// How long a provider may take for the HTTP end of a stream whose last event has come.
constexpr Duration kEndMax = 2s;

// What a stream's events have been turned into, and what they said.
class Translation {
 public:
  Translation(Exchange& exchange, Dialect from, const NameMap& names, std::string_view reply_id)
      : exchange_(exchange),
        reader_(make_stream_reader(from, reply_id, names)),
        writer_(make_stream_writer(exchange.dialect,
                                   {.model = exchange.model,
                                    .include_usage = exchange.wants_usage,
                                    .created = wall_now().time_since_epoch().count(),
                                    .request_id = exchange.id})) {}

  void feed(std::string_view payload) {
    reader_->feed(payload, events_);
    write();
  }

  void finish() {
    reader_->finish(events_);
    write();
  }

  // What is to be sent and has not been.
  std::string& bytes() { return bytes_; }

  bool committed() const { return committed_; }

  bool ended() const { return ended_; }

  std::optional<Failure>& failure() { return failure_; }

 private:
  void write() {
    for (auto& event : events_) {
      if (event.kind == StreamEvent::Kind::Fail) {
        failure_ = std::move(event.failure);
        if (failure_->kind == FailureKind::CutShort && !committed_) {
          failure_->kind = FailureKind::ServerError;  // Nothing has been cut for the client yet.
        }
        break;
      }
      committed_ = committed_ || commits(event);
      ended_ = ended_ || event.kind == StreamEvent::Kind::End;
      if (event.kind == StreamEvent::Kind::UsageCount) {
        exchange_.usage = event.usage;
        exchange_.has_usage = true;
      }
      writer_->write(event, bytes_);
    }
    events_.clear();
  }

  Exchange& exchange_;
  std::unique_ptr<StreamReader> reader_;
  std::unique_ptr<StreamWriter> writer_;
  std::vector<StreamEvent> events_;
  std::string bytes_;
  bool committed_ = false;
  bool ended_ = false;
  std::optional<Failure> failure_;
};

// Waits for the HTTP end behind the last event, so that the connection can be used again.
Awaitable<void> drain(Reply& reply) {
  reply.provider.expire_at(reply.journey.worker.deadlines.now() + kEndMax);
  auto more = ReplyBody::More::Payload;
  while (more == ReplyBody::More::Payload) {
    more = co_await reply.body.next();  // Not in the condition: docs/dev/gcc12.md.
  }
}

}  // namespace

Awaitable<AttemptEnd> send_reply(Journey& journey,
                                 Peer* provider,
                                 const ChatReply& answer,
                                 const std::function<void()>& on_content) {
  auto& exchange = journey.exchange;
  const auto written = write_reply(exchange.dialect, answer);
  on_content();
  exchange.status = 200;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): written before it is read.
  std::array<char, kReplyHeadMax> room;
  const BodyFraming framing{.chunked = false, .length = written.size()};
  Gather message;
  message.add(reply_head(exchange, "application/json", framing, room));
  message.add(written);
  const bool sent =
      co_await send_patiently(journey.worker, journey.client, provider, message, kClientGapMax);
  co_return AttemptEnd::answered(sent);
}

Awaitable<AttemptEnd> translate_json(Reply& reply,
                                     Dialect from,
                                     const NameMap& names,
                                     std::string_view reply_id) {
  auto& [worker, client, exchange, out, request, facts, parsed] = reply.journey;
  std::string text;
  for (bool whole = false; !whole;) {
    const auto more = co_await reply.body.next();
    switch (more) {
      case ReplyBody::More::Payload:
        text += reply.body.payload();
        if (text.size() > kReplyBytesMax) {
          co_return AttemptEnd::failed(FailureKind::ServerError,
                                       "the provider's answer is larger than 32 MiB");
        }
        break;
      case ReplyBody::More::End:
        whole = true;
        break;
      case ReplyBody::More::Cut:
        co_return AttemptEnd::failed(broken_off(worker, reply.commit_limit));
      case ReplyBody::More::ClientLeft:
        co_return AttemptEnd::client_left();
      case ReplyBody::More::Nudged:
        break;
    }
  }
  auto answer = read_reply(from, text, names);
  if (!answer) {
    co_return AttemptEnd::failed(std::move(answer).error());
  }
  answer->model = exchange.model;
  if (answer->id.empty()) {
    answer->id = std::string("chatcmpl-") + std::string(reply_id.empty() ? exchange.id : reply_id);
  }
  if (answer->created == 0) {
    answer->created = wall_now().time_since_epoch().count();
  }
  if (answer->usage) {
    exchange.usage = *answer->usage;
    exchange.has_usage = true;
  }
  co_return co_await send_reply(reply.journey, &reply.provider, *answer, reply.on_content);
}

Awaitable<AttemptEnd> translate_stream(Reply& reply,
                                       Dialect from,
                                       const NameMap& names,
                                       std::string_view reply_id) {
  auto& worker = reply.journey.worker;
  auto& out = reply.journey.out;
  Translation translation(reply.journey.exchange, from, names, reply_id);
  StreamLimits limits(reply);
  bool told = false;  // on_content has been called.
  for (bool over = false; !over;) {
    limits.arm(told);
    const auto more = co_await reply.body.next();
    switch (more) {
      case ReplyBody::More::Payload:
        translation.feed(reply.body.payload());
        break;
      case ReplyBody::More::End:
        translation.finish();
        over = true;
        break;
      case ReplyBody::More::Cut:
        if (!told) {
          co_return AttemptEnd::failed(broken_off(worker, reply.commit_limit));
        }
        co_return co_await tell_cut(reply, broken_off(worker, reply.provider.deadline()));
      case ReplyBody::More::ClientLeft:
        co_return AttemptEnd::client_left();
      case ReplyBody::More::Nudged:
        if (!co_await keep_waiting(reply)) {
          co_return AttemptEnd::client_left();
        }
        continue;
    }
    if (translation.failure()) {
      if (!told) {
        co_return AttemptEnd::failed(std::move(*translation.failure()));
      }
      co_return co_await tell_cut(reply, std::move(*translation.failure()));
    }
    // Role, start and ping are held back: until content comes, another deployment can still take
    // over.
    if (!translation.committed() && !translation.ended()) {
      continue;
    }
    if (!std::exchange(told, true)) {
      reply.on_content();
    }
    if (!translation.bytes().empty()) {
      if (!co_await out.send(&reply.provider, translation.bytes())) {
        co_return AttemptEnd::client_left();
      }
      translation.bytes().clear();
    }
    over = over || translation.ended();
  }
  if (!reply.body.reusable()) {
    co_await drain(reply);
  }
  const bool sent = co_await out.finish(&reply.provider);
  co_return AttemptEnd::answered(sent);
}

}  // namespace meridian
