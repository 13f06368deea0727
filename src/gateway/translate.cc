// Replies that come in another dialect than the client's: read into the canonical model, written
// anew.

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "gateway/carry_stream.h"
#include "gateway/relay.h"
#include "gateway/reply_head.h"
#include "gateway/waiting.h"

namespace meridian {

namespace {

constexpr std::size_t kReplyBytesMax = std::size_t{32} << 20;

// A stream in another dialect: its events are read and written anew.
class WriteAnew final : public StreamCarrier {
 public:
  WriteAnew(Exchange& exchange, std::unique_ptr<StreamReader> reader)
      : exchange_(exchange),
        reader_(std::move(reader)),
        writer_(make_stream_writer(exchange.dialect,
                                   {.model = exchange.model,
                                    .include_usage = exchange.wants_usage,
                                    .created = wall_now().time_since_epoch().count(),
                                    .request_id = exchange.id,
                                    .echo = exchange.echo})) {}

  void feed(std::string_view payload) override {
    reader_->feed(payload, events_);
    write();
  }

  void finish() override {
    reader_->finish(events_);
    write();
  }

  ClientStream::Pieces pieces() const override { return {bytes_}; }

  void sent() override { bytes_.clear(); }

  // With its number, and what else the dialect says at a stream's end.
  std::string error_event(const Exchange&, const Failure& failure) override {
    StreamEvent event;
    event.kind = StreamEvent::Kind::Fail;
    event.failure = failure;
    std::string bytes;
    writer_->write(event, bytes);
    return bytes;
  }

 private:
  void write() {
    for (auto& event : events_) {
      if (event.kind == StreamEvent::Kind::Fail) {
        failure_ = std::move(event.failure);
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
};

}  // namespace

Awaitable<AttemptEnd> send_json(Journey& journey,
                                Peer* provider,
                                std::string body,
                                const std::function<void()>& on_content) {
  auto& exchange = journey.exchange;
  on_content();
  exchange.status = 200;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): written before it is read.
  std::array<char, kReplyHeadMax> room;
  const BodyFraming framing{.chunked = false, .length = body.size()};
  Gather message;
  message.add(reply_head(exchange, "application/json", framing, room));
  message.add(body);
  const bool sent =
      co_await send_patiently(journey.worker, journey.client, provider, message, kClientGapMax);
  co_return AttemptEnd::answered(sent);
}

Awaitable<AttemptEnd> send_reply(Journey& journey,
                                 Peer* provider,
                                 const ChatReply& answer,
                                 const std::function<void()>& on_content) {
  const auto& exchange = journey.exchange;
  return send_json(
      journey, provider, write_reply(exchange.dialect, answer, exchange.echo), on_content);
}

Awaitable<std::optional<AttemptEnd>> read_whole(Reply& reply, std::string& text) {
  for (;;) {
    const auto more = co_await reply.body.next();
    switch (more) {
      case ReplyBody::More::Payload:
        text += reply.body.payload();
        if (auto refused = too_large(reply, text.size())) {
          co_return AttemptEnd::failed(std::move(*refused));
        }
        if (text.size() > kReplyBytesMax) {
          co_return AttemptEnd::failed(FailureKind::ServerError,
                                       "the provider's answer is larger than 32 MiB");
        }
        break;
      case ReplyBody::More::End:
        co_return std::nullopt;
      case ReplyBody::More::Cut:
        co_return AttemptEnd::failed(broken_off(reply.journey.worker, reply.commit_limit));
      case ReplyBody::More::ClientLeft:
        co_return AttemptEnd::client_left();
      case ReplyBody::More::Nudged:
        break;
    }
  }
}

Awaitable<AttemptEnd> translate_json(Reply& reply,
                                     Dialect from,
                                     const NameMap& names,
                                     std::string_view reply_id) {
  auto& exchange = reply.journey.exchange;
  std::string text;
  if (auto end = co_await read_whole(reply, text)) {
    co_return std::move(*end);
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
  if (const auto& usage = answer->usage) {
    exchange.usage = *usage;
    exchange.has_usage = true;
  }
  co_return co_await send_reply(reply.journey, &reply.provider, *answer, reply.on_content);
}

Awaitable<AttemptEnd> translate_stream(Reply& reply,
                                       Dialect from,
                                       Framing framing,
                                       const NameMap& names,
                                       std::string_view reply_id) {
  WriteAnew carrier(reply.journey.exchange, make_stream_reader(from, reply_id, names, framing));
  co_return co_await carry_stream(reply, carrier);
}

}  // namespace meridian
