#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "regions/location.h"

namespace meridian {

// What a rule makes of the facts.
struct Derived {
  Location location;
  // The facts say where, or that it may be anywhere: a `region_name` that says otherwise is a
  // mistake. Not settled: the facts leave it open, and a `region_name` merely proves nothing.
  bool settled = false;
};

// In this place and nowhere else.
Derived only_in(const Place& place, std::string reason);

// In any of these places. `sent_to`: the place that it is sent to, for distance.
Derived somewhere_in(std::string_view region,
                     const PlaceSet& possible,
                     const Place* sent_to,
                     std::string reason);

// The rule is known, and it promises nothing.
Derived anywhere(std::string_view region, std::string reason);

// No rule is known, or it lacks a fact.
Derived unknown(std::string_view region, std::string reason);

// What an operator's word stands for, as places of processing: a region is itself, a country or a
// group is "somewhere in it". Nothing: no such word.
std::optional<PlaceSet> places_declared(std::string_view word);

// The same for a word of ours, which must be one.
PlaceSet places_we_name(std::string_view word);

// By the operator's word; unknown when it is none.
Derived as_declared(std::string_view word);

}  // namespace meridian
