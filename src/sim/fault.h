#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/rng.h"
#include "base/time.h"
#include "regions/fleet.h"

namespace meridian {

// Something that is wrong with an endpoint (a region of a provider) for a while.
struct Fault {
  enum class Kind : std::uint8_t {
    Down,         // Connections are refused.
    BlackHole,    // Takes requests and never answers.
    Erroring,     // Answers 503 at once: the region that looks fastest.
    Slow,         // `amount` times as slow as always.
    Flaky,        // A part `amount` of requests ends in 503.
    RateLimited,  // A part `amount` of requests ends in 429, Retry-After 10 s.
    Retired,      // The model is not available there any more.
    NoMoney,      // The account behind it is blocked.
    Lying,        // A part `amount` of streams is cut after its first token.
    Flapping,     // Down in every other `period`.
  };

  Kind kind = Kind::Down;
  EndpointId endpoint{};
  TimePoint from;
  TimePoint until;
  double amount = 1;
  Duration period = std::chrono::seconds(10);
};

inline constexpr std::size_t kFaultKinds = 10;

std::string_view name_of(Fault::Kind kind);

// Whether the fault is at work; for flapping: in one of its bad periods.
bool active(const Fault& fault, TimePoint now);

// Whether anything of the fault lies in [from, until].
bool touches(const Fault& fault, TimePoint from, TimePoint until);

// Random faults for swarm testing (each run leaves out some kinds and spares some endpoints, or all
// runs would look alike), all within [from, until).
std::vector<Fault> random_faults(std::size_t endpoints, TimePoint from, TimePoint until, Rng& rng);

}  // namespace meridian
