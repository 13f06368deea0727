#include "cloud/admin.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace meridian {
namespace {

class CloudAdminTest : public testing::Test {
 protected:
  CloudAdmin::Answer handle(std::string_view method,
                            std::string_view target,
                            std::string_view body = {}) {
    return admin_.handle(method, target, body);
  }

  Conditions conditions_{1};
  TrafficLog log_;
  CloudAdmin admin_{conditions_, log_};
};

TEST_F(CloudAdminTest, SetsARegion) {
  const auto answer = handle("PUT", "/_cloud/regions/us-west-2", R"({"state":"slow","factor":8})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json, R"({"region":"us-west-2","state":"slow 8"})");
  EXPECT_EQ(conditions_.fault_of("us-west-2").kind, FaultKind::Slow);
}

TEST_F(CloudAdminTest, ListsRegionsWithTheirState) {
  handle("PUT", "/_cloud/regions/us-west-2", R"({"state":"erroring","probability":0.5})");
  conditions_.arrive("us-west-2");
  EXPECT_EQ(
      handle("GET", "/_cloud/regions").json,
      R"({"regions":[{"region":"us-west-2","state":"erroring","probability":5E-1,"requests":1}]})");
}

TEST_F(CloudAdminTest, RefusesAnUnknownRegionWithASentence) {
  const auto answer = handle("PUT", "/_cloud/regions/us-wst-2", R"({"state":"dark"})");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.json,
            R"({"error":{"message":"there is no region \"us-wst-2\"; did you mean us-west-2?"}})");
}

TEST_F(CloudAdminTest, RefusesAnUnknownState) {
  EXPECT_EQ(handle("PUT", "/_cloud/regions/us-west-2", R"({"state":"drak"})").status, 400);
}

TEST_F(CloudAdminTest, GivesTheLogInPages) {
  for (int i = 0; i < 3; ++i) {
    log_.add({});
  }
  const auto page =
      boost::json::parse(handle("GET", "/_cloud/log?since=1&limit=1").json).as_object();
  ASSERT_EQ(page.at("entries").as_array().size(), 1U);
  EXPECT_EQ(page.at("entries").as_array()[0].as_object().at("seq"), 2);
  EXPECT_EQ(page.at("last"), 3);
}

TEST_F(CloudAdminTest, RefusesANumberThatIsNone) {
  EXPECT_EQ(handle("GET", "/_cloud/log?since=x").json,
            R"({"error":{"message":"since and limit have to be whole numbers"}})");
}

TEST_F(CloudAdminTest, ResetsEverything) {
  handle("PUT", "/_cloud/regions/us-west-2", R"({"state":"dark"})");
  log_.add({});
  EXPECT_EQ(handle("POST", "/_cloud/reset").status, 200);
  EXPECT_EQ(conditions_.fault_of("us-west-2"), FaultSpec());
  EXPECT_TRUE(log_.after(0, 10).entries.empty());
}

TEST_F(CloudAdminTest, SaysWhatThereIsWhereThereIsNothing) {
  EXPECT_EQ(handle("GET", "/_cloud/nothing").status, 404);
}

}  // namespace
}  // namespace meridian
