#include "providers/address.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>

#include <fmt/format.h>

namespace meridian {
namespace {

constexpr std::size_t kUrlBytesMax = 2048;
constexpr std::size_t kHostBytesMax = 253;  // RFC 1035, without the final dot.

std::unexpected<Failure> wrong(std::string_view text, std::string_view problem) {
  Failure failure;
  failure.kind = FailureKind::Misconfigured;
  // Beyond a '@' nothing secret follows, before it a password may stand.
  failure.message = !text.contains('@') && text.size() <= kUrlBytesMax
                        ? fmt::format("\"{}\" is not a usable base URL: {}", text, problem)
                        : fmt::format("This is not a usable base URL: {}", problem);
  return std::unexpected(std::move(failure));
}

bool is_printable(char c) {
  return c > ' ' && c < '\x7f';
}

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_ipv6_byte(char c) {
  return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

struct Authority {
  std::string_view host;
  std::optional<std::string_view> port;
  bool ipv6 = false;
};

// Nothing: a bracket without its other half, or bytes behind it that are no port.
std::optional<Authority> split_authority(std::string_view text) {
  Authority authority;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) {
      return std::nullopt;
    }
    authority.host = text.substr(1, end - 1);
    authority.ipv6 = true;
    const auto rest = text.substr(end + 1);
    if (!rest.empty()) {
      if (rest.front() != ':') {
        return std::nullopt;
      }
      authority.port = rest.substr(1);
    }
    return authority;
  }
  const auto colon = text.find(':');
  authority.host = text.substr(0, colon);
  if (colon != std::string_view::npos) {
    authority.port = text.substr(colon + 1);
  }
  return authority;
}

std::optional<std::uint16_t> read_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || stop != text.data() + text.size() || port == 0) {
    return std::nullopt;
  }
  return port;
}

bool is_host(std::string_view host, bool ipv6) {
  if (host.empty() || host.size() > kHostBytesMax) {
    return false;
  }
  return ipv6 ? std::ranges::all_of(host, is_ipv6_byte) && host.contains(':')
              : std::ranges::all_of(host, is_name_byte) && !host.starts_with('.');
}

}  // namespace

std::string host_header(const Address& address) {
  const bool ipv6 = address.host.contains(':');
  auto text = ipv6 ? fmt::format("[{}]", address.host) : address.host;
  if (address.port != (address.tls ? 443 : 80)) {
    text += fmt::format(":{}", address.port);
  }
  return text;
}

Result<BaseUrl> parse_base_url(std::string_view text) {
  if (text.size() > kUrlBytesMax) {
    return wrong(text, fmt::format("it is longer than {} bytes.", kUrlBytesMax));
  }
  if (!std::ranges::all_of(text, is_printable)) {
    return wrong("@", "it contains a blank, a line break or another byte that no URL has.");
  }
  BaseUrl url;
  std::string_view rest = text;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
    url.address.tls = false;
    url.address.port = 80;
  } else {
    return wrong(text, "it must begin with https:// or http://.");
  }
  if (rest.contains('#')) {
    return wrong(text, "leave out the part from # on.");
  }
  if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
    url.query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  const auto slash = rest.find('/');
  const auto authority_text = rest.substr(0, slash);
  if (authority_text.contains('@')) {
    return wrong("@", "a user name or password in it is not supported; use api_key.");
  }
  const auto authority = split_authority(authority_text);
  if (!authority) {
    return wrong(text, "an IPv6 address is written in brackets, as in http://[::1]:8080.");
  }
  url.address.host.resize(authority->host.size());
  std::ranges::transform(authority->host, url.address.host.begin(), to_lower);
  if (!is_host(url.address.host, authority->ipv6)) {
    return wrong(text, "the host is missing or is not a name or an address.");
  }
  if (authority->port) {
    const auto port = read_port(*authority->port);
    if (!port) {
      return wrong(text, "the port must be a number from 1 to 65535.");
    }
    url.address.port = *port;
  }
  if (slash != std::string_view::npos) {
    url.path = rest.substr(slash);
  }
  while (url.path.ends_with('/')) {
    url.path.pop_back();
  }
  return url;
}

bool is_loopback(std::string_view host) {
  if (host == "localhost" || host == "::1") {
    return true;
  }
  // A name may begin with "127." too ("127.0.0.1.evil.example"): every byte has to be of a number.
  return host.starts_with("127.") &&
         std::ranges::all_of(host, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

}  // namespace meridian
