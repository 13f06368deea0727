#pragma once

#include <cstdint>
#include <optional>

#include "base/failure.h"
#include "base/time.h"
#include "regions/fleet.h"

namespace meridian {

// What a worker or a probe saw. Facts are small values, sent to the one owner of health and applied
// there in order.
struct Fact {
  enum class Kind : std::uint8_t {
    Succeeded,    // First content (or a whole answer) arrived; more may follow.
    Finished,     // A stream or answer came to its proper end; carries the tokens used.
    Failed,       // An attempt ended by `failure`.
    Connected,    // A connect probe passed, with its round trip; neither resets nor reopens.
    ProbeOk,      // A completion probe passed: counts as a success, ends a half-open trial well.
    ProbeFailed,  // Either probe failed: a fault.
    Waiting,      // Still no first token after `elapsed`: a sign of a stall, before anything fails.
    TrialGivenUp,  // The client left a half-open trial: the lease goes back, nothing is learnt.
  };

  Kind kind = Kind::Succeeded;
  DeploymentId deployment{};
  bool trial = false;  // This attempt held the half-open lease.
  bool streamed = false;
  FailureKind failure = FailureKind::ServerError;
  std::optional<Duration> retry_after = std::nullopt;
  Duration
      elapsed{};  // To the first token; of a whole answer, to its end; of a probe, the round trip.
  std::int64_t input_tokens = 0;  // Uncached; an estimate until the provider says.
  std::int64_t output_tokens = 0;
};

}  // namespace meridian
