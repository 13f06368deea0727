#include <cerrno>
#include <map>
#include <string>
#include <vector>

#include "bench/loopback.h"

// The floor: bytes are carried from one socket to the other and nothing is looked at.
//
//   bench_floor --port 9000 --to 9101
namespace bench {
namespace {

struct Side {
  int other = -1;
  std::string unsent;  // What `other` would not take yet.
};

struct Relay {
  int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<Side> sides;  // By descriptor.
  std::vector<char> buffer = std::vector<char>(std::size_t{128} * 1024);

  Side& side(int fd) {
    if (sides.size() <= static_cast<std::size_t>(fd)) {
      sides.resize(static_cast<std::size_t>(fd) + 1);
    }
    return sides[static_cast<std::size_t>(fd)];
  }

  void end(int fd) {
    const int other = side(fd).other;
    side(fd) = {};
    side(other) = {};
    ::close(fd);
    ::close(other);
  }

  // What the reader of `from` has not taken goes first.
  bool flush(int from) {
    auto& unsent = side(from).unsent;
    while (!unsent.empty()) {
      const auto sent = ::send(side(from).other, unsent.data(), unsent.size(), MSG_NOSIGNAL);
      if (sent < 0) {
        return false;
      }
      unsent.erase(0, static_cast<std::size_t>(sent));
    }
    return true;
  }

  void carry(int from) {
    while (side(from).other >= 0 && flush(from)) {
      const auto read = ::recv(from, buffer.data(), buffer.size(), 0);
      if (read < 0 && errno == EAGAIN) {
        return;
      }
      if (read <= 0) {
        return end(from);
      }
      const auto size = static_cast<std::size_t>(read);
      const auto sent = ::send(side(from).other, buffer.data(), size, MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN && errno != ENOTCONN) {
        return end(from);
      }
      const auto done = sent < 0 ? 0 : static_cast<std::size_t>(sent);
      side(from).unsent.assign(buffer.data() + done, size - done);
      if (size < buffer.size()) {
        return;
      }
    }
  }

  void accept(int listener, int to) {
    for (int client;
         (client = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
      const int upstream = connect_to(to);
      no_delay(client);
      side(client).other = upstream;
      side(upstream).other = client;
      watch(epoll, client, EPOLLIN | EPOLLOUT | EPOLLET);
      watch(epoll, upstream, EPOLLIN | EPOLLOUT | EPOLLET);
    }
  }

  void serve(int fd, std::uint32_t happened) {
    const int other = side(fd).other;
    if (other < 0) {
      return;  // Ended earlier in this round.
    }
    if ((happened & EPOLLOUT) != 0 && !side(other).unsent.empty()) {
      carry(other);
    }
    if ((happened & (EPOLLIN | EPOLLHUP | EPOLLERR | EPOLLRDHUP)) != 0 && side(fd).other >= 0) {
      carry(fd);
    }
  }
};

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  using namespace bench;
  many_descriptors();
  Relay relay;
  const int listener = listen_at(static_cast<int>(number(argc, argv, "--port", 0)));
  const int to = static_cast<int>(number(argc, argv, "--to", 0));
  watch(relay.epoll, listener, EPOLLIN);
  std::vector<epoll_event> events(256);
  for (;;) {
    const int n = ::epoll_wait(relay.epoll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < n; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == listener) {
        relay.accept(listener, to);
      } else {
        relay.serve(fd, events[static_cast<std::size_t>(i)].events);
      }
    }
  }
}
