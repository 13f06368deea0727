#include "store/spend_file.h"

#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

namespace meridian {

namespace {

constexpr int kBusyMs = 2'000;  // Another program writes for some milliseconds.

// Seconds since the epoch, and millionths of a dollar. `user_version` is the version of this.
constexpr const char* kTables =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "CREATE TABLE IF NOT EXISTS spend ("
    "  budget TEXT PRIMARY KEY,"
    "  first INTEGER NOT NULL,"
    "  began INTEGER NOT NULL,"
    "  amount INTEGER NOT NULL"
    ") WITHOUT ROWID, STRICT;"
    "PRAGMA user_version = 1;";

constexpr const char* kLoad = "SELECT budget, first, began, amount FROM spend ORDER BY budget";

constexpr const char* kAdd =
    "INSERT INTO spend (budget, first, began, amount) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (budget) DO UPDATE SET "
    "  amount = iif(excluded.began > began, 0, amount) + excluded.amount,"
    "  began = max(began, excluded.began) "
    "RETURNING budget, first, began, amount";

struct Finalizing {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

using Statement = std::unique_ptr<sqlite3_stmt, Finalizing>;

Statement prepare(sqlite3* handle, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(handle, sql, -1, &statement, nullptr);
  return Statement(statement);
}

std::int64_t seconds_of(WallTime time) {
  return time.time_since_epoch().count();
}

WallTime time_of(std::int64_t seconds) {
  return WallTime(std::chrono::seconds(seconds));
}

Spend row_of(sqlite3_stmt* statement) {
  Spend spend;
  const auto* const name = sqlite3_column_text(statement, 0);
  const auto bytes = static_cast<std::size_t>(sqlite3_column_bytes(statement, 0));
  for (const auto c : std::span(name, bytes)) {
    spend.budget += static_cast<char>(c);
  }
  spend.first = time_of(sqlite3_column_int64(statement, 1));
  spend.began = time_of(sqlite3_column_int64(statement, 2));
  spend.amount = {sqlite3_column_int64(statement, 3)};
  return spend;
}

// False: read why from the handle.
bool add_one(sqlite3_stmt* statement, const Spend& spend, std::vector<Spend>& kept) {
  sqlite3_reset(statement);
  sqlite3_bind_text(
      statement, 1, spend.budget.data(), static_cast<int>(spend.budget.size()), nullptr);
  sqlite3_bind_int64(statement, 2, seconds_of(spend.first));
  sqlite3_bind_int64(statement, 3, seconds_of(spend.began));
  sqlite3_bind_int64(statement, 4, spend.amount.value);
  if (sqlite3_step(statement) != SQLITE_ROW) {
    return false;
  }
  kept.push_back(row_of(statement));
  return sqlite3_step(statement) == SQLITE_DONE;
}

}  // namespace

void SpendFile::Closing::operator()(sqlite3* handle) const {
  sqlite3_close(handle);
}

std::string SpendFile::trouble() const {
  return fmt::format("the state file {}: {}", path_, sqlite3_errmsg(handle_.get()));
}

std::expected<SpendFile, std::string> SpendFile::open(const std::string& path) {
  std::error_code failed;
  if (const auto folder = std::filesystem::path(path).parent_path(); !folder.empty()) {
    std::filesystem::create_directories(folder, failed);
    if (failed) {
      return std::unexpected(fmt::format("the state file {}: {}", path, failed.message()));
    }
  }
  sqlite3* handle = nullptr;
  const int opened =
      sqlite3_open_v2(path.c_str(),
                      &handle,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                      nullptr);
  SpendFile file(std::unique_ptr<sqlite3, Closing>(handle), path);
  if (opened != SQLITE_OK) {
    return std::unexpected(file.trouble());
  }
  sqlite3_busy_timeout(handle, kBusyMs);
  if (sqlite3_exec(handle, kTables, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return std::unexpected(file.trouble());
  }
  return file;
}

std::expected<std::vector<Spend>, std::string> SpendFile::load() {
  std::vector<Spend> kept;
  const auto statement = prepare(handle_.get(), kLoad);
  int step = statement ? sqlite3_step(statement.get()) : SQLITE_ERROR;
  while (step == SQLITE_ROW) {
    kept.push_back(row_of(statement.get()));
    step = sqlite3_step(statement.get());
  }
  if (step != SQLITE_DONE) {
    return std::unexpected(trouble());
  }
  return kept;
}

std::expected<std::vector<Spend>, std::string> SpendFile::add(std::span<const Spend> amounts) {
  std::vector<Spend> kept;
  kept.reserve(amounts.size());
  auto* const handle = handle_.get();
  if (sqlite3_exec(handle, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) != SQLITE_OK) {
    return std::unexpected(trouble());
  }
  const auto statement = prepare(handle, kAdd);
  bool good = statement != nullptr;
  for (const auto& spend : amounts) {
    good = good && add_one(statement.get(), spend, kept);
  }
  good = good && sqlite3_exec(handle, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK;
  if (!good) {
    auto why = trouble();
    sqlite3_exec(handle, "ROLLBACK", nullptr, nullptr, nullptr);
    return std::unexpected(std::move(why));
  }
  return kept;
}

}  // namespace meridian
