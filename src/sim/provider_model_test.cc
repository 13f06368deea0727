#include "sim/provider_model.h"

#include <vector>

#include <gtest/gtest.h>

#include "support/small_fleet.h"

namespace meridian {
namespace {

using namespace std::chrono_literals;

const Fleet kFleet = test::claude_in({"us-west-2", "us-east-1"});
constexpr TimePoint kNow{100s};

ProviderModel with(Fault::Kind kind, double amount = 1) {
  return {kFleet,
          {{.sigma = 0}, {.sigma = 0}},
          {{.kind = kind,
            .endpoint = EndpointId{0},
            .from = TimePoint{0s},
            .until = TimePoint{1000s},
            .amount = amount}}};
}

Fate west(const ProviderModel& model) {
  Rng rng(1);
  return model.send(kFleet.deployments[0], 1'000, 100, kNow, rng);
}

Fate east(const ProviderModel& model) {
  Rng rng(1);
  return model.send(kFleet.deployments[1], 1'000, 100, kNow, rng);
}

TEST(ProviderModel, AHealthyEndpointServesAtItsPace) {
  const auto fate = east(with(Fault::Kind::Down));

  EXPECT_EQ(fate.failure, std::nullopt);
  EXPECT_EQ(fate.first_token, 80ms + 250ms + 50ms);
  EXPECT_EQ(fate.end, 380ms + 1500ms);
}

TEST(ProviderModel, EachFaultFailsInItsOwnWay) {
  EXPECT_EQ(west(with(Fault::Kind::Down)).failure, FailureKind::ConnectFailed);
  EXPECT_EQ(west(with(Fault::Kind::Flapping)).failure, FailureKind::ConnectFailed);
  EXPECT_EQ(west(with(Fault::Kind::Erroring)).failure, FailureKind::ServerError);
  EXPECT_EQ(west(with(Fault::Kind::Flaky)).failure, FailureKind::ServerError);
  EXPECT_EQ(west(with(Fault::Kind::RateLimited)).failure, FailureKind::RateLimited);
  EXPECT_EQ(west(with(Fault::Kind::RateLimited)).retry_after, 10s);
  EXPECT_EQ(west(with(Fault::Kind::Retired)).failure, FailureKind::Misconfigured);
  EXPECT_EQ(west(with(Fault::Kind::BlackHole)).end, kNever);
  EXPECT_EQ(west(with(Fault::Kind::Lying)).failure, FailureKind::CutShort);
  EXPECT_EQ(west(with(Fault::Kind::Lying)).first_token, 380ms);
  EXPECT_EQ(west(with(Fault::Kind::Slow, 3)).first_token, 80ms + (3 * 300ms));
}

TEST(ProviderModel, NoMoneyFailsEverywhereTheAccountPays) {
  EXPECT_EQ(east(with(Fault::Kind::NoMoney)).failure, FailureKind::AccountBlocked);
}

}  // namespace
}  // namespace meridian
