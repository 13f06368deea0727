#include "health/board.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "health/slot.h"

namespace meridian {

namespace {

std::int64_t micros(TimePoint time) {
  return time.time_since_epoch().count();
}

TimePoint at(std::int64_t time_us) {
  return TimePoint{Duration{time_us}};
}

Standing standing_of(Block::Kind kind) {
  switch (kind) {
    case Block::Kind::None:
      return Standing::Ready;
    case Block::Kind::Quota:
      return Standing::QuotaBlocked;
    case Block::Kind::Account:
      return Standing::AccountBlocked;
    case Block::Kind::Configuration:
      return Standing::Misconfigured;
    case Block::Kind::Drained:
      return Standing::Draining;
  }
  MERIDIAN_CHECK(false);
}

}  // namespace

Board::Board(std::size_t deployments) : slots_(deployments) {}

Board::~Board() = default;

Board::Brief Board::brief(DeploymentId id, TimePoint now) const {
  const auto& slot = slots_[index_of(id)];
  const auto block = Block::unpack(slot.block.load(std::memory_order_acquire));
  const auto breaker = Breaker::unpack(slot.breaker.load(std::memory_order_acquire));
  const std::int64_t time = micros(now);
  if (block.kind == Block::Kind::Drained) {
    return {.standing = Standing::Draining, .until = {}, .share = breaker.share};
  }
  if (block.kind != Block::Kind::None && time < block.until_us) {
    return {standing_of(block.kind), at(block.until_us), breaker.share};
  }
  if (!breaker.open) {
    return {.standing = Standing::Ready, .until = {}, .share = breaker.share};
  }
  if (time < breaker.until_us) {
    return {Standing::Resting, at(breaker.until_us), breaker.share};
  }
  const auto trial_until = slot.trial_until_us.load(std::memory_order_acquire);
  if (time < trial_until) {
    return {Standing::Resting, at(trial_until), breaker.share};
  }
  return {Standing::TrialDue, at(breaker.until_us), breaker.share};
}

HealthView Board::view(DeploymentId id, TimePoint now) const {
  const auto& slot = slots_[index_of(id)];
  const auto relaxed = std::memory_order_relaxed;
  const auto state = brief(id, now);
  return {.standing = state.standing,
          .until = state.until,
          .share = state.share,
          .measured = slot.measured.load(relaxed),
          .base_ms = slot.base_ms.load(relaxed),
          .ms_per_token = slot.ms_per_token.load(relaxed),
          .slowness = slot.slowness.load(relaxed),
          .penalty_ms = slot.penalty_ms.load(relaxed),
          .round_trip_ms = slot.round_trip_ms.load(relaxed),
          .waiting = slot.waiting.load(relaxed),
          .in_flight = slot.in_flight.load(relaxed),
          .recent_successes = slot.recent_successes.load(relaxed),
          .requests_this_minute = slot.requests_this_minute.load(relaxed),
          .tokens_this_minute = slot.tokens_this_minute.load(relaxed)};
}

bool Board::take_trial(DeploymentId id, TimePoint now, Duration trial_max) {
  auto& slot = slots_[index_of(id)];
  const auto before = slot.breaker.load(std::memory_order_acquire);
  const auto breaker = Breaker::unpack(before);
  if (!breaker.open || micros(now) < breaker.until_us) {
    return false;
  }
  auto held_until = slot.trial_until_us.load(std::memory_order_acquire);
  const auto mine_until = micros(now + trial_max);
  if (micros(now) < held_until || !slot.trial_until_us.compare_exchange_strong(
                                      held_until, mine_until, std::memory_order_acq_rel)) {
    return false;
  }
  // The owner may have decided an earlier trial between the two reads: then this lease belongs to a
  // rest that has not ended, or to one that is over altogether.
  if (slot.breaker.load(std::memory_order_acquire) != before) {
    auto mine = mine_until;
    slot.trial_until_us.compare_exchange_strong(mine, 0, std::memory_order_acq_rel);
    return false;
  }
  return true;
}

Board::Lease::Lease(Board& board, DeploymentId id) : board_(&board), id_(id), waiting_(true) {
  auto& slot = board_->slots_[index_of(id_)];
  slot.waiting.fetch_add(1, std::memory_order_relaxed);
  slot.in_flight.fetch_add(1, std::memory_order_relaxed);
}

Board::Lease::Lease(Lease&& other) noexcept
    : board_(std::exchange(other.board_, nullptr)), id_(other.id_), waiting_(other.waiting_) {}

Board::Lease& Board::Lease::operator=(Lease&& other) noexcept {
  Lease taken(std::move(other));
  std::swap(board_, taken.board_);
  std::swap(id_, taken.id_);
  std::swap(waiting_, taken.waiting_);
  return *this;
}

Board::Lease::~Lease() {
  if (board_ != nullptr) {
    first_token();
    board_->slots_[index_of(id_)].in_flight.fetch_sub(1, std::memory_order_relaxed);
  }
}

void Board::Lease::first_token() {
  if (board_ != nullptr && std::exchange(waiting_, false)) {
    board_->slots_[index_of(id_)].waiting.fetch_sub(1, std::memory_order_relaxed);
  }
}

}  // namespace meridian
