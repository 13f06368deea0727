#include "transport/buffers.h"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace meridian {
namespace {

// As many as that, at once.
void use(Buffers& buffers, int count) {
  std::vector<Buffer> open;
  open.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    open.emplace_back(buffers);
  }
}

TEST(Buffers, KeepsAsManyAsWereNeededAtOnce) {
  Buffers buffers;

  use(buffers, 40);

  EXPECT_EQ(buffers.idle(), 40U);
}

TEST(Buffers, GivesBackWhatWasNotNeededSinceTheLastTrim) {
  Buffers buffers;
  use(buffers, 40);
  buffers.trim();
  EXPECT_EQ(buffers.idle(), 40U);

  use(buffers, 25);
  buffers.trim();

  EXPECT_EQ(buffers.idle(), 25U);
}

TEST(Buffers, AlwaysKeepsAFew) {
  Buffers buffers;
  use(buffers, 40);

  buffers.trim();
  buffers.trim();
  buffers.trim();

  EXPECT_EQ(buffers.idle(), Buffers::kAlwaysKept);
}

TEST(Buffers, LendsTheOneThatWasGivenBackLast) {
  Buffers buffers;
  use(buffers, 2);
  Buffer first(buffers);
  const auto* const warm = first.data();
  first.give_back();

  EXPECT_EQ(Buffer(buffers).data(), warm);
}

}  // namespace
}  // namespace meridian
