#include "gateway/reply_body.h"

#include <cstring>
#include <utility>

namespace meridian {

std::optional<Said> said_by_now(Peer& provider, Peer& client) {
  if (provider.readable()) {
    return Said::Provider;
  }
  if (client.readable() && client.closed()) {
    return Said::ClientLeft;
  }
  return provider.take_nudge() ? std::optional(Said::Nudged) : std::nullopt;
}

Awaitable<void> wait_for(Peer& provider, Peer& client) {
  // A client that is readable and has not left sent a next request ahead. It stays in the socket,
  // which then cannot tell us of a close.
  return client.readable() ? Peer::until_readable(provider)
                           : Peer::until_readable(provider, client);
}

Awaitable<Said> until_said(Peer& provider, Peer& client) {
  auto said = said_by_now(provider, client);
  while (!said) {
    co_await wait_for(provider, client);
    said = said_by_now(provider, client);
  }
  co_return *said;
}

ReplyBody::ReplyBody(Worker& worker,
                     Peer& provider,
                     Peer& client,
                     const Head& head,
                     Buffer buffer,
                     std::size_t used)
    : worker_(worker),
      provider_(provider),
      client_(client),
      buffer_(std::move(buffer)),
      end_(BodyEnd::of_reply(head)),
      keep_alive_(head.keep_alive),
      pending_from_(head.bytes),
      pending_bytes_(used - head.bytes) {}

void ReplyBody::take(char* data, std::size_t bytes) {
  std::size_t kept = 0;
  const auto ours = end_.take({data, bytes}, [&](std::string_view part) {
    if (part.data() != data + kept) {  // Only where chunk lines stood between.
      std::memmove(data + kept, part.data(), part.size());
    }
    kept += part.size();
  });
  surplus_ = surplus_ || ours < bytes;
  payload_ = {data, kept};
}

std::optional<ReplyBody::More> ReplyBody::look() const {
  if (!payload_.empty()) {
    return More::Payload;
  }
  if (end_.malformed()) {
    return More::Cut;
  }
  return end_.reached() ? std::optional(More::End) : std::nullopt;
}

std::optional<ReplyBody::More> ReplyBody::read() {
  buffer_.emplace(worker_.buffers);
  const auto got = provider_.read(buffer_->after(0));
  if (got == 0U) {
    return end_.by_closing() ? More::End : More::Cut;
  }
  take(buffer_->data(), got.value_or(0));
  return look();
}

Awaitable<ReplyBody::More> ReplyBody::next() {
  payload_ = {};
  if (pending_bytes_ > 0 && buffer_) {
    take(buffer_->data() + pending_from_, std::exchange(pending_bytes_, 0));
  }
  auto more = look();
  while (!more) {
    buffer_.reset();  // Others read into it while this reply is silent.
    auto said = said_by_now(provider_, client_);
    while (!said) {
      co_await wait_for(provider_, client_);
      said = said_by_now(provider_, client_);
    }
    if (said != Said::Provider) {
      co_return said == Said::Nudged ? More::Nudged : More::ClientLeft;
    }
    more = read();
  }
  co_return *more;
}

}  // namespace meridian
