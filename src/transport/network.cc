#include "transport/network.h"

#include <algorithm>
#include <array>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <fmt/format.h>

#include "transport/head.h"

namespace meridian {

namespace {

using namespace std::chrono_literals;

constexpr Duration kAddressTimeMax = 3s;

bool matches(std::string_view host, std::string_view rule) {
  if (rule == "*") {
    return true;
  }
  if (rule.starts_with('.')) {
    rule.remove_prefix(1);
  }
  return host == rule || (host.size() > rule.size() && host.ends_with(rule) &&
                          host[host.size() - rule.size() - 1] == '.');
}

std::string why(boost::system::error_code failed) {
  if (failed == boost::asio::error::connection_refused) {
    return "connection refused";
  }
  if (failed == boost::asio::error::no_descriptors) {
    return "this gateway has no file descriptor left (ulimit -n)";
  }
  return failed.message();
}

// Waits until something is known of the name: only before its very first answer.
Awaitable<Resolver::Answer> known_addresses(Resolver& resolver,
                                            std::string host,
                                            TimePoint deadline) {
  auto answer = resolver.lookup(host);
  Timer pause(co_await boost::asio::this_coro::executor);
  while (!answer.asked && steady_now() < deadline) {
    pause.expires_after(2ms);
    co_await pause.async_wait(boost::asio::as_tuple(kUseAwaitable));
    answer = resolver.lookup(host);
  }
  co_return answer;
}

Awaitable<Dialled> connect_to(Network& network,
                              Deadlines& deadlines,
                              Address to,
                              TimePoint deadline) {
  std::vector<Tcp::endpoint> places;
  if (network.redirect) {
    places.push_back(network.redirect(to.host));
  } else {
    const auto answer = co_await known_addresses(network.resolver, to.host, deadline);
    if (answer.addresses.empty()) {
      co_return Dialled{
          nullptr,
          fmt::format("DNS: {}", answer.trouble.empty() ? "no answer in time" : answer.trouble)};
    }
    for (const auto& address : answer.addresses) {
      places.emplace_back(address, to.port);
    }
  }
  const Executor executor = co_await boost::asio::this_coro::executor;
  boost::system::error_code failed;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto now = deadlines.refresh();
    if (now >= deadline) {
      break;
    }
    const auto share = (deadline - now) / static_cast<std::int64_t>(places.size() - i);
    auto peer = std::make_unique<Peer>(Socket(executor), deadlines);
    peer->set_outward();
    peer->expire_at(now + (places.size() - i > 1 ? std::min(kAddressTimeMax, share) : share));
    failed = co_await peer->connect(places[i]);
    if (!failed) {
      peer->expire_at(deadline);
      co_return Dialled{std::move(peer), {}};
    }
  }
  co_return Dialled{nullptr,
                    deadlines.refresh() >= deadline ? "no connection in time" : why(failed)};
}

// Asks a proxy for a tunnel. False: it did not give one.
Awaitable<bool> tunnel(Peer& peer, std::string host, std::string authorization) {
  const auto request =
      fmt::format("CONNECT {0} HTTP/1.1\r\nhost: {0}\r\n{1}\r\n", host, authorization);
  Gather message;
  message.add(request);
  if (!co_await write_all(peer, message)) {
    co_return false;
  }
  std::array<char, 4096> room{};
  std::size_t used = 0;
  for (;;) {
    // Byte by byte at the end would be kinder to what follows the head, but nothing may follow it:
    // the other side speaks only after us.
    const auto got = peer.read(std::span(room).subspan(used));
    if (got == 0U || used == room.size()) {
      co_return false;
    }
    used += got.value_or(0);
    Head head;
    switch (parse_response({room.data(), used}, head)) {
      case Parsed::Whole:
        co_return head.status == 200;
      case Parsed::Incomplete:
        co_await Peer::until_readable(peer);
        break;
      case Parsed::Malformed:
      case Parsed::TooLarge:
        co_return false;
    }
  }
}

}  // namespace

const Address* ProxyRules::towards(const Address& to) const {
  const auto& proxy = to.tls ? for_https : for_http;
  const bool exempt =
      std::ranges::any_of(direct, [&](const auto& rule) { return matches(to.host, rule); });
  return proxy && !exempt ? &*proxy : nullptr;
}

Awaitable<Dialled> dial(Network& network,
                        Deadlines& deadlines,
                        Address to,
                        TlsContext& tls,
                        TimePoint deadline) {
  const bool simulated = static_cast<bool>(network.redirect);
  const auto* const proxy = simulated ? nullptr : network.proxy.towards(to);
  auto made = co_await connect_to(network, deadlines, proxy != nullptr ? *proxy : to, deadline);
  if (!made.peer) {
    co_return made;
  }
  if (proxy != nullptr) {
    const auto& secret =
        to.tls ? network.proxy.for_https_authorization : network.proxy.for_http_authorization;
    const auto authorization =
        secret.empty() ? std::string() : fmt::format("proxy-authorization: {}\r\n", secret);
    const bool v6 = to.host.contains(':');
    if (!co_await tunnel(*made.peer,
                         fmt::format("{}{}{}:{}", v6 ? "[" : "", to.host, v6 ? "]" : "", to.port),
                         authorization)) {
      co_return Dialled{nullptr, "the proxy gives no way there"};
    }
  }
  if (to.tls && !simulated && !co_await made.peer->start_tls(tls.connect(to.host, to.port))) {
    auto why = made.peer->tls_trouble();
    co_return Dialled{nullptr, std::move(why)};
  }
  co_return made;
}

}  // namespace meridian
