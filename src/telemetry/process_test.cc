#include "telemetry/process.h"

#include <gtest/gtest.h>

namespace meridian {

namespace {

TEST(ReadProcess, KnowsThisProcess) {
  const auto figures = read_process();

  ASSERT_TRUE(figures);
  EXPECT_GT(figures->cpu_seconds, 0);
  EXPECT_GT(figures->resident_bytes, 1U << 20U);  // A test program with GoogleTest in it.
  EXPECT_GE(figures->open_files, 3U);             // Standard input, output and errors.
}

}  // namespace

}  // namespace meridian
