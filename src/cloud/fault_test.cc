#include "cloud/fault.h"

#include <vector>

#include <gtest/gtest.h>

namespace meridian {
namespace {

std::expected<FaultSpec, std::string> parse(std::vector<std::string_view> words) {
  return parse_fault(words);
}

TEST(ParseFault, TakesAStateWithoutANumber) {
  EXPECT_EQ(parse({"dark"}), (FaultSpec{.kind = FaultKind::Dark, .amount = {}}));
}

TEST(ParseFault, TakesANumberWhereTheStateHasOne) {
  EXPECT_EQ(parse({"slow", "8"}), (FaultSpec{.kind = FaultKind::Slow, .amount = 8}));
}

TEST(ParseFault, SaysWhatToWriteWhenNothingIsGiven) {
  EXPECT_EQ(
      parse({}).error(),
      "a state is missing; write one of: healthy, dark, slow N, throttled [seconds], erroring "
      "[probability], cutting [tokens], lying [tokens], stalling [tokens], retired, "
      "unauthorized");
}

TEST(ParseFault, SuggestsTheStateThatWasMeant) {
  EXPECT_EQ(parse({"drak"}).error(), "unknown state \"drak\"; did you mean dark?");
}

TEST(ParseFault, RefusesANumberOutOfBounds) {
  EXPECT_EQ(parse({"erroring", "1.5"}).error(),
            "erroring takes a probability from 0 to 1, not 1.5");
}

TEST(ParseFault, RefusesWhatIsNotANumber) {
  EXPECT_EQ(parse({"slow", "8x"}).error(),
            "\"8x\" is not a number; slow takes a factor from 1 to 1000");
  EXPECT_EQ(parse({"slow", "nan"}).error(), "slow takes a factor from 1 to 1000, not nan");
}

TEST(ParseFault, RefusesWordsThatWouldBeIgnored) {
  EXPECT_EQ(parse({"dark", "5"}).error(), "dark takes nothing after it; leave out \"5\"");
  EXPECT_EQ(parse({"slow", "5", "6"}).error(), "slow takes one number; leave out \"6\"");
}

TEST(FaultJson, IsReadBackAsItWasWritten) {
  for (const auto& fault : {FaultSpec{.kind = FaultKind::Dark, .amount = {}},
                            FaultSpec{.kind = FaultKind::Erroring, .amount = 0.5},
                            FaultSpec{.kind = FaultKind::Cutting, .amount = 3}}) {
    EXPECT_EQ(read_fault_json(fault_json(fault)), fault) << fault_json(fault);
  }
}

TEST(FaultJson, NamesAKeyThatTheStateDoesNotHave) {
  EXPECT_EQ(read_fault_json(R"({"state":"slow","probability":1})").error(),
            "slow has no \"probability\"; it takes \"factor\"");
}

TEST(FaultJson, NeedsAState) {
  EXPECT_EQ(read_fault_json("[]").error(),
            R"(the body has to be a JSON object with a "state", such as {"state":"dark"})");
}

}  // namespace
}  // namespace meridian
