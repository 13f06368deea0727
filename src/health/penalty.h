#pragma once

#include <optional>

#include "base/time.h"

namespace meridian {

// Milliseconds that a deployment's score pays for what went wrong lately. Without it a region that
// fails in 50 ms looks like the fastest one and draws half of all traffic; without the stall part a
// black hole, where nothing ever fails, looks like a fast one until its first deadline.
class Penalty {
 public:
  void fault(std::optional<Duration> retry_after, TimePoint now);

  // A request without a first token is this much later than expected.
  void late_by(Duration lateness, TimePoint now);

  void success(TimePoint now);

  double ms(TimePoint now) const;

 private:
  void age(TimePoint now);

  double faults_ms_ = 0;
  double stall_ms_ = 0;
  TimePoint at_;
};

}  // namespace meridian
