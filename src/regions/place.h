#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.h"

namespace meridian {

// Where data can be processed, as finely as anybody promises it: a region of a cloud, or, where a
// provider promises no more, "somewhere in this country".
enum class PlaceId : std::uint16_t {};

enum class Cloud : std::uint8_t { Aws, Google, Azure, None };  // None: a country as a whole.

struct GeoPoint {
  double latitude = 0;
  double longitude = 0;
};

struct Place {
  PlaceId id{};
  std::string_view name;  // "eu-west-1", "europe-west1", "westeurope"; a country's is "in DE".
  Cloud cloud = Cloud::None;
  std::string_view country;  // ISO 3166-1 alpha-2.
  std::string_view city;     // For people; empty for a country.
  GeoPoint where;            // About; of a country, about its middle.
};

inline constexpr std::size_t kPlacesMax = 448;

// The set is how residency is decided: a deployment's possible places must all be allowed ones.
using PlaceSet = std::bitset<kPlacesMax>;

// "Somewhere that nobody names." In the possible places of a deployment that may be processed
// anywhere or whose rule is not known, and in no rule: so unknown is never allowed.
inline constexpr PlaceId kElsewhere{0};

constexpr std::size_t index_of(PlaceId id) {
  return static_cast<std::size_t>(id);
}

PlaceSet place_set(PlaceId id);

// True when everything in `possible` is allowed, and something is.
bool within(const PlaceSet& possible, const PlaceSet& allowed);

// All places but kElsewhere, by id from 1 on: AWS's partitions, Google's and Azure's region lists
// as of November 2026, and every country of ISO 3166-1. Made at the first call, from any thread.
std::span<const Place> places();

const Place& place(PlaceId id);  // Not for kElsewhere.

// A cloud's region by its own name; case does not matter, nor do blanks ("West Europe").
const Place* find_region(std::string_view name);

// The place "somewhere in this country", by its ISO code in either case.
const Place* find_country(std::string_view code);

// What a rule's word stands for: a region, a country ("DE", "de", "in DE"), or a group ("eu",
// "eea", "europe", "uk", "na", "latam", "apac", "me", "middle-east", "africa", "emea", "us-gov"). A
// region is that region alone: AWS's eu-west-1 does not stand for Google's europe-west1. A country
// or a group is every region in it, of any cloud and partition, and the country as a whole. Case
// and blanks do not matter. Nothing: no such word. Does not allocate.
std::optional<PlaceSet> places_named(std::string_view word);

// Every word that `places_named` takes, for "did you mean": groups first, then regions, then
// countries, so that `nearest` offers the likelier of two that are equally close.
std::span<const std::string_view> place_words();

// Expected network round trip between two points before anything is measured:
// 2 ms + 1.45 x light in fibre both ways, which had a median error of 15 % over 64 measured pairs
// of cloud regions (reported in docs/operate/routing.md).
Duration round_trip_prior(GeoPoint from, GeoPoint to);

}  // namespace meridian
