#include "cli/proxy_environment.h"

#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <openssl/evp.h>

namespace meridian {

namespace {

std::string variable(const char* name) {
  const char* const value =
      std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody writes the environment.
  return value == nullptr ? "" : value;
}

std::string first_of(std::initializer_list<const char*> names) {
  for (const char* const name : names) {
    if (auto value = variable(name); !value.empty()) {
      return value;
    }
  }
  return {};
}

std::string base64(std::string_view text) {
  std::vector<unsigned char> out((text.size() + 2) / 3 * 4 + 1);
  const int size = EVP_EncodeBlock(out.data(),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  return {reinterpret_cast<const char*>(out.data()), static_cast<std::size_t>(size)};
}

struct Proxy {
  Address address;
  std::string authorization;
};

// "http://user:password@host:port", or "host:port".
std::expected<std::optional<Proxy>, std::string> proxy_of(std::string url, std::string_view name) {
  if (url.empty()) {
    return std::nullopt;
  }
  Proxy proxy;
  if (!url.contains("://")) {
    url.insert(0, "http://");
  }
  const auto begin = url.find("://") + 3;
  if (const auto at = url.rfind('@'); at != std::string::npos && at > begin) {
    proxy.authorization = "Basic " + base64(std::string_view(url).substr(begin, at - begin));
    url.erase(begin, at + 1 - begin);
  }
  const auto base = parse_base_url(url);
  if (!base || base->address.tls) {
    return std::unexpected(
        fmt::format("{} must be like http://proxy:3128; a proxy that is itself reached over TLS is "
                    "not supported",
                    name));
  }
  proxy.address = base->address;
  return proxy;
}

}  // namespace

std::expected<ProxyRules, std::string> proxy_from_environment() {
  ProxyRules rules;
  const auto https =
      proxy_of(first_of({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}), "HTTPS_PROXY");
  const auto http = proxy_of(first_of({"http_proxy", "all_proxy", "ALL_PROXY"}), "http_proxy");
  if (!https || !http) {
    return std::unexpected(https ? http.error() : https.error());
  }
  if (const auto& proxy = *https) {
    rules.for_https = proxy->address;
    rules.for_https_authorization = proxy->authorization;
  }
  if (const auto& proxy = *http) {
    rules.for_http = proxy->address;
    rules.for_http_authorization = proxy->authorization;
  }
  const auto direct = first_of({"no_proxy", "NO_PROXY"});
  std::string_view list = direct;
  while (!list.empty()) {
    const auto comma = list.find(',');
    auto word = list.substr(0, comma);
    word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
    if (!word.empty()) {
      rules.direct.emplace_back(word.substr(0, word.find_last_not_of(' ') + 1));
    }
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return rules;
}

}  // namespace meridian
