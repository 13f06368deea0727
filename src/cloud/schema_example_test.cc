#include "cloud/schema_example.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace meridian {
namespace {

std::string example(std::string_view schema) {
  return schema_example(boost::json::parse({schema.data(), schema.size()}));
}

TEST(SchemaExample, HasTheRequiredMembersOnly) {
  EXPECT_EQ(
      example(R"({"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer",
                        "minimum":1},"unit":{"enum":["c","f"]}},"required":["city","days"]})"),
      R"({"city":"example","days":1})");
}

TEST(SchemaExample, FollowsLocalReferences) {
  EXPECT_EQ(example(R"({"type":"object","properties":{"p":{"$ref":"#/$defs/P"}},"required":["p"],
                        "$defs":{"P":{"type":"boolean"}}})"),
            R"({"p":true})");
}

TEST(SchemaExample, EndsWhenASchemaContainsItself) {
  const auto made = example(
      R"({"$defs":{"N":{"type":"object","properties":{"n":{"$ref":"#/$defs/N"}},"required":["n"]}},
          "$ref":"#/$defs/N"})");
  EXPECT_TRUE(boost::json::parse(made).is_object());
}

TEST(SchemaExample, TakesGooglesTypes) {
  EXPECT_EQ(example(R"({"type":"OBJECT","properties":{"n":{"type":"NUMBER"}},"required":["n"]})"),
            R"({"n":0})");
}

TEST(SchemaExample, IsAnEmptyObjectWithoutASchema) {
  EXPECT_EQ(schema_example({}), "{}");
}

}  // namespace
}  // namespace meridian
