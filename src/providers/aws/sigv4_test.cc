#include "providers/aws/sigv4.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/aws/canonical.h"

namespace meridian {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

// The vectors were made with botocore's SigV4Auth and @smithy/signature-v4, which agree.
constexpr WallTime kNow{std::chrono::seconds(1440938160)};  // 20150830T123600Z
constexpr AwsKeys kKeys{.key_id = "AKIDEXAMPLE",
                        .secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                        .token = ""};
constexpr SigningScope kBedrock{.region = "us-east-1", .service = "bedrock"};
constexpr std::string_view kHost = "bedrock-runtime.us-east-1.amazonaws.com";
constexpr std::string_view kBody = R"({"messages":[{"role":"user","content":[{"text":"hi"}]}]})";
constexpr std::string_view kSonnet = "/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/converse";

SigV4Request converse(std::string_view target) {
  return {.method = "POST",
          .target = target,
          .host = kHost,
          .content_type = "application/json",
          .body = kBody};
}

std::string signed_head(const SigV4Request& request, const AwsKeys& keys = kKeys) {
  std::string head;
  append_sigv4(head, request, keys, kBedrock, kNow);
  return head;
}

TEST(SigningKey, ComesFromSecretDayRegionAndService) {
  const auto key = derive_signing_key(kKeys.secret, "20150830", kBedrock);
  EXPECT_EQ(hex(key.key), "90e694a0eeb93605dc6a1e798b98fe0e790776a911d2494317b06246c599ba53");
  EXPECT_EQ(key.scope, "20150830/us-east-1/bedrock/aws4_request");
}

TEST(SigningKey, OfTheCacheIsThatOfItsOwnScope) {
  const auto first = cached_signing_key(kKeys.secret, "20150830", kBedrock).key;
  const auto other = cached_signing_key(kKeys.secret, "20150831", kBedrock).key;
  EXPECT_NE(first, other);
  EXPECT_NE(first, cached_signing_key("another", "20150830", kBedrock).key);
  EXPECT_NE(first, cached_signing_key(kKeys.secret, "20150830", {"us-west-1", "bedrock"}).key);
  EXPECT_EQ(first, cached_signing_key(kKeys.secret, "20150830", kBedrock).key);
}

TEST(SigV4, EncodesAnEncodedPathOnceMore) {
  EXPECT_EQ(signed_head(converse(kSonnet)),
            "x-amz-date: 20150830T123600Z\r\n"
            "authorization: AWS4-HMAC-SHA256 "
            "Credential=AKIDEXAMPLE/20150830/us-east-1/bedrock/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date, "
            "Signature=8f9e855c2282691e91cc847079f75f914d1d62c3939187d6b7419506176856b2\r\n");
}

TEST(SigV4, SignsThePathThatIsSent) {
  EXPECT_THAT(
      signed_head(converse("/model/anthropic.claude-3-5-sonnet-20241022-v2:0/converse")),
      EndsWith("Signature=19b8de7367357394bc499f4113f6d8168c4a9fb3526eb09f2d79ceda64f93352\r\n"));
}

TEST(SigV4, SignsTheSessionTokenAndFurtherFields) {
  const std::vector<std::pair<std::string, std::string>> more = {
      {"x-amz-content-sha256", "c3335e07d6e89650bf94cb98664be69f8774dbc3198df221f113db0a59ea14f0"}};
  auto request = converse(
      "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2F"
      "jf2sje1c0jnb/converse-stream");
  request.more = more;
  auto keys = kKeys;
  keys.token = "fixture-session-token";
  const auto head = signed_head(request, keys);
  EXPECT_THAT(head, HasSubstr("x-amz-security-token: fixture-session-token\r\n"));
  EXPECT_THAT(
      head,
      EndsWith("SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date;"
               "x-amz-security-token, "
               "Signature=f3f2af87bf7737255f92cc437a80d5b9526f6041d22e66645752ee04ee86d108\r\n"));
}

TEST(SigV4, SignsForSts) {
  const SigV4Request request = {
      .method = "POST",
      .target = "/",
      .host = "sts.us-east-1.amazonaws.com",
      .content_type = "application/x-www-form-urlencoded; charset=utf-8",
      .body =
          "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3A"
          "role%2Fgw&RoleSessionName=sess&DurationSeconds=3600"};
  std::string head;
  append_sigv4(head, request, kKeys, {.region = "us-east-1", .service = "sts"}, kNow);
  EXPECT_THAT(
      head,
      EndsWith("Signature=174225d4bb66c8151a2f25d8701b621bccf0072c06a8b755dbbb46e1a4571d59\r\n"));
}

TEST(CanonicalUri, LosesDotAndEmptySegments) {
  EXPECT_EQ(canonical_uri(""), "/");
  EXPECT_EQ(canonical_uri("/"), "/");
  EXPECT_EQ(canonical_uri("//example//"), "/example/");
  EXPECT_EQ(canonical_uri("/./example"), "/example");
  EXPECT_EQ(canonical_uri("/example/.."), "/");
  EXPECT_EQ(canonical_uri("/../../a"), "/a");
}

TEST(CanonicalUri, EncodesEveryByteThatIsNotUnreserved) {
  EXPECT_EQ(canonical_uri("/a b@c%3D-._~"), "/a%20b%40c%253D-._~");
}

TEST(CanonicalQuery, IsSortedByPairsAndNotByText) {
  EXPECT_EQ(canonical_query("Param-3=Value3&Param=Value2&%E1%88%B4=Value1"),
            "%E1%88%B4=Value1&Param=Value2&Param-3=Value3");
  EXPECT_EQ(canonical_query("b=2&a&b=1"), "a=&b=1&b=2");
  EXPECT_EQ(canonical_query("p=a%20b/c%"), "p=a%20b%2Fc%25");
}

TEST(CanonicalRequest, CollapsesBlanksInValues) {
  const std::vector<CanonicalField> fields = {{"a", "  x   \"y  z\"\t"}};
  EXPECT_THAT(canonical_request("GET", "/", fields, sha256("")), HasSubstr("\na:x \"y z\"\n"));
}

class CheckSigV4 : public ::testing::Test {
 protected:
  CheckSigV4() {
    const auto head = signed_head(converse(kSonnet));
    fields_["authorization"] = head.substr(head.find("AWS4"));
    fields_["authorization"].resize(fields_["authorization"].size() - 2);
    fields_["x-amz-date"] = "20150830T123600Z";
    fields_["host"] = kHost;
    fields_["content-type"] = "application/json";
  }

  SigV4Verdict verdict(WallTime now = kNow,
                       std::string_view body = kBody,
                       const SigningScope& scope = kBedrock) const {
    return check_sigv4("POST", kSonnet, lookup(), body, kKeys.secret, scope, now);
  }

  HeaderLookup lookup() const {
    return [this](std::string_view name) -> std::string_view {
      const auto found = fields_.find(std::string(name));
      return found == fields_.end() ? std::string_view() : found->second;
    };
  }

  std::map<std::string, std::string> fields_;
};

TEST_F(CheckSigV4, TakesWhatWeSign) {
  EXPECT_EQ(verdict(), SigV4Verdict::Valid);
  EXPECT_TRUE(verify_sigv4("POST", kSonnet, lookup(), kBody, kKeys.secret, kNow));
  EXPECT_EQ(sigv4_key_id(fields_["authorization"]), "AKIDEXAMPLE");
}

TEST_F(CheckSigV4, SeesAChangedBody) {
  EXPECT_EQ(verdict(kNow, "{}"), SigV4Verdict::Mismatch);
}

TEST_F(CheckSigV4, SeesAnotherRegion) {
  EXPECT_EQ(verdict(kNow, kBody, {.region = "us-west-2", .service = "bedrock"}),
            SigV4Verdict::Mismatch);
}

TEST_F(CheckSigV4, SeesAClockThatIsMoreThanFiveMinutesOff) {
  EXPECT_EQ(verdict(kNow + std::chrono::seconds(301)), SigV4Verdict::Skewed);
  EXPECT_EQ(verdict(kNow - std::chrono::seconds(301)), SigV4Verdict::Skewed);
  EXPECT_EQ(verdict(kNow + std::chrono::seconds(300)), SigV4Verdict::Valid);
}

TEST_F(CheckSigV4, WantsHostAndDateSigned) {
  auto& authorization = fields_["authorization"];
  authorization.replace(authorization.find("host;"), 5, "");
  EXPECT_EQ(verdict(), SigV4Verdict::Malformed);
}

TEST_F(CheckSigV4, SeesThatThereIsNoSignature) {
  fields_["authorization"] = "Bearer x";
  EXPECT_EQ(verdict(), SigV4Verdict::Missing);
}

}  // namespace
}  // namespace meridian
