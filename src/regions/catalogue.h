#pragma once

#include <span>
#include <string_view>

#include "regions/place.h"

namespace meridian {

// The tables that place.cc makes places of. Not for use outside this module.

struct CatalogueRow {
  std::string_view name;     // The cloud's own.
  std::string_view country;  // ISO 3166-1 alpha-2.
  std::string_view city;
  GeoPoint where;
};

struct CountryRow {
  std::string_view name;  // "in DE".
  GeoPoint where;
};

std::span<const CatalogueRow> aws_regions();
std::span<const CatalogueRow> google_regions();
std::span<const CatalogueRow> azure_regions();
std::span<const CountryRow> countries();

}  // namespace meridian
