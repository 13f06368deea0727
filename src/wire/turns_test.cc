#include "wire/turns.h"

#include <string>

#include <gtest/gtest.h>

#include "wire/codec.h"

namespace meridian {
namespace {

// One letter a part, turns apart by '|', the system's words before '/'.
std::string shape(const std::string& messages) {
  const auto request =
      read_request(Dialect::OpenAiChat, R"({"model":"m","messages":[)" + messages + "]}");
  EXPECT_TRUE(request) << request.error().message;
  const auto arranged = arrange(*request);
  constexpr std::string_view kLetters =
      "TIDCRHOP";  // Text, image, document, call, result, thinking, opaque, point.
  std::string shape(arranged.system.size(), 's');
  shape += '/';
  for (const auto& turn : arranged.turns) {
    shape += turn.assistant ? "|a:" : "|u:";
    for (const auto* part : turn.parts) {
      shape.push_back(kLetters.at(part->index()));
    }
  }
  return shape;
}

TEST(Turns, BeginWithTheUser) {
  EXPECT_EQ(shape(R"({"role":"assistant","content":"a"})"), "/|u:T|a:T");
  EXPECT_EQ(shape(R"({"role":"system","content":"a"})"), "s/|u:T");
}

TEST(Turns, HaveToolResultsFirstWithTheirCachePoints) {
  EXPECT_EQ(
      shape(
          R"({"role":"user","content":"a"},{"role":"tool","tool_call_id":"c","content":"1","cache_control":{"type":"ephemeral"}},)"
          R"({"role":"user","content":"b"},{"role":"tool","tool_call_id":"d","content":"1"})"),
      "/|u:RPRTT");
}

TEST(Turns, LeaveOutWhatSaysNothing) {
  EXPECT_EQ(
      shape(
          R"({"role":"user","content":" \n"},{"role":"user","content":[{"type":"text","text":"","cache_control":{"type":"ephemeral"}},{"type":"text","text":"x"}]},)"
          R"({"role":"assistant","content":"b","reasoning_content":"unsigned"})"),
      "/|u:T|a:T");
}

TEST(Turns, KeepSignedThinkingFirst) {
  EXPECT_EQ(
      shape(
          R"({"role":"user","content":"a"},{"role":"assistant","content":"b","thinking_blocks":[{"type":"thinking","thinking":"t","signature":"s"}],)"
          R"("tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":""}}]})"),
      "/|u:T|a:HTC");
}

}  // namespace
}  // namespace meridian
