#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace meridian {

// One request that reached the simulated cloud.
struct TrafficEntry {
  std::uint64_t seq = 0;     // From 1 on, without gaps.
  std::int64_t wall_ms = 0;  // Since the epoch.
  std::string region;
  std::string host;
  std::string operation;
  std::string model;
  int status = 0;           // 0: no answer was given, because of a fault.
  std::size_t bytes = 0;    // Of the body.
  std::string prompt_hash;  // of_prompt; empty where there is no prompt.
  bool probe = false;       // Asked for one token, or said x-meridian-probe.
  std::string fault;        // That was in force: "slow 8"; empty: none.
  std::string outcome;      // "under way", then "whole", "cut", "reset", "silent" or "client left".
};

// What reached which region: the proof of residency. The last kEntriesMax are kept. Any thread.
class TrafficLog {
 public:
  static constexpr std::size_t kEntriesMax = 200'000;

  explicit TrafficLog(std::size_t entries_max = kEntriesMax) : entries_max_(entries_max) {}

  // Its number.
  std::uint64_t add(TrafficEntry entry);

  // How it ended, if it is still kept.
  void close(std::uint64_t seq, std::string_view outcome);

  struct Page {
    std::vector<TrafficEntry> entries;  // The oldest first.
    std::uint64_t last = 0;             // The number of the newest entry of all.
    std::uint64_t lost = 0;             // Entries after `since` that are no longer kept.
  };

  // At most `entries_max` entries with a number above `since`.
  Page after(std::uint64_t since, std::size_t entries_max) const;

  // Forgets all entries; numbers go on.
  void clear();

 private:
  const std::size_t entries_max_;
  mutable std::mutex mutex_;
  std::vector<TrafficEntry> ring_;  // Entry n is at (n - 1) % entries_max_.
  std::uint64_t last_ = 0;
  std::uint64_t cleared_ = 0;  // Entries up to this one have been forgotten.
};

// The first 16 hexadecimal digits of SHA-256 of the first 64 bytes of the last user message: enough
// to find a request again, too little to read it.
std::string of_prompt(std::string_view last_words);

}  // namespace meridian
