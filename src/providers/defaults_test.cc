#include "providers/defaults.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

TEST(WithFields, AddsToAnObject) {
  EXPECT_EQ(with_fields("{}", Fields{{"a", "1"}}), R"({"a":1})");
  EXPECT_EQ(with_fields(R"({"x":{"y":[1.50,"é"]}})", Fields{{"a", "true"}, {"b\"", "null"}}),
            R"({"x":{"y":[1.50,"é"]},"a":true,"b\"":null})");
}

TEST(WithFields, ReplacesWhatIsThere) {
  EXPECT_EQ(with_fields(R"({"geo":"global","m":1,"n":2})", Fields{{"geo", R"("us")"}}),
            R"({"m":1,"n":2,"geo":"us"})");
}

TEST(WithFields, LeavesTheTextAloneWhenThereAreNone) {
  EXPECT_EQ(with_fields("{ }", {}), "{ }");
}

TEST(ApplyDefaults, FillsInOnlyWhatIsOpen) {
  ChatRequest defaults;
  defaults.temperature = 0.2;
  defaults.max_tokens = 100;
  defaults.stop = {"END"};
  defaults.other = {{"logprobs", "true"}, {"service_tier", "\"flex\""}};
  ChatRequest request;
  request.temperature = 0.9;
  request.other = {{"logprobs", "false"}};
  apply_defaults(request, defaults);
  EXPECT_EQ(request.temperature, 0.9);
  EXPECT_EQ(request.max_tokens, 100);
  EXPECT_EQ(request.stop, std::vector<std::string>{"END"});
  EXPECT_EQ(request.other, (Fields{{"logprobs", "false"}, {"service_tier", "\"flex\""}}));
}

TEST(ReadDefaults, ReadsThemAsAClientsWouldBe) {
  const auto defaults = read_defaults({{"temperature", "0.2"}, {"max_tokens", "5"}});
  ASSERT_TRUE(defaults);
  EXPECT_EQ(defaults->temperature, 0.2);
  EXPECT_EQ(defaults->max_tokens, 5);
  EXPECT_TRUE(defaults->messages.empty());
}

}  // namespace
}  // namespace meridian
