#include "gateway/local.h"

#include <gtest/gtest.h>

namespace meridian {
namespace {

TEST(QueryValue, DecodesAndIsEmptyWhenAbsent) {
  EXPECT_EQ(query_value("model=a%2Fb+c&residency=eu", "model"), "a/b c");
  EXPECT_EQ(query_value("model=a&residency=eu", "residency"), "eu");
  EXPECT_EQ(query_value("modelling=a", "model"), "");
  EXPECT_EQ(query_value("", "model"), "");
}

LocalCall get(std::string_view path) {
  LocalCall call;
  call.path = path;
  return call;
}

TEST(AnswerLocally, IsAliveWithoutAnyKey) {
  const auto answer = answer_locally(get("/health/liveliness"), Snapshot());

  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "\"I'm alive!\"");
}

TEST(AnswerLocally, ListsModelsForAGoodKeyOnly) {
  auto call = get("/v1/models");
  EXPECT_EQ(answer_locally(call, Snapshot())->status, 401);

  call.key_is_good = true;
  EXPECT_EQ(answer_locally(call, Snapshot())->body, R"({"object":"list","data":[]})");
}

TEST(AnswerLocally, IsNotReadyWhileItDrains) {
  auto call = get("/health/readiness");
  call.draining = true;

  EXPECT_EQ(answer_locally(call, Snapshot())->status, 503);
}

TEST(AnswerLocally, ShowsDeploymentsToOperatorsOnly) {
  EXPECT_EQ(answer_locally(get("/model/info"), Snapshot())->status, 403);
}

TEST(AnswerLocally, LeavesOtherPathsToOthers) {
  EXPECT_EQ(answer_locally(get("/explain"), Snapshot()), nullptr);
}

}  // namespace
}  // namespace meridian
