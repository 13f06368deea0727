#include "providers/address.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

std::string problem_of(std::string_view text) {
  const auto url = parse_base_url(text);
  return url ? "none" : url.error().message;
}

TEST(HostHeader, LeavesOutTheDefaultPortOfItsScheme) {
  EXPECT_EQ(host_header({.host = "api.openai.com"}), "api.openai.com");
  EXPECT_EQ(host_header({.host = "localhost", .port = 80, .tls = false}), "localhost");
  EXPECT_EQ(host_header({.host = "localhost", .port = 443, .tls = false}), "localhost:443");
}

TEST(HostHeader, PutsAnIpv6AddressInBrackets) {
  EXPECT_EQ(host_header({.host = "::1", .port = 8080, .tls = false}), "[::1]:8080");
}

TEST(BaseUrl, HasAddressPathAndNoTrailingSlash) {
  const auto url = parse_base_url("https://Example.COM:8443/v1/");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->address, (Address{.host = "example.com", .port = 8443, .tls = true}));
  EXPECT_EQ(url->path, "/v1");
}

TEST(BaseUrl, MayBePlainHttpToAnIpv6Address) {
  const auto url = parse_base_url("http://[fd00:EC2::254]");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->address, (Address{.host = "fd00:ec2::254", .port = 80, .tls = false}));
  EXPECT_EQ(url->path, "");
}

TEST(BaseUrl, KeepsAQueryApart) {
  const auto url = parse_base_url("https://x.openai.azure.com/openai?api-version=v1");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->path, "/openai");
  EXPECT_EQ(url->query, "api-version=v1");
}

TEST(BaseUrl, SaysWhatIsWrong) {
  EXPECT_EQ(problem_of("example.com"),
            "\"example.com\" is not a usable base URL: it must begin with https:// or http://.");
  EXPECT_EQ(problem_of("https://"),
            "\"https://\" is not a usable base URL: the host is missing or is not a name or an "
            "address.");
  EXPECT_EQ(problem_of("http://a:0"),
            "\"http://a:0\" is not a usable base URL: the port must be a number from 1 to 65535.");
  EXPECT_EQ(problem_of("http://[::1"),
            "\"http://[::1\" is not a usable base URL: an IPv6 address is written in brackets, as "
            "in http://[::1]:8080.");
}

TEST(BaseUrl, NeverRepeatsAPassword) {
  EXPECT_EQ(problem_of("https://me:hunter2@example.com"),
            "This is not a usable base URL: a user name or password in it is not supported; use "
            "api_key.");
}

TEST(BaseUrl, TakesNoLineBreak) {
  EXPECT_EQ(problem_of("https://example.com/\r\nx-injected: 1"),
            "This is not a usable base URL: it contains a blank, a line break or another byte that "
            "no URL has.");
}

TEST(Loopback, IsNotAnyNameThatLooksLikeIt) {
  EXPECT_TRUE(is_loopback("127.0.0.1"));
  EXPECT_TRUE(is_loopback("::1"));
  EXPECT_FALSE(is_loopback("127.0.0.1.example.com"));
  EXPECT_FALSE(is_loopback("10.0.0.1"));
}

}  // namespace
}  // namespace meridian
