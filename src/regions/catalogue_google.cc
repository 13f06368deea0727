#include <array>

#include "regions/catalogue.h"

namespace meridian {

namespace {

// Google Cloud: the region list of November 2026; coordinates from Google's region-picker.
// Vertex's multi-regions (`us`, `eu`, `global`) are no places; locate.cc knows their rules.
constexpr auto kRegions = std::to_array<CatalogueRow>({
    {"us-central1", "US", "Council Bluffs, Iowa", {41.26, -95.86}},
    {"us-east1", "US", "Moncks Corner, S. Carolina", {33.84, -81.16}},
    {"us-east4", "US", "Ashburn, Virginia", {38.83, -77.24}},
    {"us-east5", "US", "Columbus, Ohio", {39.96, -83}},
    {"us-south1", "US", "Dallas", {32.78, -96.81}},
    {"us-west1", "US", "The Dalles, Oregon", {45.59, -121.18}},
    {"us-west2", "US", "Los Angeles", {34.05, -118.24}},
    {"us-west3", "US", "Salt Lake City", {40.76, -111.89}},
    {"us-west4", "US", "Las Vegas", {36.17, -115.14}},
    {"northamerica-northeast1", "CA", "Montreal", {45.5, -73.57}},
    {"northamerica-northeast2", "CA", "Toronto", {43.74, -79.37}},
    {"northamerica-south1", "MX", "Queretaro", {20.59, -100.39}},
    {"southamerica-east1", "BR", "Sao Paulo", {-23.55, -46.63}},
    {"southamerica-west1", "CL", "Santiago", {-33.45, -70.67}},
    {"europe-central2", "PL", "Warsaw", {52.23, 21.01}},
    {"europe-north1", "FI", "Hamina", {60.57, 27.19}},
    {"europe-north2", "SE", "Stockholm", {59.33, 18.07}},
    {"europe-southwest1", "ES", "Madrid", {40.42, -3.7}},
    {"europe-west1", "BE", "St. Ghislain", {50.45, 3.82}},
    {"europe-west2", "GB", "London", {51.51, -0.13}},
    {"europe-west3", "DE", "Frankfurt", {50.11, 8.68}},
    {"europe-west4", "NL", "Eemshaven", {53.44, 6.84}},
    {"europe-west6", "CH", "Zurich", {47.38, 8.54}},
    {"europe-west8", "IT", "Milan", {45.47, 9.19}},
    {"europe-west9", "FR", "Paris", {48.86, 2.35}},
    {"europe-west10", "DE", "Berlin", {52.52, 13.4}},
    {"europe-west12", "IT", "Turin", {45.07, 7.69}},
    {"me-west1", "IL", "Tel Aviv", {32.09, 34.78}},
    {"me-central1", "QA", "Doha", {25.29, 51.53}},
    {"me-central2", "SA", "Dammam", {26.42, 50.09}},
    {"africa-south1", "ZA", "Johannesburg", {-26.21, 28.03}},
    {"asia-east1", "TW", "Changhua", {23.7, 120.96}},
    {"asia-east2", "HK", "Hong Kong", {22.4, 114.11}},
    {"asia-northeast1", "JP", "Tokyo", {35.68, 139.65}},
    {"asia-northeast2", "JP", "Osaka", {34.69, 135.5}},
    {"asia-northeast3", "KR", "Seoul", {37.57, 126.98}},
    {"asia-south1", "IN", "Mumbai", {19.08, 72.88}},
    {"asia-south2", "IN", "Delhi", {28.7, 77.1}},
    {"asia-southeast1", "SG", "Singapore", {1.35, 103.82}},
    {"asia-southeast2", "ID", "Jakarta", {-6.21, 106.85}},
    {"asia-southeast3", "TH", "Bangkok", {13.76, 100.5}},
    {"australia-southeast1", "AU", "Sydney", {-33.87, 151.21}},
    {"australia-southeast2", "AU", "Melbourne", {-37.81, 144.96}},
});

}  // namespace

std::span<const CatalogueRow> google_regions() {
  return kRegions;
}

}  // namespace meridian
