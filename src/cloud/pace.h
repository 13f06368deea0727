#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.h"
#include "regions/place.h"

namespace meridian {

// Where the simulated cloud's caller is thought to be: in Oregon, beside us-west-2.
inline constexpr GeoPoint kOregon{.latitude = 45.84, .longitude = -119.7};

struct CloudPaceRules {
  GeoPoint origin = kOregon;
  double time_scale = 1;  // 0.05: twenty times as fast; 0: at once.
};

struct CloudPace {
  Duration round_trip{0};   // What even a refusal takes.
  Duration first_token{0};  // Round trip included.
  Duration per_token{0};
};

// How fast a region answers. A region has a character of its own, 150 to 350 ms before the first
// token and 15 to 25 ms a token, around which `request_hash` strews a tenth; reading the prompt
// takes 0.05 ms a token; the round trip follows from the distance.
CloudPace pace_of(std::string_view region,
                  std::int64_t tokens_in,
                  std::uint64_t request_hash,
                  const CloudPaceRules& rules);

}  // namespace meridian
