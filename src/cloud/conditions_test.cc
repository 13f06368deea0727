#include "cloud/conditions.h"

#include <vector>

#include <gtest/gtest.h>

namespace meridian {
namespace {

constexpr FaultSpec kDark{.kind = FaultKind::Dark, .amount = {}};

TEST(Conditions, AreHealthyUntilTold) {
  Conditions conditions(1);
  EXPECT_EQ(conditions.fault_of("us-west-2"), FaultSpec());
  conditions.set("us-west-2", kDark).value();
  EXPECT_EQ(conditions.fault_of("us-west-2"), kDark);
  EXPECT_EQ(conditions.fault_of("us-east-1"), FaultSpec());
}

TEST(Conditions, TakeAHostForItsRegion) {
  Conditions conditions(1);
  EXPECT_EQ(conditions.set("bedrock-runtime.eu-west-1.amazonaws.com", kDark), "eu-west-1");
  EXPECT_EQ(conditions.fault_of("eu-west-1"), kDark);
}

TEST(Conditions, TakeAHostThatNobodyHasAskedForYet) {
  Conditions conditions(1);
  EXPECT_EQ(conditions.set("vllm.internal", kDark), "vllm.internal");
  EXPECT_EQ(conditions.fault_of("vllm.internal"), kDark);
}

TEST(Conditions, SuggestTheRegionThatWasMeant) {
  Conditions conditions(1);
  EXPECT_EQ(conditions.set("us-wst-2", kDark).error(),
            "there is no region \"us-wst-2\"; did you mean us-west-2?");
}

TEST(Conditions, KnowAResourceOnceItWasAskedFor) {
  Conditions conditions(1);
  EXPECT_FALSE(conditions.set("contoso-resource", kDark).has_value());
  conditions.note("contoso-resource", "contoso-resource.openai.azure.com");
  EXPECT_TRUE(conditions.set("contoso-resource", kDark).has_value());
}

TEST(Conditions, ThrowTheSameDiceForTheSameSeedWhateverHappensElsewhere) {
  const auto throws = [](bool noise) {
    Conditions conditions(42);
    std::vector<double> thrown;
    for (int i = 0; i < 5; ++i) {
      if (noise) {
        conditions.arrive("eu-west-1");
      }
      thrown.push_back(conditions.arrive("us-west-2").dice);
    }
    return thrown;
  };
  EXPECT_EQ(throws(false), throws(true));
}

TEST(Conditions, TellOfEveryChange) {
  Conditions conditions(1);
  std::vector<std::string> told;
  conditions.on_change = [&told](const std::string& region, const FaultSpec& fault) {
    told.push_back(region + " " + describe(fault));
  };
  conditions.set("us-west-2", kDark).value();
  conditions.reset();
  EXPECT_EQ(told, (std::vector<std::string>{"us-west-2 dark", "us-west-2 healthy"}));
}

}  // namespace
}  // namespace meridian
