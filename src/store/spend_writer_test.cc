#include "store/spend_writer.h"

#include <cstdlib>
#include <filesystem>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

namespace meridian {

namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr WallTime kNow{std::chrono::seconds(1'795'000'000)};

class SpendWriterTest : public testing::Test {
 public:
  ~SpendWriterTest() override { fs::remove_all(folder_); }

  SpendWriterTest(const SpendWriterTest&) = delete;
  SpendWriterTest& operator=(const SpendWriterTest&) = delete;

 protected:
  SpendWriterTest() {
    std::string name = (fs::temp_directory_path() / "meridian-store-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }

  std::string path() const { return (folder_ / "state.db").string(); }

  std::vector<Spend> kept() const { return SpendFile::open(path())->load().value(); }

  fs::path folder_;
};

SpendWriter::Listener deaf() {
  return {.kept = [](const std::vector<KeptSpend>&) {}, .trouble = [](const std::string&) {}};
}

TEST_F(SpendWriterTest, WritesWhatWaitsAtItsEnd) {
  {
    SpendWriter writer(SpendFile::open(path()).value(), deaf());
    writer.add({{"all", kNow, kNow, {5}}});
    writer.add({{"all", kNow, kNow, {6}}, {"one", kNow, kNow, {1}}});
  }
  EXPECT_THAT(kept(), ElementsAre(Spend{"all", kNow, kNow, {11}}, Spend{"one", kNow, kNow, {1}}));
}

TEST_F(SpendWriterTest, TellsWhatIsKeptAndHowMuchOfItIsOurs) {
  ASSERT_TRUE(SpendFile::open(path())->add(std::vector<Spend>{{"all", kNow, kNow, {100}}}));
  std::promise<std::vector<KeptSpend>> news;
  auto listener = deaf();
  listener.kept = [&](std::vector<KeptSpend> kept) { news.set_value(std::move(kept)); };
  SpendWriter writer(SpendFile::open(path()).value(), listener);
  writer.add({{"all", kNow, kNow, {5}}});

  const auto told = news.get_future().get();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told.front().kept, (Spend{"all", kNow, kNow, {105}}));
  EXPECT_EQ(told.front().ours, MicroDollars{5});
}

// Another program holds the file for longer than a write waits; then it lets go.
TEST_F(SpendWriterTest, KeepsWhatCannotBeWrittenUntilItCan) {
  std::promise<std::string> trouble;
  std::promise<void> over;
  auto listener = deaf();
  listener.trouble = [&](const std::string& why) {
    why.empty() ? over.set_value() : trouble.set_value(why);
  };
  SpendWriter writer(SpendFile::open(path()).value(), listener);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN EXCLUSIVE", nullptr, nullptr, nullptr), SQLITE_OK);
  writer.add({{"all", kNow, kNow, {5}}});
  EXPECT_THAT(trouble.get_future().get(), HasSubstr("locked"));
  writer.add({{"all", kNow, kNow, {6}}});
  sqlite3_close(other);

  over.get_future().get();
  EXPECT_THAT(kept(), ElementsAre(Spend{"all", kNow, kNow, {11}}));
}

}  // namespace

}  // namespace meridian
