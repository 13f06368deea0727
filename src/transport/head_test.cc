#include "transport/head.h"

#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace meridian {
namespace {

Parsed parse(std::string_view fields, Head& head) {
  static std::string kept;  // The head's views point into it.
  kept = "POST /v1/chat/completions HTTP/1.1\r\n" + std::string(fields) + "\r\n";
  return parse_request(kept, head);
}

TEST(ParseRequest, FindsWhatTheGatewayActsOn) {
  Head head;
  ASSERT_EQ(parse("Host: a\r\nAuthorization: Bearer sk-1\r\nX-Meridian-Allowed-Regions: "
                  "eu\r\nContent-Length: 5\r\n"
                  "Expect: 100-continue\r\n",
                  head),
            Parsed::Whole);

  EXPECT_EQ(head.method, Method::Post);
  EXPECT_EQ(head.target, "/v1/chat/completions");
  EXPECT_EQ(head[Field::Authorization], "Bearer sk-1");
  EXPECT_EQ(head[Field::AllowedRegions], "eu");
  EXPECT_EQ(head.content_length, 5U);
  EXPECT_TRUE(head.expects_continue);
  EXPECT_TRUE(head.keep_alive);
}

TEST(ParseRequest, RefusesFramingThatTwoServersCouldReadDifferently) {
  for (const std::string_view bad : {
           "Host: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n",
           "Host: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
           "Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
           "Host: a\r\nContent-Length: +5\r\n",
           "Host: a\r\nContent-Length: 5, 5\r\n",
           "Host : a\r\n",
           "Host: a\nX: b\r\n",
           "Host: a\r\nHost: b\r\n",
           "Host: a\r\nTransfer-Encoding: xchunked\r\n",
           "Host: a\r\nTransfer-Encoding: chunked, identity\r\n",
           "Host: a\r\nTransfer-Encoding: identity\r\nContent-Length: 5\r\n",
           "Host: a\r\nTransfer-Encoding:\r\n chunked\r\n",
           "Host: a\r\nX: b\r\n\tTransfer-Encoding: chunked\r\n",
           "Content-Length: 0\r\n",
           "Host: a b\r\n",
           "Host: a@b\r\n",
           "Host: a/b\r\n",
       }) {
    Head head;
    EXPECT_EQ(parse(bad, head), Parsed::Malformed) << bad;
  }
}

TEST(ParseRequest, TakesEveryKindOfHost) {
  for (const std::string_view host : {"", "gateway", "gateway.example:4000", "[::1]:4000", "a_b"}) {
    Head head;
    ASSERT_EQ(parse("Host: " + std::string(host) + "\r\n", head), Parsed::Whole) << host;
    EXPECT_EQ(head[Field::Host], host);
  }
}

TEST(ParseRequest, OfHttp10KnowsNeitherChunksNorExpectationsAndNeedsNoHost) {
  Head head;

  EXPECT_EQ(parse_request("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", head),
            Parsed::Malformed);
  ASSERT_EQ(parse_request("POST / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n", head), Parsed::Whole);
  EXPECT_FALSE(head.expects_continue);
  EXPECT_EQ(parse_response("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", head),
            Parsed::Malformed);
}

TEST(ParseRequest, TakesAWholeUrlForItsPath) {
  for (const auto& [target, path] : {std::pair("http://gateway/v1/models", "/v1/models"),
                                     {"HTTPS://other:99/health?x=http://y", "/health?x=http://y"},
                                     {"http://gateway", "/"},
                                     {"ftp://gateway/health", "ftp://gateway/health"},
                                     {"/http://gateway/health", "/http://gateway/health"},
                                     {"*", "*"}}) {
    Head head;
    const auto bytes = "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    ASSERT_EQ(parse_request(bytes, head), Parsed::Whole) << target;
    EXPECT_EQ(head.target, path);
  }
}

TEST(ParseRequest, NoticesTwoKeysOfOneKind) {
  Head head;
  ASSERT_EQ(parse("Host: a\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n", head),
            Parsed::Whole);

  EXPECT_TRUE(head.repeated_key);
}

TEST(ParseRequest, NoticesTwoResidencyRules) {
  Head head;
  ASSERT_EQ(parse("Host: a\r\nX-Meridian-Allowed-Regions: eu\r\nx-meridian-allowed-regions: us\r\n",
                  head),
            Parsed::Whole);

  EXPECT_TRUE(head.repeated_rule);
  EXPECT_FALSE(head.repeated_key);
}

TEST(ParseRequest, BoundsTheHead) {
  Head head;

  EXPECT_EQ(parse("Host: a\r\nX: " + std::string(kHeadBytesMax, 'a') + "\r\n", head),
            Parsed::TooLarge);
}

TEST(ParseRequest, WaitsForTheRest) {
  Head head;

  EXPECT_EQ(parse_request("POST / HTTP/1.1\r\nHost: a\r\n", head), Parsed::Incomplete);
}

TEST(FindField, IgnoresCaseAndBlanks) {
  constexpr std::string_view kHead =
      "HTTP/1.1 429 Too Many\r\nRetry-After:  20 \r\nx-amzn-ErrorType: "
      "ThrottlingException:http\r\n\r\n";

  EXPECT_EQ(find_field(kHead, "retry-after"), "20");
  EXPECT_EQ(find_field(kHead, "x-amzn-errortype"), "ThrottlingException:http");
  EXPECT_EQ(find_field(kHead, "x-amzn"), "");
}

TEST(FindLastField, TakesTheLineThatTheNearestProxyAdded) {
  constexpr std::string_view kHead =
      "POST / HTTP/1.1\r\nX-Forwarded-For: 6.6.6.6\r\nHost: a\r\n"
      "x-forwarded-for: 203.0.113.9\r\n\r\n";

  EXPECT_EQ(find_last_field(kHead, "x-forwarded-for"), "203.0.113.9");
  EXPECT_EQ(find_field(kHead, "x-forwarded-for"), "6.6.6.6");
  EXPECT_EQ(find_last_field(kHead, "via"), "");
}

}  // namespace
}  // namespace meridian
