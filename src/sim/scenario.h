#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace meridian {

// Runs a scenario, a timeline that an operator can read, through the real planner, pursuit and
// health code, and compares what happens with what it says. Returns one sentence a difference
// ("line 6: expected `us-east-1 ok`, got `us-west-2 ok`"); nothing: all as written. A line that
// cannot be read is a difference too, and ends the run.
//
//   fleet  claude: us-west-2 p1, us-east-1 p2 w3 account b        a group; once for each
//   rules  retries 2, allowed fails 2, rest 60s, strategy latency-based-routing, slow start 30s
//   rules  fallback claude -> haiku
//   at 0s  us-west-2 down        or: up, erroring, black hole, rate limited 20s, no money, retired
//   at 1s  us-west-2 is resting  or: ready, trial due, rate limited, out of money, misconfigured
//   at 1s  us-west-2 share 50%   of its weight, while it comes back
//   at 1s  open 2 at us-west-2   that many requests stay open there from now on
//   at 1s  ask claude allowed eu retries 1   -> us-west-2 (refused connection), us-east-1 ok
//   at 1s  ask claude 1000 times             -> us-west-2 70%, us-east-1 30%
//
// Times do not go back. Shares are those of the first attempts' successes and hold within 4 sigma.
// `trial` and `panic` mark an attempt; a request ends in `ok`, `failed`, `refused`, `residency`,
// `unavailable`, `rate limited` or `unknown model`.
std::vector<std::string> run_scenario(std::string_view text);

}  // namespace meridian
