#include "wire/tool_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace meridian {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr auto kConverse = Dialect::BedrockConverse;

TEST(ToolNames, StayWhereTheyMay) {
  EXPECT_EQ(wire_tool_name(kConverse, "get_weather-2"), "get_weather-2");
  EXPECT_EQ(wire_call_id(kConverse, "call_a.b:c-1"), "call_a.b:c-1");
}

TEST(ToolNames, AreRewrittenSoThatDifferentNamesStayDifferent) {
  const auto dotted = wire_tool_name(kConverse, "a.b");
  EXPECT_EQ(dotted.substr(0, 4), "a_b_");
  EXPECT_EQ(dotted.size(), 10U);
  EXPECT_NE(dotted, wire_tool_name(kConverse, "a:b"));
  EXPECT_EQ(wire_tool_name(kConverse, std::string(200, 'x')).size(), 64U);
  EXPECT_EQ(wire_tool_name(kConverse, std::string(57, 'x') + "\u00e9t\u00e9").size(), 64U);
  EXPECT_EQ(wire_tool_name(kConverse, "").size(), 7U);
  EXPECT_EQ(wire_tool_name(Dialect::AnthropicMessages, std::string(100, 'x')),
            std::string(100, 'x'));
}

TEST(ToolNames, AreFoundAgainFromTheRequestAlone) {
  ChatRequest request;
  request.tools.resize(2);
  request.tools[0].name = "plain";
  request.tools[1].name = "a.b";
  const auto names = name_map_of(kConverse, request);
  const auto sent = wire_tool_name(kConverse, "a.b");
  EXPECT_THAT(names, ElementsAre(Pair(sent, "a.b")));
  EXPECT_EQ(client_tool_name(names, sent), "a.b");
  EXPECT_EQ(client_tool_name(names, "plain"), "plain");
}

}  // namespace
}  // namespace meridian
