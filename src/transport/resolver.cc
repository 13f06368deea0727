#include "transport/resolver.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <ares.h>

namespace meridian {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Providers' names change addresses every minute; asking more often than this would only tire the
// server.
constexpr auto kFreshMin = 5s;
constexpr auto kFreshMax = 60s;
constexpr auto kRetryAfter = 2s;
constexpr int kTimeoutMs = 2000;
constexpr int kTries = 2;

IpAddress to_address(const ares_addrinfo_node& node) {
  if (node.ai_family == AF_INET6) {
    const auto* in6 = reinterpret_cast<const sockaddr_in6*>(node.ai_addr);
    boost::asio::ip::address_v6::bytes_type bytes;
    std::copy_n(in6->sin6_addr.s6_addr, bytes.size(), bytes.begin());
    return boost::asio::ip::address_v6(bytes, in6->sin6_scope_id);
  }
  const auto* in4 = reinterpret_cast<const sockaddr_in*>(node.ai_addr);
  return boost::asio::ip::address_v4(ntohl(in4->sin_addr.s_addr));
}

}  // namespace

struct Resolver::State {
  struct Host {
    Answer answer;
    Clock::time_point due = Clock::time_point::min();
    bool asking = false;
  };

  // What a question in flight knows; freed by its answer, which c-ares always gives.
  struct Question {
    State* state;
    std::string host;
  };

  std::mutex mutex;
  std::map<std::string, Host, std::less<>> hosts;
  bool ending = false;
  int wake = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  ares_channel channel = nullptr;
  std::thread thread;

  State() {
    ares_library_init(ARES_LIB_INIT_ALL);
    ares_options options{};
    options.timeout = kTimeoutMs;
    options.tries = kTries;
    ares_init_options(&channel, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
    thread = std::thread([this] { run(); });
  }

  State(const State&) = delete;

  ~State() {
    {
      const std::scoped_lock lock(mutex);
      ending = true;
    }
    signal();
    thread.join();
    ares_destroy(channel);
    ares_library_cleanup();
    ::close(wake);
  }

  void signal() const {
    const std::uint64_t one = 1;
    (void)!::write(wake, &one, sizeof one);
  }

  void run() {
    for (;;) {
      const auto pause = ask_what_is_due();
      if (!pause) {
        return;
      }
      wait_and_process(*pause);
    }
  }

  // Starts every question that is due. How long nothing else will be; nothing: the end.
  std::optional<std::chrono::milliseconds> ask_what_is_due() {
    std::vector<std::string> due;
    auto next = Clock::now() + kFreshMax;
    {
      const std::scoped_lock lock(mutex);
      if (ending) {
        return std::nullopt;
      }
      const auto now = Clock::now();
      for (auto& [name, host] : hosts) {
        if (!host.asking && host.due <= now) {
          host.asking = true;
          due.push_back(name);
        } else if (!host.asking) {
          next = std::min(next, host.due);
        }
      }
    }
    for (const auto& name : due) {
      ares_addrinfo_hints hints{};
      hints.ai_family = AF_UNSPEC;
      hints.ai_socktype = SOCK_STREAM;
      auto question = std::make_unique<Question>(this, name);
      ares_getaddrinfo(
          channel, name.c_str(), nullptr, &hints, &State::on_answer, question.release());
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(next - Clock::now()) + 1ms;
  }

  void wait_and_process(std::chrono::milliseconds pause) {
    std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
    const auto wanted = static_cast<unsigned>(
        ares_getsock(channel, sockets.data(), static_cast<int>(sockets.size())));
    std::vector<pollfd> polled{{.fd = wake, .events = POLLIN, .revents = 0}};
    for (unsigned i = 0; i < sockets.size(); ++i) {
      const bool reads = (wanted & (1U << i)) != 0;
      const bool writes = (wanted & (1U << (i + ARES_GETSOCK_MAXNUM))) != 0;
      if (reads || writes) {
        const int events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0);
        polled.push_back({.fd = sockets.at(i), .events = static_cast<short>(events), .revents = 0});
      }
    }
    timeval longest{.tv_sec = pause.count() / 1000, .tv_usec = pause.count() % 1000 * 1000};
    timeval room{};
    const auto* const limit = ares_timeout(channel, &longest, &room);
    const auto ms = limit->tv_sec * 1000 + limit->tv_usec / 1000;
    ::poll(polled.data(), polled.size(), static_cast<int>(std::max<long>(ms, 0)));
    std::uint64_t drained = 0;
    (void)!::read(wake, &drained, sizeof drained);
    for (std::size_t i = 1; i < polled.size(); ++i) {
      const auto& one = polled[i];
      const bool readable = (one.revents & (POLLIN | POLLERR | POLLHUP)) != 0;
      const bool writable = (one.revents & POLLOUT) != 0;
      ares_process_fd(
          channel, readable ? one.fd : ARES_SOCKET_BAD, writable ? one.fd : ARES_SOCKET_BAD);
    }
    ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // Time-outs.
  }

  static void on_answer(void* context, int status, int, ares_addrinfo* found) {
    const std::unique_ptr<Question> question(static_cast<Question*>(context));
    if (status != ARES_EDESTRUCTION) {
      question->state->keep(question->host, status, found);
    }
    if (found != nullptr) {
      ares_freeaddrinfo(found);
    }
  }

  void keep(const std::string& name, int status, const ares_addrinfo* found) {
    const std::scoped_lock lock(mutex);
    auto& host = hosts[name];
    host.asking = false;
    host.answer.asked = true;
    if (status != ARES_SUCCESS || found == nullptr) {
      host.answer.trouble = ares_strerror(status);
      host.due = Clock::now() + kRetryAfter;  // The last good addresses stay.
      return;
    }
    auto fresh_for = std::chrono::seconds(kFreshMax);
    host.answer.trouble.clear();
    host.answer.addresses.clear();
    for (const auto* node = found->nodes; node != nullptr; node = node->ai_next) {
      host.answer.addresses.push_back(to_address(*node));
      fresh_for = std::min(fresh_for, std::chrono::seconds(std::max(node->ai_ttl, 0)));
    }
    host.due = Clock::now() + std::max<std::chrono::seconds>(fresh_for, kFreshMin);
  }
};

Resolver::Resolver() : state_(std::make_unique<State>()) {}

Resolver::~Resolver() = default;

Resolver::Answer Resolver::lookup(const std::string& host) {
  boost::system::error_code not_literal;
  const auto literal = boost::asio::ip::make_address(host, not_literal);
  if (!not_literal) {
    return {.addresses = {literal}, .trouble = {}, .asked = true};
  }
  const std::scoped_lock lock(state_->mutex);
  const auto [found, first] = state_->hosts.try_emplace(host);
  if (first) {
    state_->signal();
  }
  return found->second.answer;
}

}  // namespace meridian
