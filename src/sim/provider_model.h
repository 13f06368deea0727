#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/failure.h"
#include "base/rng.h"
#include "base/time.h"
#include "regions/fleet.h"
#include "sim/fault.h"

namespace meridian {

// How an endpoint behaves when nothing is wrong (routing-science 5.1, without queues): the first
// token comes after round trip + base + pace x tokens, the service part spread by a lognormal.
struct Pace {
  double round_trip_ms = 80;
  double base_ms = 250;
  double ms_per_token = 0.05;
  double sigma = 0.35;  // Of the lognormal.
  double ms_per_output_token = 15;
};

// What will come of one attempt, decided when it is sent.
struct Fate {
  std::optional<FailureKind>
      failure;  // Nothing: it is served. CutShort comes after the first token.
  std::optional<Duration> first_token;  // Nothing: none will come.
  Duration end{};                       // Of the answer, or until the failure shows; after sending.
  std::optional<Duration> retry_after;
};

// The simulated providers behind a fleet.
class ProviderModel {
 public:
  ProviderModel(const Fleet& fleet, std::vector<Pace> paces_by_endpoint, std::vector<Fault> faults);

  Fate send(const Deployment& to,
            std::int64_t input_tokens,
            std::int64_t output_tokens,
            TimePoint now,
            Rng& rng) const;

  std::span<const Fault> faults() const { return faults_; }

 private:
  Fate healthy(const Deployment& to,
               std::int64_t input_tokens,
               std::int64_t output_tokens,
               double slowdown,
               Rng& rng) const;
  bool account_blocked(const Deployment& to, TimePoint now) const;

  const Fleet& fleet_;
  std::vector<Pace> paces_;
  std::vector<Fault> faults_;
};

// Far above any deadline: what a black hole takes.
inline constexpr Duration kNever = std::chrono::hours(24);

}  // namespace meridian
