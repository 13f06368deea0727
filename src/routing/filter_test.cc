#include "routing/filter.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/router.h"
#include "support/small_fleet.h"

namespace meridian {
namespace {

using ::testing::Eq;
using ::testing::Optional;

const Policy kAnywhere;

RouteRequest chat() {
  return {.model = "claude", .residency = &kAnywhere, .input_tokens = 1'000, .output_tokens = 500};
}

TEST(Unable, NeedsACredential) {
  Deployment deployment;
  deployment.configured = false;

  EXPECT_THAT(unable(chat(), deployment), Optional(SkipReason::NotConfigured));
}

TEST(Unable, WhatIsNotKnownExcludesNobody) {
  auto request = chat();
  request.tools = true;
  request.images = true;

  EXPECT_THAT(unable(request, Deployment{}), Eq(std::nullopt));
}

TEST(Unable, NeedsToolsAndImagesWhereTheRequestHasThem) {
  Deployment deployment;
  deployment.can.tools = false;
  deployment.can.images = false;
  auto tools = chat();
  tools.tools = true;
  auto images = chat();
  images.images = true;

  EXPECT_THAT(unable(chat(), deployment), Eq(std::nullopt));
  EXPECT_THAT(unable(tools, deployment), Optional(SkipReason::Capability));
  EXPECT_THAT(unable(images, deployment), Optional(SkipReason::Capability));
}

TEST(Unable, APromptMustFitTheWindow) {
  Deployment deployment;
  deployment.can.input_tokens_max = 1'000;
  auto longer = chat();
  longer.input_tokens = 1'001;

  EXPECT_THAT(unable(chat(), deployment), Eq(std::nullopt));
  EXPECT_THAT(unable(longer, deployment), Optional(SkipReason::ContextWindow));
}

TEST(Unable, TheModeMustTakeTheOperation) {
  Deployment embedder;
  embedder.can.mode = "embedding";
  Deployment talker;
  talker.can.mode = "chat";
  auto embedding = chat();
  embedding.operation = Operation::Embeddings;

  EXPECT_THAT(unable(chat(), embedder), Optional(SkipReason::Capability));
  EXPECT_THAT(unable(embedding, embedder), Eq(std::nullopt));
  EXPECT_THAT(unable(embedding, talker), Optional(SkipReason::Capability));
}

TEST(OverQuota, ARequestMustFitRpmTogetherWithThoseThatWait) {
  Deployment deployment;
  deployment.rpm = 10;

  EXPECT_THAT(over_quota(chat(), deployment, {.waiting = 2, .requests_this_minute = 7}),
              Eq(std::nullopt));
  EXPECT_THAT(over_quota(chat(), deployment, {.waiting = 3, .requests_this_minute = 7}),
              Optional(SkipReason::QuotaWouldOverflow));
}

TEST(OverQuota, ARequestsTokensMustFitTpm) {
  Deployment deployment;
  deployment.tpm = 10'000;

  EXPECT_THAT(over_quota(chat(), deployment, {.tokens_this_minute = 8'500}), Eq(std::nullopt));
  EXPECT_THAT(over_quota(chat(), deployment, {.tokens_this_minute = 8'501}),
              Optional(SkipReason::QuotaWouldOverflow));
}

TEST(OverQuota, NoMoreThanMaxParallelRequestsAreOpen) {
  Deployment deployment;
  deployment.max_parallel_requests = 2;

  EXPECT_THAT(over_quota(chat(), deployment, {.in_flight = 1}), Eq(std::nullopt));
  EXPECT_THAT(over_quota(chat(), deployment, {.in_flight = 2}), Optional(SkipReason::Busy));
}

class TagsTest : public ::testing::Test {
 protected:
  static Fleet tagged() {
    test::SmallFleet fleet;
    fleet.add({.region = "us-west-2"}).tags = {"paid", "fast"};
    fleet.add({.region = "us-east-1"}).tags = {"paid"};
    fleet.add({.region = "eu-west-1"}).tags = {"default"};
    return fleet.build();
  }

  std::vector<std::string> names_for(const std::vector<std::string>& tags) {
    auto request = router.request();
    request.tags = tags;
    auto names = router.names(router.plan(request));
    std::ranges::sort(names);
    return names;
  }

  TagsTest() { router.rules.enable_tag_filtering = true; }

  test::Router router{tagged()};
};

TEST_F(TagsTest, ARequestGoesToThoseThatCarryAnyOfItsTags) {
  EXPECT_THAT(names_for({"paid"}), testing::ElementsAre("us-east-1", "us-west-2"));
  EXPECT_THAT(names_for({"paid", "fast"}), testing::ElementsAre("us-east-1", "us-west-2"));
}

TEST_F(TagsTest, ARequestGoesToThoseThatCarryAllOfItsTagsWhereTheRuleSaysSo) {
  router.rules.tag_match_any = false;

  EXPECT_THAT(names_for({"paid", "fast"}), testing::ElementsAre("us-west-2"));
}

TEST_F(TagsTest, ARequestWithoutTagsOrWithoutAMatchGoesToTheDefault) {
  EXPECT_THAT(names_for({}), testing::ElementsAre("eu-west-1"));
  EXPECT_THAT(names_for({"unheard"}), testing::ElementsAre("eu-west-1"));
}

TEST_F(TagsTest, TheOthersAreSkippedForTheirTags) {
  EXPECT_THAT(router.skipped(router.plan(), "us-west-2"), Optional(SkipReason::Tags));
}

TEST_F(TagsTest, TagsMeanNothingUnlessFilteringIsOn) {
  router.rules.enable_tag_filtering = false;

  EXPECT_THAT(names_for({"paid"}), testing::SizeIs(3));
}

}  // namespace
}  // namespace meridian
