#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/failure.h"
#include "base/rng.h"
#include "base/time.h"
#include "config/settings.h"
#include "health/board.h"

namespace meridian {

// One routing decision that somebody asks about, without sending anything.
struct ExplainQuestion {
  std::string model;
  std::vector<std::string> allowed;  // Words of a residency rule, on top of the settings'.
  std::string from;                  // The user's country; empty = not known.
  std::vector<std::string> down;     // Regions or labels to take as resting.
  bool batch = false;
  std::int64_t input_tokens = 0;
  std::uint64_t seed = 1;  // Of the dice that a weighted choice throws.
  bool json = false;
};

// From a query: model=, allowed=eu,DE, from=DE, down=us-west-2, workload=batch, tokens=1000,
// seed=7. Failure: BadRequest with what to write.
Result<ExplainQuestion> read_question(std::string_view query);

// The plan in words or JSON, as this gateway would make it now. With `down`, health is imagined:
// those regions rest, and everyone else is well. Failure: a word that nobody knows.
Result<std::string> explain(const ExplainQuestion& question,
                            const Settings& settings,
                            const Board& board,
                            TimePoint now);

}  // namespace meridian
