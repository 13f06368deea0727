#pragma once

#include <expected>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tenancy/spend_ledger.h"

struct sqlite3;

namespace meridian {

// What was spent, kept in a SQLite file. Every call may wait for the disk. One thread at a time;
// several programs may have the same file open, and their amounts add up.
class SpendFile {
 public:
  // Makes the file and the folders above it where there are none. Failure: a sentence with the
  // path.
  static std::expected<SpendFile, std::string> open(const std::string& path);

  // All that is kept.
  std::expected<std::vector<Spend>, std::string> load();

  // Adds the amounts, all or none, and says what is kept of each budget then. An amount of a later
  // period takes the place of what was spent in an earlier one; one of an earlier period counts in
  // the later.
  std::expected<std::vector<Spend>, std::string> add(std::span<const Spend> amounts);

 private:
  struct Closing {
    void operator()(sqlite3* handle) const;
  };

  SpendFile(std::unique_ptr<sqlite3, Closing> handle, std::string path)
      : handle_(std::move(handle)), path_(std::move(path)) {}

  std::string trouble() const;

  std::unique_ptr<sqlite3, Closing> handle_;
  std::string path_;
};

}  // namespace meridian
