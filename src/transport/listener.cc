#include "transport/listener.h"

#include <memory>
#include <utility>

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <fmt/format.h>

namespace meridian {

namespace {

using namespace std::chrono_literals;

// Longer than the kernel's usual bound, which caps it: a burst of connections waits instead of
// failing.
constexpr int kBacklog = 4096;

}  // namespace

std::expected<std::unique_ptr<Listener>, std::string> Listener::open(const Executor& executor,
                                                                     const std::string& host,
                                                                     std::uint16_t port) {
  boost::system::error_code failed;
  const auto address =
      host.empty() || host == "*" ? boost::asio::ip::address(boost::asio::ip::address_v6::any())
      : host == "localhost" ? boost::asio::ip::address(boost::asio::ip::address_v4::loopback())
                            : boost::asio::ip::make_address(host, failed);
  if (failed) {
    return std::unexpected(
        fmt::format("\"{}\" is not an address to listen on; write an IP address", host));
  }
  auto made = std::make_unique<Listener>(executor);
  auto& acceptor = made->acceptor_;
  auto where = Tcp::endpoint(address, port);
  acceptor.open(where.protocol(), failed);
  if (failed && host.empty()) {  // A machine without IPv6.
    where = Tcp::endpoint(boost::asio::ip::address_v4::any(), port);
    acceptor.open(where.protocol(), failed);
  }
  if (!failed && host.empty() && where.protocol() == Tcp::v6()) {
    acceptor.set_option(boost::asio::ip::v6_only(false), failed);
  }
  if (!failed) {
    acceptor.set_option(Tcp::acceptor::reuse_address(true), failed);
  }
  if (!failed) {
    acceptor.bind(where, failed);
  }
  if (!failed) {
    acceptor.listen(kBacklog, failed);
  }
  if (failed == boost::asio::error::address_in_use) {
    return std::unexpected(fmt::format(
        "port {} is in use by another program; choose another with --port, or stop that program",
        port));
  }
  if (failed == boost::asio::error::access_denied) {
    return std::unexpected(
        fmt::format("not allowed to listen on port {}; ports below 1024 need a privilege, or "
                    "choose another with --port",
                    port));
  }
  if (failed) {
    return std::unexpected(fmt::format(
        "cannot listen on {} port {}: {}", address.to_string(), port, failed.message()));
  }
  acceptor.non_blocking(true, failed);
  return made;
}

std::uint16_t Listener::port() const {
  boost::system::error_code failed;
  return acceptor_.local_endpoint(failed).port();
}

Awaitable<void> Listener::accept(std::function<bool()> has_room,
                                 std::function<void(int descriptor)> on_connection) {
  while (!closed_) {
    if (!has_room()) {
      pause_.expires_after(10ms);
      co_await pause_.async_wait(boost::asio::as_tuple(kUseAwaitable));
      continue;
    }
    auto [failed, socket] = co_await acceptor_.async_accept(boost::asio::as_tuple(kUseAwaitable));
    if (!failed) {
      boost::system::error_code unused;
      on_connection(socket.release(unused));
    } else if (failed != boost::asio::error::operation_aborted) {
      pause_.expires_after(100ms);
      co_await pause_.async_wait(boost::asio::as_tuple(kUseAwaitable));
    }
  }
}

void Listener::close() {
  closed_ = true;
  boost::system::error_code unused;
  acceptor_.close(unused);
  pause_.cancel();
}

Socket adopt(const Executor& executor, int descriptor) {
  sockaddr_storage local{};
  socklen_t size = sizeof local;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &size);
  Socket socket(executor);
  boost::system::error_code unused;
  socket.assign(local.ss_family == AF_INET6 ? Tcp::v6() : Tcp::v4(), descriptor, unused);
  socket.non_blocking(true, unused);
  socket.set_option(Tcp::no_delay(true), unused);
  return socket;
}

}  // namespace meridian
