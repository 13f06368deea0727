#include "gateway/client_stream.h"

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
  if (!message.empty() && !client.write(message)) {
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
  constexpr std::string_view kDigits = "0123456789abcdef";
  auto at = room.size();
  room[--at] = '\n';
  room[--at] = '\r';
  do {
    room[--at] = kDigits[bytes & 0xFU];
    bytes >>= 4U;
  } while (bytes > 0);
  return std::string_view(room.data(), room.size()).substr(at);
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

void ClientStream::frame(const Pieces& payload) {
  std::size_t bytes = 0;
  for (const auto piece : payload) {
    bytes += piece.size();
  }
  const bool framed = !exchange_.http_1_0 && bytes > 0;  // A chunk of no bytes would be the last.
  if (framed) {
    message_.add(chunk_line(bytes, size_));
  }
  for (const auto piece : payload) {
    message_.add(piece);
  }
  if (framed) {
    message_.add("\r\n");
  }
}

bool ClientStream::offer(const Pieces& payload) {
  message_.clear();
  frame(payload);
  return message_.empty() || client_.write(message_);
}

Awaitable<bool> ClientStream::until_taken(Peer* other) {
  const bool sent = co_await send_patiently(worker_, client_, other, message_, kClientGapMax);
  message_.clear();
  co_return sent;
}

Awaitable<bool> ClientStream::begin(Peer* other, Pieces payload) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): written before it is read.
  std::array<char, kReplyHeadMax> room;
  begun_ = true;
  const BodyFraming framing{.chunked = !exchange_.http_1_0, .length = std::nullopt};
  exchange_.keep_alive = exchange_.keep_alive && framing.chunked;
  exchange_.status = 200;
  message_.clear();
  message_.add(reply_head(exchange_, "text/event-stream; charset=utf-8", framing, room));
  frame(payload);
  co_return co_await until_taken(other);
}

Awaitable<bool> ClientStream::send(Peer* other, Pieces payload) {
  if (!begun_) {
    return begin(other, payload);
  }
  message_.clear();
  frame(payload);
  return until_taken(other);
}

Awaitable<bool> ClientStream::finish(Peer* other) {
  message_.clear();
  if (!exchange_.http_1_0) {
    message_.add("0\r\n\r\n");
  }
  return until_taken(other);
}

}  // namespace meridian
