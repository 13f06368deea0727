#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/failure.h"

namespace meridian {

// Where to connect. `host` is a name or a literal address (IPv6 without brackets).
struct Address {
  std::string host;
  std::uint16_t port = 443;
  bool tls = true;

  friend bool operator==(const Address&, const Address&) = default;
};

// As in a Host header: the default port left out, IPv6 in brackets.
std::string host_header(const Address& address);

// "https://host[:port][/path]" taken apart. `path` has no trailing slash.
struct BaseUrl {
  Address address;
  std::string path;
  std::string query;  // Without its '?'. Only Azure's api_base is ever written with one.
};

// Takes a base URL apart: http or https, a name or an address (IPv6 in brackets), lower-cased.
// Failure: Misconfigured, with a sentence that names the mistake and never repeats a password. A
// user name, a fragment, blanks and control characters are refused: they could only smuggle
// something into a head.
Result<BaseUrl> parse_base_url(std::string_view text);

// This machine by name or number, nothing else: where plain http may carry a secret.
bool is_loopback(std::string_view host);

}  // namespace meridian
