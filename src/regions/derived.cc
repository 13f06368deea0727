#include "regions/derived.h"

#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "regions/folded.h"

namespace meridian {

namespace {

// The country that all of these share, else empty.
std::string_view shared_country(const PlaceSet& possible) {
  if (possible.none() || possible.test(index_of(kElsewhere))) {
    return {};
  }
  std::string_view shared;
  for (const auto& each : places()) {
    if (!possible.test(index_of(each.id))) {
      continue;
    }
    if (!shared.empty() && shared != each.country) {
      return {};
    }
    shared = each.country;
  }
  return shared;
}

PlaceSet countries_of(const PlaceSet& all) {
  PlaceSet whole;
  for (const auto& each : places()) {
    if (each.cloud == Cloud::None && all.test(index_of(each.id))) {
      whole.set(index_of(each.id));
    }
  }
  return whole;
}

const Place* only_place(const PlaceSet& possible) {
  if (possible.count() != 1 || possible.test(index_of(kElsewhere))) {
    return nullptr;
  }
  return &place(PlaceId{static_cast<std::uint16_t>(possible._Find_first())});
}

}  // namespace

Derived only_in(const Place& place, std::string reason) {
  return somewhere_in(place.name, place_set(place.id), &place, std::move(reason));
}

Derived somewhere_in(std::string_view region,
                     const PlaceSet& possible,
                     const Place* sent_to,
                     std::string reason) {
  if (sent_to == nullptr) {
    sent_to = only_place(possible);
  }
  return {.location = {.region = std::string(region),
                       .country = std::string(shared_country(possible)),
                       .possible = possible,
                       .where = sent_to == nullptr ? std::nullopt
                                                   : std::optional<GeoPoint>(sent_to->where),
                       .reason = std::move(reason)},
          .settled = true};
}

Derived anywhere(std::string_view region, std::string reason) {
  return {.location = {.region = std::string(region),
                       .country = {},
                       .possible = place_set(kElsewhere),
                       .where = std::nullopt,
                       .reason = std::move(reason)},
          .settled = true};
}

Derived unknown(std::string_view region, std::string reason) {
  auto derived = anywhere(region.empty() ? std::string_view("unknown") : region, std::move(reason));
  derived.settled = false;
  return derived;
}

std::optional<PlaceSet> places_declared(std::string_view word) {
  const auto named = places_named(word);
  if (!named) {
    return std::nullopt;
  }
  const auto whole = countries_of(*named);
  return whole.any() ? whole : *named;
}

PlaceSet places_we_name(std::string_view word) {
  const auto all = places_declared(word).value_or(PlaceSet());
  MERIDIAN_CHECK(all.any());
  return all;
}

Derived as_declared(std::string_view word) {
  if (const Place* region = find_region(word)) {
    return only_in(*region, fmt::format("region_name says {}", region->name));
  }
  const auto possible = places_declared(word);
  if (!possible) {
    return unknown(
        {}, fmt::format("region_name \"{}\" is no region, country or group that is known", word));
  }
  const Folded folded(word);
  return somewhere_in(
      folded.view(), *possible, nullptr, fmt::format("region_name says {}", folded.view()));
}

}  // namespace meridian
