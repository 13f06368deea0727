#pragma once

#include <expected>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/tls_rules.h"
#include "transport/tls.h"

namespace meridian {

// The TLS contexts towards providers, one for each set of rules: connections under the same rules
// resume each other's sessions, also over reloads. One thread; the contexts themselves, any.
class ClientContexts {
 public:
  // Whom to believe where rules name nobody; empty: the system's authorities.
  explicit ClientContexts(std::string ca_file = {}) : ca_file_(std::move(ca_file)) {}

  // Made when it is first asked for, and again when one of its files has changed since. Failure:
  // a sentence about the file.
  std::expected<std::shared_ptr<TlsContext>, std::string> get(TlsRules rules);

 private:
  struct Kept {
    std::vector<std::filesystem::file_time_type> as_of;
    std::shared_ptr<TlsContext> context;
  };

  std::string ca_file_;
  std::map<TlsRules, Kept> kept_;
};

}  // namespace meridian
