#include "store/spend_file.h"

#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace meridian {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr WallTime kNow{std::chrono::seconds(1'795'000'000)};

class SpendFileTest : public testing::Test {
 public:
  ~SpendFileTest() override { fs::remove_all(folder_); }

  SpendFileTest(const SpendFileTest&) = delete;
  SpendFileTest& operator=(const SpendFileTest&) = delete;

 protected:
  SpendFileTest() {
    std::string name = (fs::temp_directory_path() / "meridian-store-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }

  std::string path() const { return (folder_ / "deep" / "state.db").string(); }

  fs::path folder_;
};

TEST_F(SpendFileTest, IsEmptyWhenItIsNew) {
  auto file = SpendFile::open(path());
  ASSERT_TRUE(file) << file.error();
  EXPECT_THAT(file->load().value(), ElementsAre());
}

TEST_F(SpendFileTest, KeepsWhatWasAddedBeyondItsEnd) {
  {
    auto file = SpendFile::open(path());
    ASSERT_TRUE(file->add(std::vector<Spend>{{"all", kNow, kNow, {5}}, {"one", kNow, kNow, {7}}}));
    ASSERT_TRUE(file->add(std::vector<Spend>{{"all", kNow, kNow, {20}}}));
  }
  auto again = SpendFile::open(path());
  EXPECT_THAT(again->load().value(),
              ElementsAre(Spend{"all", kNow, kNow, {25}}, Spend{"one", kNow, kNow, {7}}));
}

TEST_F(SpendFileTest, SaysWhatIsKeptThen) {
  auto file = SpendFile::open(path());
  ASSERT_TRUE(file->add(std::vector<Spend>{{"all", kNow, kNow, {5}}}));
  EXPECT_THAT(file->add(std::vector<Spend>{{"all", kNow + 9s, kNow, {6}}}).value(),
              ElementsAre(Spend{"all", kNow, kNow, {11}}));
}

TEST_F(SpendFileTest, ALaterPeriodBeginsAtNothing) {
  auto file = SpendFile::open(path());
  ASSERT_TRUE(file->add(std::vector<Spend>{{"all", kNow, kNow, {500}}}));
  EXPECT_THAT(file->add(std::vector<Spend>{{"all", kNow, kNow + 24h, {6}}}).value(),
              ElementsAre(Spend{"all", kNow, kNow + 24h, {6}}));
}

TEST_F(SpendFileTest, AnEarlierPeriodsSpendingCountsInTheLater) {
  auto file = SpendFile::open(path());
  ASSERT_TRUE(file->add(std::vector<Spend>{{"all", kNow, kNow + 24h, {500}}}));
  EXPECT_THAT(file->add(std::vector<Spend>{{"all", kNow, kNow, {6}}}).value(),
              ElementsAre(Spend{"all", kNow, kNow + 24h, {506}}));
}

TEST_F(SpendFileTest, AddsUpWhatTwoProgramsSpend) {
  auto one = SpendFile::open(path());
  auto other = SpendFile::open(path());
  ASSERT_TRUE(one->add(std::vector<Spend>{{"all", kNow, kNow, {5}}}));
  EXPECT_THAT(other->add(std::vector<Spend>{{"all", kNow, kNow, {6}}}).value(),
              ElementsAre(Spend{"all", kNow, kNow, {11}}));
  EXPECT_THAT(one->load().value(), ElementsAre(Spend{"all", kNow, kNow, {11}}));
}

TEST_F(SpendFileTest, SaysWhichFileCannotBeOpened) {
  const auto file = SpendFile::open("/dev/null/state.db");
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error(), HasSubstr("/dev/null/state.db"));
}

TEST_F(SpendFileTest, RefusesAFileOfAnotherKind) {
  fs::create_directories(folder_ / "deep");
  std::FILE* const out = std::fopen(path().c_str(), "w");
  std::fputs("This is no database, and it is long enough to be looked at as one.", out);
  std::fclose(out);
  const auto file = SpendFile::open(path());
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error(), HasSubstr("not a database"));
}

}  // namespace

}  // namespace meridian
