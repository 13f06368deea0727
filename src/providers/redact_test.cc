#include "providers/redact.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

TEST(ForPeople, KeepsOrdinaryWords) {
  EXPECT_EQ(for_people("prompt is too long: 200001 tokens > 200000 maximum (claude-3@20240620)"),
            "prompt is too long: 200001 tokens > 200000 maximum (claude-3@20240620)");
}

TEST(ForPeople, ShowsNoKey) {
  EXPECT_EQ(for_people("Incorrect API key provided: sk-proj-ab***yz. Look it up."),
            "Incorrect API key provided: [key] Look it up.");
  EXPECT_EQ(for_people("token 'wJalrXUtnFEMI7K7MDENGbPxRfiCYEXAMPLEKEY0123' is bad"),
            "token '[key]' is bad");
}

TEST(ForPeople, ShowsNoHostAccountOrAddress) {
  EXPECT_EQ(for_people("User: arn:aws:iam::123456789012:user/gw is not authorized"),
            "User: [arn] is not authorized");
  EXPECT_EQ(for_people("see https://console.example.com/x and bedrock.us-east-1.amazonaws.com"),
            "see [address] and [host]");
  EXPECT_EQ(for_people("connect to 10.0.0.1:8080 failed for 123456789012, org-AbC"),
            "connect to [host] failed for [account], [account]");
  EXPECT_EQ(for_people("`projects/acme/locations/eu/models/m` was not found"),
            "`[resource]` was not found");
}

TEST(ForPeople, EndsBeforeAStackTrace) {
  EXPECT_EQ(for_people("It broke.\nTraceback (most recent call last):\n  File \"x.py\""),
            "It broke.");
  EXPECT_EQ(for_people("It broke.\n\tat com.example.Main(Main.java:1)"), "It broke.");
}

TEST(ForPeople, IsOneParagraphOfValidUtf8) {
  EXPECT_EQ(for_people("a\r\n\tb\x01 \xff\xc3\xa9 \xed\xa0\x80"), "a b \xc3\xa9");
  EXPECT_EQ(for_people(std::string(5000, '.')).size(), 1000U);
}

TEST(ForMachines, EndsAtTheFirstByteThatNoIdHas) {
  EXPECT_EQ(for_machines("req_1\r\nx: y"), "req_1");
  EXPECT_EQ(for_machines(std::string(500, 'a')).size(), 128U);
}

}  // namespace
}  // namespace meridian
