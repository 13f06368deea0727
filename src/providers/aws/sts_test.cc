#include "providers/aws/sts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace meridian {
namespace {

constexpr std::string_view kGood =
    "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult>"
    "<AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/gw/s</Arn></AssumedRoleUser>"
    "<Credentials><AccessKeyId>ASIAX</AccessKeyId><SecretAccessKey>s&amp;t</SecretAccessKey>"
    "<SessionToken>tok</SessionToken><Expiration>2015-08-30T13:36:00Z</Expiration></Credentials>"
    "</AssumeRoleResult></AssumeRoleResponse>";

TEST(StsReply, HoldsCredentialsAndTheirEnd) {
  const auto lease = read_sts_reply(200, kGood);
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->credential.aws_key_id.reveal(), "ASIAX");
  EXPECT_EQ(lease->credential.aws_secret.reveal(), "s&t");
  EXPECT_EQ(lease->credential.aws_token.reveal(), "tok");
  EXPECT_EQ(lease->ends, WallTime(std::chrono::seconds(1440941760)));
}

TEST(StsReply, ThatIsAnErrorSaysWhy) {
  const auto lease = read_sts_reply(
      403,
      "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: "
      "arn:aws:iam::1:user/x is not authorized</Message></Error></ErrorResponse>");
  ASSERT_FALSE(lease);
  EXPECT_EQ(lease.error().message,
            "AWS STS answered 403: AccessDenied: User: [arn] is not authorized");
}

TEST(StsReply, WithoutAnyPartIsNone) {
  for (const std::string_view part :
       {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"}) {
    std::string xml(kGood);
    xml.replace(xml.find(part), 1, "X");
    const auto lease = read_sts_reply(200, xml);
    ASSERT_FALSE(lease) << part;
    EXPECT_EQ(lease.error().message, "AWS STS answered without credentials.");
  }
}

TEST(StsReply, CannotBreakAHead) {
  std::string xml(kGood);
  xml.replace(xml.find("tok"), 3, "a\r\nb");
  EXPECT_FALSE(read_sts_reply(200, xml));
}

TEST(StsCall, WithAWebIdentityIsNotSigned) {
  RoleCall call;
  call.endpoint.host = "sts.us-east-1.amazonaws.com";
  call.region = "us-east-1";
  call.role = "arn:aws:iam::1:role/gw";
  call.session = "s";
  call.web_identity = "a.b.c";
  const auto errand = sts_errand(call, Credential(), WallTime());
  EXPECT_EQ(errand.body,
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3A"
            "role%2Fgw&RoleSessionName=s&WebIdentityToken=a.b.c");
  EXPECT_EQ(errand.headers.size(), 1U);
}

TEST(StsAddress, IsTheRegionsOwn) {
  EXPECT_EQ(sts_address("eu-west-1", "")->host, "sts.eu-west-1.amazonaws.com");
  EXPECT_EQ(sts_address("cn-north-1", "")->host, "sts.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(sts_address("eu-west-1", "http://127.0.0.1:9")->port, 9);
}

}  // namespace
}  // namespace meridian
