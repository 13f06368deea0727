#include "regions/place.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <vector>

#include "base/check.h"
#include "regions/catalogue.h"
#include "regions/folded.h"

namespace meridian {

namespace {

struct Catalogue {
  std::vector<Place> places;          // The place with id n stands at n - 1.
  std::vector<const Place*> by_name;  // Regions of clouds, sorted.

  void add(Place place) {
    place.id = PlaceId{static_cast<std::uint16_t>(places.size() + 1)};
    places.push_back(place);
  }

  void add_cloud(Cloud cloud, std::span<const CatalogueRow> rows) {
    for (const auto& row : rows) {
      add({.name = row.name,
           .cloud = cloud,
           .country = row.country,
           .city = row.city,
           .where = row.where});
    }
  }
};

Catalogue make_catalogue() {
  Catalogue made;
  made.add_cloud(Cloud::Aws, aws_regions());
  made.add_cloud(Cloud::Google, google_regions());
  made.add_cloud(Cloud::Azure, azure_regions());
  for (const auto& row : countries()) {
    made.add({.name = row.name,
              .cloud = Cloud::None,
              .country = row.name.substr(3),
              .city = {},
              .where = row.where});
  }
  MERIDIAN_CHECK(made.places.size() < kPlacesMax);
  for (const auto& each : made.places) {
    if (each.cloud != Cloud::None) {
      made.by_name.push_back(&each);
    }
  }
  std::ranges::sort(made.by_name, {}, &Place::name);
  return made;
}

const Catalogue& catalogue() {
  static const Catalogue kMade = make_catalogue();
  return kMade;
}

double radians(double degrees) {
  return degrees * std::numbers::pi / 180;
}

// Along the surface, by the haversine formula.
double kilometres_between(GeoPoint from, GeoPoint to) {
  constexpr double kEarthRadius = 6371;
  const double half_north = std::sin(radians(to.latitude - from.latitude) / 2);
  const double half_east = std::sin(radians(to.longitude - from.longitude) / 2);
  const double chord =
      (half_north * half_north) +
      (std::cos(radians(from.latitude)) * std::cos(radians(to.latitude)) * half_east * half_east);
  return 2 * kEarthRadius * std::asin(std::sqrt(std::min(chord, 1.0)));
}

}  // namespace

PlaceSet place_set(PlaceId id) {
  PlaceSet only;
  only.set(index_of(id));
  return only;
}

bool within(const PlaceSet& possible, const PlaceSet& allowed) {
  // A set that was filled by mistake must not let the unknown in.
  return !possible.test(index_of(kElsewhere)) && (possible & allowed) == possible && possible.any();
}

std::span<const Place> places() {
  return catalogue().places;
}

const Place& place(PlaceId id) {
  MERIDIAN_CHECK(id != kElsewhere && index_of(id) <= places().size());
  return places()[index_of(id) - 1];
}

const Place* find_region(std::string_view name) {
  const Folded folded(name);
  const auto& sorted = catalogue().by_name;
  const auto found = std::ranges::lower_bound(sorted, folded.view(), {}, &Place::name);
  return found != sorted.end() && (*found)->name == folded.view() ? *found : nullptr;
}

const Place* find_country(std::string_view code) {
  const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 0x20) : c; };
  const auto found = std::ranges::find_if(places(), [&](const Place& one) {
    return one.cloud == Cloud::None && std::ranges::equal(code, one.country, {}, upper);
  });
  return found != places().end() ? &*found : nullptr;
}

Duration round_trip_prior(GeoPoint from, GeoPoint to) {
  constexpr double kFibreKilometresPerMs = 200;
  constexpr double kPathStretch = 1.45;
  constexpr double kHandlingMs = 2;
  const double light_ms = 2 * kilometres_between(from, to) / kFibreKilometresPerMs;
  const std::chrono::duration<double, std::milli> expected(kHandlingMs + (kPathStretch * light_ms));
  return std::chrono::round<Duration>(expected);
}

}  // namespace meridian
