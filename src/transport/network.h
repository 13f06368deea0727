#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "providers/address.h"
#include "transport/client_contexts.h"
#include "transport/deadlines.h"
#include "transport/peer.h"
#include "transport/resolver.h"
#include "transport/tls.h"

namespace meridian {

// HTTP_PROXY, HTTPS_PROXY and NO_PROXY, as curl reads them. Names in NO_PROXY match themselves and
// what is below them; "*" matches all.
struct ProxyRules {
  std::optional<Address> for_http;
  std::optional<Address> for_https;
  std::string for_http_authorization;  // "Basic ...", from user:password in the URL; may be empty.
  std::string for_https_authorization;
  std::vector<std::string> direct;

  // The proxy for this address; nothing: none.
  const Address* towards(const Address& to) const;
};

// The way out, shared by every worker: names, certificates, proxies.
struct Network {
  Resolver resolver;
  ClientContexts contexts;          // The owner's.
  std::shared_ptr<TlsContext> tls;  // For hosts that no deployment has rules for.
  ProxyRules proxy;
  // The simulated cloud: every connection goes where this says, in the clear, whatever its name.
  // Any thread may call it.
  std::function<Tcp::endpoint(const std::string& host)> redirect;
};

struct Dialled {
  std::unique_ptr<Peer> peer;  // None: see `trouble`.
  std::string trouble;         // "connection refused", "DNS: ...", "certificate not accepted: ...".
};

// A new connection, through a proxy where one is set, with TLS where the address says so. The
// peer's deadline is left at `deadline`. Addresses are tried in turn, none longer than its share of
// the time.
Awaitable<Dialled> dial(Network& network,
                        Deadlines& deadlines,
                        Address to,
                        TlsContext& tls,
                        TimePoint deadline);

}  // namespace meridian
