#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

// What the three programs of the bench share: loopback sockets that never block, and one clock.
namespace bench {

[[noreturn]] inline void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

// The same clock in every process of this machine, so that an event can carry the time it was sent.
inline std::int64_t now_ns() {
  constexpr std::int64_t kSecond = 1'000'000'000;
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * kSecond + t.tv_nsec;
}

inline sockaddr_in loopback(int port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  at.sin_port = htons(static_cast<std::uint16_t>(port));
  return at;
}

inline void no_delay(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

inline int listen_at(int port) {
  constexpr int kBacklog = 16'384;
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  const auto at = loopback(port);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 ||
      ::listen(fd, kBacklog) != 0) {
    die("listen");
  }
  return fd;
}

// The connection is under way when this returns; writability says that it stands.
inline int connect_to(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    die("socket");
  }
  no_delay(fd);
  const auto at = loopback(port);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 &&
      errno != EINPROGRESS) {
    die("connect");
  }
  return fd;
}

inline void watch(int epoll, int fd, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  if (::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0) {
    die("epoll_ctl");
  }
}

inline void many_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// The value behind `--name`, else `otherwise`.
inline std::string_view option(int argc,
                               char** argv,
                               std::string_view name,
                               std::string_view otherwise) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (argv[i] == name) {
      return argv[i + 1];
    }
  }
  return otherwise;
}

inline std::int64_t number(int argc, char** argv, std::string_view name, std::int64_t otherwise) {
  const auto text = option(argc, argv, name, "");
  return text.empty() ? otherwise : std::atoll(std::string(text).c_str());
}

}  // namespace bench
