#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/failure.h"
#include "base/rng.h"
#include "base/time.h"
#include "health/rules.h"
#include "health/window.h"

namespace meridian {

// "timed out", "connection failed": a failure's kind in an event's words.
std::string_view words_for(FailureKind kind);

// The circuit breaker of one deployment.
//
//   closed --(n faults in a row, or in an exact 10 s window of >= 10 results less than 80 % ok)-->
//   open open   --(rest over)--> due: one trial due    --(trial passed)--> closed, with slow start
//   --(trial failed)--> open, twice as long
//
// The rest is the cooldown, or the provider's Retry-After, with a little jitter so that gateways do
// not return in step. Owned by the HealthBook; time and dice come in.
class CircuitBreaker {
 public:
  explicit CircuitBreaker(const HealthRules& rules) : rules_(rules), rest_(rules.cooldown) {}

  bool open() const { return open_; }

  bool due(TimePoint now) const { return open_ && now >= until_; }

  TimePoint until() const { return until_; }

  bool opened_by_endpoint() const { return by_endpoint_; }

  // Part of its share that it gets: 10 % right after a rest, all of it after `slow_start`.
  double share(TimePoint now) const;

  void success(TimePoint now);

  struct Fault {
    FailureKind kind = FailureKind::ServerError;
    std::optional<Duration> retry_after = std::nullopt;
  };

  // A fault while closed. Opens when it was one too many, and then says why.
  std::optional<std::string> fault(const Fault& fault, TimePoint now, Rng& rng);

  // Opens because the whole endpoint is at fault. False when the rules forbid a rest.
  bool rest_with_endpoint(TimePoint now, Rng& rng);

  // Open until `until`, then one trial: after a block that only a request can find ended.
  void open_until(TimePoint until);

  void trial_passed(TimePoint now);
  void trial_failed(const Fault& fault, TimePoint now, Rng& rng);

  // How many faults of this kind in a row open it, at least 1.
  int threshold(FailureKind kind) const;

  std::uint32_t recent_successes(TimePoint now);

  // Takes over the state of another, and keeps its own rules.
  void adopt(const CircuitBreaker& before);

 private:
  bool may_rest() const { return !rules_.disabled && rules_.cooldown > Duration::zero(); }

  Duration rest_max() const;
  void start_rest(Duration rest, TimePoint now, Rng& rng);
  bool ramping(TimePoint now) const;
  int& counter(FailureKind kind);

  HealthRules rules_;
  bool open_ = false;
  bool by_endpoint_ = false;
  TimePoint until_;
  Duration rest_;                       // Of the present or the last rest, before jitter.
  std::optional<TimePoint> closed_at_;  // The last time that a trial passed.

  // In halves: a stream cut after its first token counts half.
  int faults_in_a_row_ = 0;
  int rate_limits_in_a_row_ = 0;
  int refusals_in_a_row_ = 0;
  int policies_in_a_row_ = 0;
  int bad_requests_in_a_row_ = 0;

  Window<10> oks_{std::chrono::seconds(1)};
  Window<10> faults_{std::chrono::seconds(1)};  // In halves.
};

}  // namespace meridian
