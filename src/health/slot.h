#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "health/board.h"

namespace meridian {

// The inside of a board's slot, shared by Board (reads) and HealthBook (writes).
//
// Two words carry what must never be torn: whether the breaker is open and until when, and which
// block holds and until when. A block and a breaker overlap (a 429 during a rest), and each ends by
// itself at its own time, between two ticks of the owner; so they are two words and not one. The
// estimates are separate: a score made of two neighbouring updates is as good as either.

// Times are microseconds of the steady clock: 54 bits last 570 years.
struct Breaker {
  bool open = false;
  std::int64_t until_us = 0;
  double share = 1;  // In steps of 1/256.

  std::uint64_t pack() const {
    const auto share_steps = static_cast<std::uint64_t>(std::clamp(share * 256, 1.0, 256.0));
    const auto until = static_cast<std::uint64_t>(std::max<std::int64_t>(until_us, 0));
    return (until << 10U) | ((share_steps - 1) << 1U) | (open ? 1U : 0U);
  }

  static Breaker unpack(std::uint64_t word) {
    return {.open = (word & 1U) != 0,
            .until_us = static_cast<std::int64_t>(word >> 10U),
            .share = static_cast<double>(((word >> 1U) & 255U) + 1) / 256};
  }
};

struct Block {
  enum class Kind : std::uint8_t { None, Quota, Account, Configuration, Drained };

  Kind kind = Kind::None;
  std::int64_t until_us = 0;

  std::uint64_t pack() const {
    const auto until = static_cast<std::uint64_t>(std::max<std::int64_t>(until_us, 0));
    return (until << 3U) | static_cast<std::uint64_t>(kind);
  }

  static Block unpack(std::uint64_t word) {
    return {.kind = static_cast<Kind>(word & 7U),
            .until_us = static_cast<std::int64_t>(word >> 3U)};
  }
};

struct alignas(64) Board::Slot {
  std::atomic<std::uint64_t> breaker{Breaker{}.pack()};
  std::atomic<std::uint64_t> block{0};
  std::atomic<std::int64_t> trial_until_us{0};  // Also written by workers, by compare-and-swap.
  std::atomic<float> base_ms{0};
  std::atomic<float> ms_per_token{0};
  std::atomic<float> slowness{1};
  std::atomic<float> penalty_ms{0};
  std::atomic<float> round_trip_ms{0};
  std::atomic<std::uint32_t> recent_successes{0};
  std::atomic<std::int64_t> requests_this_minute{0};
  // On a line of their own: workers count here with every request.
  alignas(64) std::atomic<std::uint32_t> waiting{0};
  std::atomic<std::uint32_t> in_flight{0};
  std::atomic<std::int64_t> tokens_this_minute{0};
  std::atomic<bool> measured{false};
};

}  // namespace meridian
