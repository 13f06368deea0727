#include "gateway/user_place.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace meridian {
namespace {

Policy rule(std::string word) {
  const std::vector<std::string> words{std::move(word)};
  return Policy::of(words);
}

TEST(InBlock, ComparesTheLeadingBits) {
  EXPECT_TRUE(in_block("10.1.2.3", "10.0.0.0/8"));
  EXPECT_FALSE(in_block("11.1.2.3", "10.0.0.0/8"));
  EXPECT_TRUE(in_block("192.168.5.130", "192.168.5.128/25"));
  EXPECT_FALSE(in_block("192.168.5.127", "192.168.5.128/25"));
  EXPECT_TRUE(in_block("fd00::1", "fd00::/8"));
  EXPECT_TRUE(in_block("127.0.0.1", "127.0.0.1"));
}

TEST(InBlock, KnowsAnIpv4ClientOnASocketForBoth) {
  EXPECT_TRUE(in_block("::ffff:10.1.2.3", "10.0.0.0/8"));
}

TEST(InBlock, WhatIsNoBlockHoldsNobody) {
  for (const std::string block : {"", "10.0.0.0/33", "10.0.0.0/x", "here", "10.0.0.0/"}) {
    EXPECT_FALSE(in_block("10.0.0.1", block)) << block;
  }
}

TEST(RuleFor, TakesTheMostSpecificWordThatHoldsTheCountry) {
  const std::vector<std::pair<std::string, Policy>> rules{
      {"EU", rule("eu")}, {"DE", rule("DE")}, {"default", rule("us")}};

  EXPECT_EQ(rule_for(rules, "DE")->text(), rule("DE").text());
  EXPECT_EQ(rule_for(rules, "FR")->text(), rule("eu").text());
  EXPECT_EQ(rule_for(rules, "JP")->text(), rule("us").text());
}

TEST(RuleFor, AnUnknownPlaceGetsTheDefaultElseTheStrictest) {
  const std::vector<std::pair<std::string, Policy>> rules{{"EU", rule("eu")}, {"DE", rule("DE")}};

  EXPECT_EQ(rule_for(rules, "")->text(), rule("DE").text());
}

TEST(RuleFor, AKnownCountryThatNoRuleSpeaksOfIsFree) {
  const std::vector<std::pair<std::string, Policy>> rules{{"EU", rule("eu")}};

  EXPECT_EQ(rule_for(rules, "JP"), nullptr);
}

TEST(CountryOfUser, IsBelievedFromTrustedProxiesOnly) {
  UserLocationRules rules;
  rules.header = "cf-ipcountry";
  rules.trusted_proxies = {"10.0.0.0/8"};

  EXPECT_EQ(country_of_user(rules, "DE", "10.0.0.7"), "DE");
  EXPECT_EQ(country_of_user(rules, "DE", "203.0.113.9"), "");
  EXPECT_EQ(country_of_user(rules, "XX", "10.0.0.7"), "");
  EXPECT_EQ(country_of_user(rules, "Germany", "10.0.0.7"), "");
}

TEST(AddressOfUser, IsTheLastThatNoTrustedProxyHas) {
  UserLocationRules rules;
  rules.trusted_proxies = {"10.0.0.0/8", "192.0.2.1"};

  EXPECT_EQ(address_of_user(rules, "", "203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(address_of_user(rules, "198.51.100.7", "203.0.113.9"), "203.0.113.9");
  EXPECT_EQ(address_of_user(rules, "6.6.6.6, 198.51.100.7", "10.0.0.7"), "198.51.100.7");
  EXPECT_EQ(address_of_user(rules, "198.51.100.7, 192.0.2.1,10.1.1.1", "10.0.0.7"), "198.51.100.7");
  EXPECT_EQ(address_of_user(rules, "10.9.9.9", "10.0.0.7"), "10.9.9.9");
  EXPECT_EQ(address_of_user(rules, ",", "10.0.0.7"), "");
}

}  // namespace
}  // namespace meridian
