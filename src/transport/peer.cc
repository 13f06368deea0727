#include "transport/peer.h"

#include <array>
#include <cerrno>
#include <utility>

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include "transport/deadlines.h"

namespace meridian {

namespace asio = boost::asio;

// Lives in the frame of the coroutine that waits.
struct Peer::Waiter {
  std::move_only_function<void()> resume;
};

// Two owners: the peer, and the wait under way, which outlives a peer that is destroyed first. The
// counter is not atomic because both belong to one thread.
struct Peer::Watch : boost::intrusive_ref_counter<Watch, boost::thread_unsafe_counter> {
  bool readable = false;
  bool pending = false;  // A wait is with the kernel. It is asked once, not once a reader.
  bool pending_write = false;
  Waiter* waiter = nullptr;

  void on_readable() {
    pending = false;
    readable = true;
    wake();
  }

  void on_writable() {
    pending_write = false;
    wake();
  }

  void wake() const {
    if (waiter != nullptr && waiter->resume) {
      // Moved out first: resuming may end the coroutine, and the waiter with it.
      std::exchange(waiter->resume, nullptr)();
    }
  }
};

Peer::Peer(Socket socket, Deadlines& deadlines) : socket_(std::move(socket)), watch_(new Watch) {
  deadlines.add(*this);
}

Peer::~Peer() {
  watch_->waiter = nullptr;
  if (at_end_) {
    at_end_();
  }
}

bool Peer::readable() const {
  return watch_->readable || (tls_ && tls_->has_decrypted());
}

std::optional<std::size_t> Peer::read(std::span<char> into) {
  if (tls_) {
    const auto got = tls_->read(into);
    if (!got) {
      watch_->readable = false;
    }
    return got;
  }
  const auto got = ::recv(socket_.native_handle(), into.data(), into.size(), 0);
  if (got < 0) {
    watch_->readable = false;
    return errno == EAGAIN || errno == EINTR ? std::nullopt : std::optional<std::size_t>(0);
  }
  const auto bytes = static_cast<std::size_t>(got);
  // A short read has drained the socket: waiting is right, and another read would be a wasted call.
  // The end stays readable, so that nobody waits for more of it.
  if (bytes > 0 && bytes < into.size()) {
    watch_->readable = false;
  }
  return bytes;
}

bool Peer::write(Gather& message) {
  const auto pieces = message.pieces();
  if (tls_) {
    const auto sent = tls_->write(pieces);
    if (sent) {
      message.drop(*sent);
    }
    return sent.has_value();
  }
  msghdr header{};
  header.msg_iov = pieces.data();
  header.msg_iovlen = pieces.size();
  const auto sent = ::sendmsg(socket_.native_handle(), &header, MSG_NOSIGNAL);
  if (sent < 0) {
    return errno == EAGAIN || errno == EINTR;
  }
  message.drop(static_cast<std::size_t>(sent));
  return true;
}

std::optional<std::size_t> Peer::peek(std::span<char> into) {
  if (tls_) {
    const auto got = tls_->peek(into);
    if (!got) {  // Only a session ticket, or half a record, had arrived.
      watch_->readable = false;
    }
    return got;
  }
  const auto got = ::recv(socket_.native_handle(), into.data(), into.size(), MSG_PEEK);
  if (got < 0) {
    const bool nothing = errno == EAGAIN || errno == EINTR;
    watch_->readable = watch_->readable && !nothing;
    return nothing ? std::nullopt : std::optional<std::size_t>(0);
  }
  return static_cast<std::size_t>(got);
}

bool Peer::closed() {
  std::array<char, 1> byte{};
  return peek(byte) == 0U;
}

bool Peer::silent() {
  std::array<char, 1> byte{};
  return !peek(byte);
}

void Peer::nudge() {
  nudge_time_ = TimePoint::max();
  nudged_ = true;
  asio::post(socket_.get_executor(), [watch = watch_] { watch->wake(); });
}

void Peer::finish_sending() {
  ::shutdown(socket_.native_handle(), SHUT_WR);
}

void Peer::cut() {
  ::shutdown(socket_.native_handle(), SHUT_RDWR);
}

const std::string& Peer::address() const {
  if (address_.empty()) {
    boost::system::error_code failed;
    const auto remote = socket_.remote_endpoint(failed);
    if (!failed) {
      address_ = remote.address().to_string();
    }
  }
  return address_;
}

void Peer::arm(Waiter& waiter) {
  watch_->waiter = &waiter;
  if (!std::exchange(watch_->pending, true)) {
    socket_.async_wait(Socket::wait_read, [watch = watch_](auto) { watch->on_readable(); });
  }
}

Awaitable<boost::system::error_code> Peer::connect(Tcp::endpoint where) {
  boost::system::error_code failed;
  // Opened here, so that a deadline that passes meanwhile has a socket to shut down.
  socket_.open(where.protocol(), failed);
  if (failed) {
    co_return failed;
  }
  socket_.non_blocking(true, failed);
  const auto [refused] = co_await socket_.async_connect(where, asio::as_tuple(kUseAwaitable));
  if (refused) {
    co_return refused;
  }
  socket_.set_option(Tcp::no_delay(true), failed);
  co_return failed;
}

Awaitable<bool> Peer::start_tls(std::unique_ptr<TlsSession> session) {
  session->attach(socket_.native_handle());
  for (;;) {
    switch (session->handshake()) {
      case TlsSession::Step::Done:
        tls_ = std::move(session);
        watch_->readable = true;  // Bytes may have come with the last flight; a read will tell.
        co_return true;
      case TlsSession::Step::WantRead:
        watch_->readable = false;
        co_await until_readable(*this);
        break;
      case TlsSession::Step::WantWrite:
        co_await until_writable();
        break;
      case TlsSession::Step::Failed:
        tls_trouble_ = session->trouble();
        co_return false;
    }
  }
}

Awaitable<void> Peer::until_writable() {
  co_await socket_.async_wait(Socket::wait_write, asio::as_tuple(kUseAwaitable));
}

Awaitable<void> Peer::until_writable(Peer* one, Peer* other) {
  Waiter waiter;
  co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
      [&](auto handler) {
        waiter.resume = [h = std::move(handler)]() mutable { std::move(h)(); };
        watch_->waiter = &waiter;
        if (!std::exchange(watch_->pending_write, true)) {
          socket_.async_wait(Socket::wait_write, [watch = watch_](auto) { watch->on_writable(); });
        }
        for (auto* const peer : {one, other}) {
          if (peer != nullptr) {
            peer->arm(waiter);
          }
        }
      },
      kUseAwaitable);
  watch_->waiter = nullptr;
  for (auto* const peer : {one, other}) {
    if (peer != nullptr) {
      peer->watch_->waiter = nullptr;
    }
  }
}

Awaitable<void> Peer::until_readable(Peer& one) {
  return until_readable(one, one);
}

Awaitable<void> Peer::until_readable(Peer& one, Peer& other) {
  if (one.readable() || other.readable()) {
    co_return;
  }
  Waiter waiter;
  co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
      [&](auto handler) {
        waiter.resume = [h = std::move(handler)]() mutable { std::move(h)(); };
        one.arm(waiter);
        other.arm(waiter);
      },
      kUseAwaitable);
  one.watch_->waiter = other.watch_->waiter = nullptr;
}

Awaitable<bool> write_all(Peer& to, Gather message) {
  for (;;) {
    if (!to.write(message)) {
      co_return false;
    }
    if (message.empty()) {
      co_return true;
    }
    co_await to.until_writable();
  }
}

}  // namespace meridian
