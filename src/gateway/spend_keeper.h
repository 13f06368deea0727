#pragma once

#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"
#include "gateway/spend_meter.h"
#include "store/spend_writer.h"
#include "tenancy/spend_ledger.h"

namespace meridian {

class LogWriter;

// Keeps the books of the budget: reads what was spent before, begins it anew when its period has
// ended, and has what is spent written to the state file once a second. Everything runs on the
// owner's thread. Without a budget it does nothing and touches no file.
class SpendKeeper {
 public:
  // `post` runs a function on the owner's thread, later.
  SpendKeeper(std::function<void(std::function<void()>)> post, LogWriter& log);
  ~SpendKeeper();
  SpendKeeper(const SpendKeeper&) = delete;
  SpendKeeper& operator=(const SpendKeeper&) = delete;

  // The meter for these settings; null where they have no budget. Failure: the state file cannot be
  // used, so the budget could not be kept; nothing has changed.
  std::expected<std::shared_ptr<SpendMeter>, std::string> meter_for(const Settings& settings,
                                                                    WallTime now);

  // About ten times a second.
  void tick(WallTime now);

 private:
  std::expected<void, std::string> open(const std::string& path);
  SpendWriter::Listener listener(const std::string& path);
  void learn(const std::vector<KeptSpend>& news);
  void save();

  std::function<void(std::function<void()>)> post_;
  LogWriter& log_;
  std::string path_;         // Of what `writer_` writes to; empty: nothing is kept.
  std::vector<Spend> kept_;  // As it was when the file was opened.
  std::shared_ptr<SpendMeter> meter_;
  std::unique_ptr<SpendLedger> ledger_;  // There is one while there is a meter.
  WallTime saved_;
  std::unique_ptr<SpendWriter> writer_;  // Last: its thread uses the rest.
};

}  // namespace meridian
