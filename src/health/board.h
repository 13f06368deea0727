#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.h"
#include "health/view.h"
#include "regions/fleet.h"

namespace meridian {

// Where the owner of health publishes and every worker reads, without a lock: one slot of plain
// atomics a deployment. Any thread may call any member.
//
// Two parts of a slot are written by workers themselves because they must be right at once: the
// counts of open requests (through Lease) and the half-open trial (one compare-and-swap, so that of
// all threads exactly one gets it; it expires, so that a lost holder blocks nobody for ever).
class Board {
 public:
  explicit Board(std::size_t deployments);
  ~Board();
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  HealthView view(DeploymentId id, TimePoint now) const;

  // The part of a view that decides whether somebody may be used: cheaper, for scans of large
  // groups.
  struct Brief {
    Standing standing = Standing::Ready;
    TimePoint until;
    double share = 1;
  };

  Brief brief(DeploymentId id, TimePoint now) const;

  // True for exactly one caller until the trial is decided (by a Fact with `trial`) or `trial_max`
  // has passed.
  bool take_trial(DeploymentId id, TimePoint now, Duration trial_max);

  // An open request counts against a deployment for as long as its lease lives.
  class Lease {
   public:
    Lease() = default;
    Lease(Board& board, DeploymentId id);
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease();

    void first_token();  // It no longer waits, but is still open.

   private:
    Board* board_ = nullptr;
    DeploymentId id_{};
    bool waiting_ = false;
  };

 private:
  friend class HealthBook;

  struct Slot;

  std::vector<Slot> slots_;  // Never resized: a slot does not move.
};

}  // namespace meridian
