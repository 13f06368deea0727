#include "gateway/reply_body.h"

#include <cstring>
#include <utility>

namespace meridian {

Awaitable<Said> until_said(Worker& worker, Peer& provider, Peer& client) {
  while (!provider.readable()) {
    if (client.readable() && client.closed()) {
      co_return Said::ClientLeft;
    }
    const auto nudge = provider.nudge_time();
    if (client.readable()) {
      // A next request sent ahead. It stays in the socket, which then cannot tell us of a close.
      co_await Peer::until_readable(provider);
    } else {
      co_await Peer::until_readable(provider, client);
    }
    if (!provider.readable() && !client.readable() && nudge <= worker.deadlines.now()) {
      co_return Said::Nudged;
    }
  }
  co_return Said::Provider;
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

Awaitable<ReplyBody::More> ReplyBody::next() {
  payload_ = {};
  if (pending_bytes_ > 0 && buffer_) {
    take(buffer_->data() + pending_from_, std::exchange(pending_bytes_, 0));
    if (!payload_.empty()) {
      co_return More::Payload;
    }
  }
  for (;;) {
    if (end_.malformed()) {
      co_return More::Cut;
    }
    if (end_.reached()) {
      co_return More::End;
    }
    buffer_.reset();  // Others read into it while this reply is silent.
    const auto said = co_await until_said(worker_, provider_, client_);
    switch (said) {
      case Said::ClientLeft:
        co_return More::ClientLeft;
      case Said::Nudged:
        co_return More::Nudged;
      case Said::Provider:
        break;
    }
    buffer_.emplace(worker_.buffers);
    const auto got = provider_.read(buffer_->after(0));
    if (!got) {
      continue;
    }
    if (*got == 0) {
      co_return end_.by_closing() ? More::End : More::Cut;
    }
    take(buffer_->data(), *got);
    if (!payload_.empty()) {
      co_return More::Payload;
    }
  }
}

}  // namespace meridian
