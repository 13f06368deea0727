#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "store/spend_file.h"
#include "tenancy/spend_ledger.h"

namespace meridian {

// What is kept of a budget now, after `ours` was added to it.
struct KeptSpend {
  Spend kept;
  MicroDollars ours;
};

// Adds amounts to a SpendFile on a thread of its own, so that nobody waits for a disk. What cannot
// be written stays, added up by budget and so bounded, and is tried again every second.
class SpendWriter {
 public:
  // Both are called on the writer's thread.
  struct Listener {
    std::function<void(std::vector<KeptSpend>)> kept;
    // Writing fails, and why; told when it begins and every minute. Empty: it works again.
    std::function<void(const std::string& why)> trouble;
  };

  SpendWriter(SpendFile file, Listener listener);
  // Writes what waits, once, and waits for that two seconds at most.
  ~SpendWriter();
  SpendWriter(const SpendWriter&) = delete;
  SpendWriter& operator=(const SpendWriter&) = delete;

  // Any thread may call. Does not wait.
  void add(std::vector<Spend> amounts);

 private:
  struct State;

  // Two owners: this and the thread, which may outlive this inside a write that never ends.
  std::shared_ptr<State> state_;
  std::thread thread_;
};

}  // namespace meridian
