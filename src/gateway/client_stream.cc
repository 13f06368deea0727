#include "gateway/client_stream.h"

#include <array>

#include <fmt/format.h>

#include "gateway/reply_head.h"

namespace meridian {

namespace {

constexpr Duration kLingerMax = std::chrono::seconds(2);

}  // namespace

Awaitable<bool> send_patiently(Worker& worker,
                               Peer& client,
                               Peer* other,
                               Gather message,
                               Duration gap) {
  if (!client.write(message)) {
    co_return false;
  }
  if (message.empty()) {
    co_return true;
  }
  if (other != nullptr) {
    other->expire_at(TimePoint::max());
  }
  while (!message.empty()) {
    client.expire_at(worker.deadlines.now() + gap);
    co_await client.until_writable();
    if (!client.write(message)) {
      co_return false;
    }
  }
  client.expire_at(TimePoint::max());
  co_return true;
}

std::string_view chunk_line(std::size_t bytes, std::array<char, 20>& room) {
  auto* const end = fmt::format_to_n(room.data(), room.size(), "{:x}\r\n", bytes).out;
  return {room.data(), end};
}

Awaitable<void> linger(Worker& worker, Peer& client) {
  client.finish_sending();
  client.expire_at(worker.deadlines.now() + kLingerMax);
  const Buffer unread(worker.buffers);
  for (;;) {
    const auto got = client.read(unread.after(0));
    if (got == 0U) {
      co_return;
    }
    if (!got) {
      co_await Peer::until_readable(client);
    }
  }
}

void ClientStream::frame(const Pieces& payload, std::array<char, 20>& size, Gather& message) const {
  std::size_t bytes = 0;
  for (const auto piece : payload) {
    bytes += piece.size();
  }
  const bool framed = !exchange_.http_1_0 && bytes > 0;  // A chunk of no bytes would be the last.
  if (framed) {
    message.add(chunk_line(bytes, size));
  }
  for (const auto piece : payload) {
    message.add(piece);
  }
  if (framed) {
    message.add("\r\n");
  }
}

Awaitable<bool> ClientStream::begin(Peer* other, Pieces payload) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): written before it is read.
  std::array<char, kReplyHeadMax> room;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): written before it is read.
  std::array<char, 20> size;
  Gather message;
  begun_ = true;
  const BodyFraming framing{.chunked = !exchange_.http_1_0, .length = std::nullopt};
  exchange_.keep_alive = exchange_.keep_alive && framing.chunked;
  exchange_.status = 200;
  message.add(reply_head(exchange_, "text/event-stream; charset=utf-8", framing, room));
  frame(payload, size, message);
  co_return co_await send_patiently(worker_, client_, other, message, kClientGapMax);
}

Awaitable<bool> ClientStream::send(Peer* other, Pieces payload) {
  if (!begun_) {
    co_return co_await begin(other, payload);
  }
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): written before it is read.
  std::array<char, 20> size;
  Gather message;
  frame(payload, size, message);
  co_return message.empty() ||
      co_await send_patiently(worker_, client_, other, message, kClientGapMax);
}

Awaitable<bool> ClientStream::finish(Peer* other) {
  if (exchange_.http_1_0) {
    co_return true;
  }
  Gather message;
  message.add("0\r\n\r\n");
  co_return co_await send_patiently(worker_, client_, other, message, kClientGapMax);
}

}  // namespace meridian
