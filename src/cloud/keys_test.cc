#include "cloud/keys.h"

#include <gtest/gtest.h>

#include "providers/simulated.h"

namespace meridian {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow(std::chrono::seconds(1'795'000'000));

TEST(CloudKeys, KnowABearerUntilItEnds) {
  const auto bearer = issue_bearer(kNow);
  EXPECT_TRUE(knows_bearer(bearer, kNow + 3599s));
  EXPECT_FALSE(knows_bearer(bearer, kNow + 3600s));
}

TEST(CloudKeys, RefuseABearerThatWasMadeLonger) {
  auto bearer = issue_bearer(kNow);
  bearer[bearer.find('.', 6) + 1] = '9';
  EXPECT_FALSE(knows_bearer(bearer, kNow));
}

TEST(CloudKeys, KnowTheSimulatedCredentials) {
  const auto aws = simulated_credential(Provider::Bedrock);
  EXPECT_TRUE(knows_bearer(simulated_credential(Provider::Vertex).bearer.reveal(), kNow));
  EXPECT_EQ(aws_secret_of(aws.aws_key_id.reveal(), {}, kNow), aws.aws_secret.reveal());
}

TEST(CloudKeys, KnowASessionByItsToken) {
  const auto session = issue_session(kNow);
  EXPECT_EQ(aws_secret_of(session.key_id, session.token, kNow), session.secret);
  EXPECT_EQ(aws_secret_of(session.key_id, {}, kNow).error(), RefusalKind::UnknownClient);
  EXPECT_EQ(aws_secret_of(session.key_id, session.token, kNow + 3600s).error(),
            RefusalKind::ExpiredToken);
}

}  // namespace
}  // namespace meridian
