#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/load.h"
#include "gateway/worker.h"
#include "transport/network.h"

namespace meridian {

struct GatewayOptions {
  std::string host;  // Empty: every address.
  std::uint16_t port = 4000;
  std::optional<std::uint16_t> admin_port;  // For operators' pages; nothing: they share `port`.
  std::string admin_host;                   // As `host`.
  unsigned workers = 1;
  std::size_t connections_max = 4096;  // Of clients; each may need one to a provider as well.
  std::string tls_certificate;         // PEM paths; empty: plain HTTP.
  std::string tls_key;
  std::string ca_file;  // For providers; empty: the system's.
  ProxyRules proxy;
  std::string config_file;  // For messages.
  // Reads the configuration again, whole. Called at the start of a reload, on the owner's thread.
  std::function<std::expected<Settings, std::vector<ConfigIssue>>()> load;
  // When each of the files that a reload reads last changed, in any unit; nothing: not watched.
  std::function<std::vector<std::int64_t>()> changed_at;
  // The simulated cloud: where a provider's host really is, and credentials for it.
  std::function<Tcp::endpoint(const std::string& host)> redirect;
  ExtraRoutes extra;
  std::uint64_t seed = 0;  // Of all dice; 0: from the system.
};

// The running program: an owner thread (health, probes, credentials, reloads, signals) and the
// workers.
class Gateway {
 public:
  // Listens and starts. Failure: a sentence.
  static std::expected<std::unique_ptr<Gateway>, std::string> start(GatewayOptions options,
                                                                    Settings settings);

  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  std::uint16_t port() const;
  std::uint16_t admin_port() const;  // 0: there is none.

  // Serves until SIGTERM or SIGINT, then drains. SIGHUP reloads. Call once, on the thread that is
  // to be the owner's.
  void run();

 private:
  struct Parts;

  explicit Gateway(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace meridian
