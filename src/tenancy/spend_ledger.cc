#include "tenancy/spend_ledger.h"

#include <algorithm>
#include <utility>

namespace meridian {

SpendLedger::SpendLedger(std::string name,
                         const Budget& budget,
                         const std::optional<Spend>& kept,
                         WallTime now)
    : name_(std::move(name)),
      budget_(budget),
      first_(kept ? kept->first : now),
      span_(span_at(budget, first_, now)) {
  if (kept && kept->began >= span_.began) {
    known_ = kept->amount;
    handed_ = kept->amount;
    // Kept while the clock was ahead: that period goes on until it has really ended.
    span_ = span_at(budget, first_, std::max(now, kept->began));
  }
}

void SpendLedger::change(const Budget& budget, WallTime now) {
  const auto began = span_.began;
  budget_ = budget;
  span_ = span_at(budget, first_, now);
  if (span_.began > began) {
    handed_ = {};  // All of it is kept anew, as spent in the shorter period.
    known_ = {};
  }
}

bool SpendLedger::turn(WallTime now) {
  if (!span_.ends || now < *span_.ends) {
    return false;
  }
  span_ = span_at(budget_, first_, now);
  handed_ = {};
  known_ = {};
  return true;
}

std::optional<Spend> SpendLedger::unsaved(MicroDollars total) {
  const auto amount = total - handed_;
  if (amount.value <= 0) {
    return std::nullopt;
  }
  handed_ = total;
  return Spend{name_, first_, span_.began, amount};
}

Spend SpendLedger::opened() const {
  return {name_, first_, span_.began, {}};
}

MicroDollars SpendLedger::learn(const Spend& kept, MicroDollars ours) {
  if (kept.began < span_.began || (span_.ends && kept.began >= *span_.ends)) {
    return {};  // Of a period that has ended here, or has not begun here.
  }
  const auto others = std::max(kept.amount - known_ - ours, MicroDollars{});
  known_ = kept.amount;
  handed_ = handed_ + others;
  return others;
}

}  // namespace meridian
