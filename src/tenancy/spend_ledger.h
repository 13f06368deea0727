#pragma once

#include <optional>
#include <string>

#include "base/money.h"
#include "base/time.h"
#include "tenancy/budget.h"

namespace meridian {

// What was spent on one budget in one of its periods, as it is kept beyond the end of the program.
struct Spend {
  std::string budget;  // Its name.
  WallTime first;      // When the budget was first in force: its periods are counted from there.
  WallTime began;      // The period that `amount` was spent in.
  MicroDollars amount;

  friend bool operator==(const Spend&, const Spend&) = default;
};

// One budget's books: when its period ends, and how much of what is spent has been handed over to
// be kept. What is kept may be added to by others (the program that this one takes over from, which
// still finishes its streams), and their spending counts here, too. The running total is the
// caller's, since many threads add to it. Pure: told the time.
class SpendLedger {
 public:
  // `kept`: what is known from before; nothing for a budget that is new. Spending of a period that
  // has ended is not taken over.
  SpendLedger(std::string name,
              const Budget& budget,
              const std::optional<Spend>& kept,
              WallTime now);

  // The total to begin with.
  MicroDollars opening() const { return known_; }

  WallTime began() const { return span_.began; }

  std::optional<WallTime> ends() const { return span_.ends; }

  // Another limit or period under the same name. What is spent stays spent: also what was spent
  // before a shorter period that is now in force began, since nobody knows when.
  void change(const Budget& budget, WallTime now);

  // True when the period has ended: the caller's total begins at 0 again. A clock that is set back
  // ends none.
  bool turn(WallTime now);

  // What has to be added to what is kept, of a running total of `total`; nothing: it is up to date.
  // Not asked for again: whoever keeps it holds on to it until it is kept.
  std::optional<Spend> unsaved(MicroDollars total);

  // The first thing to keep of a period, before anything is spent, so that a restart knows when it
  // began.
  Spend opened() const;

  // What is kept now, after an amount of ours was added. The result is what others have added,
  // which belongs into the caller's total.
  MicroDollars learn(const Spend& kept, MicroDollars ours);

 private:
  std::string name_;
  Budget budget_;
  WallTime first_;
  BudgetSpan span_;
  MicroDollars handed_;  // Of the caller's total: known from, or handed over to, what is kept.
  MicroDollars known_;   // What is kept, as far as has been heard.
};

}  // namespace meridian
