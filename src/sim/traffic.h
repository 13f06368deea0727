#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "residency/policy.h"

namespace meridian {

// Who asks for what in a simulated world.
struct Traffic {
  struct Rule {
    Policy policy;
    double share = 1;  // Of the requests, relative to the other rules.
  };

  double requests_per_second = 5;
  std::vector<std::string> models{"claude"};  // Equally often.
  std::vector<Rule> rules{{}};
  double streamed = 0.8;         // Part of the requests.
  double leaves = 0.005;         // Part whose client gives up within two seconds.
  double bad = 0.01;             // Part that every provider answers with 400.
  double client_retries = 0.02;  // Part that is a client's own retry.
  double input_tokens_median = 1'000;
  double output_tokens_mean = 130;
  Duration timeout = std::chrono::seconds(60);  // Arrival to first content.
};

}  // namespace meridian
