#include "config/base_url.h"

#include <algorithm>

namespace meridian {

namespace {

BaseParts bad(std::string problem, std::string hint) {
  return {{}, std::move(problem), std::move(hint)};
}

}  // namespace

BaseParts read_base(std::string_view url) {
  const bool tls = url.starts_with("https://");
  if (!tls && !url.starts_with("http://")) {
    return bad("not an address", "it starts with https:// or http://");
  }
  auto rest = url.substr(tls ? 8 : 7);
  rest = rest.substr(0, rest.find_first_of("/?#"));
  if (rest.contains('@')) {
    return bad("a name or password inside an address", "put the key into api_key");
  }
  const auto odd = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte >= 0x7f || c == '\\' || c == '"';
  };
  if (rest.empty() || without_port(rest).empty() || std::ranges::any_of(url, odd)) {
    return bad("not an address", "write https://host[:port][/path]");
  }
  BaseParts parts;
  parts.host = rest;
  std::ranges::transform(parts.host, parts.host.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const std::string_view own = tls ? ":443" : ":80";
  if (parts.host.ends_with(own)) {
    parts.host.resize(parts.host.size() - own.size());
  }
  return parts;
}

std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) {
    return host.substr(0, host.find(']') + 1);
  }
  return host.substr(0, host.find(':'));
}

std::string with_v1(std::string base) {
  while (base.ends_with('/')) {
    base.pop_back();
  }
  return base.ends_with("/v1") ? base : base + "/v1";
}

}  // namespace meridian
