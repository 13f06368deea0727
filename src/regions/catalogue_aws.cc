#include <array>

#include "regions/catalogue.h"

namespace meridian {

namespace {

// AWS: the SDK's partitions file of November 2026, all partitions (aws, aws-eusc, aws-us-gov,
// aws-cn). Coordinates are those of the metropolitan area, about.
constexpr auto kRegions = std::to_array<CatalogueRow>({
    {"us-east-1", "US", "N. Virginia", {38.9, -77.4}},
    {"us-east-2", "US", "Ohio", {40, -83}},
    {"us-west-1", "US", "N. California", {37.4, -121.9}},
    {"us-west-2", "US", "Oregon", {45.8, -119.7}},
    {"ca-central-1", "CA", "Montreal", {45.5, -73.6}},
    {"ca-west-1", "CA", "Calgary", {51, -114.1}},
    {"mx-central-1", "MX", "Queretaro", {20.6, -100.4}},
    {"sa-east-1", "BR", "Sao Paulo", {-23.5, -46.6}},
    {"sa-west-1", "CL", "Santiago", {-33.4, -70.7}},
    {"eu-central-1", "DE", "Frankfurt", {50.1, 8.7}},
    {"eu-central-2", "CH", "Zurich", {47.4, 8.5}},
    {"eu-north-1", "SE", "Stockholm", {59.3, 18.1}},
    {"eu-south-1", "IT", "Milan", {45.5, 9.2}},
    {"eu-south-2", "ES", "Aragon", {41.6, -0.9}},
    {"eu-west-1", "IE", "Dublin", {53.3, -6.3}},
    {"eu-west-2", "GB", "London", {51.5, -0.1}},
    {"eu-west-3", "FR", "Paris", {48.9, 2.4}},
    {"eusc-de-east-1", "DE", "Brandenburg", {52.4, 13.1}},
    {"il-central-1", "IL", "Tel Aviv", {32.1, 34.8}},
    {"me-central-1", "AE", "UAE", {24.5, 54.4}},
    {"me-south-1", "BH", "Bahrain", {26.2, 50.6}},
    {"me-west-1", "SA", "Saudi Arabia", {24.7, 46.7}},
    {"af-south-1", "ZA", "Cape Town", {-33.9, 18.4}},
    {"ap-east-1", "HK", "Hong Kong", {22.3, 114.2}},
    {"ap-east-2", "TW", "Taipei", {25, 121.6}},
    {"ap-northeast-1", "JP", "Tokyo", {35.7, 139.7}},
    {"ap-northeast-2", "KR", "Seoul", {37.6, 127}},
    {"ap-northeast-3", "JP", "Osaka", {34.7, 135.5}},
    {"ap-south-1", "IN", "Mumbai", {19.1, 72.9}},
    {"ap-south-2", "IN", "Hyderabad", {17.4, 78.5}},
    {"ap-southeast-1", "SG", "Singapore", {1.35, 103.8}},
    {"ap-southeast-2", "AU", "Sydney", {-33.9, 151.2}},
    {"ap-southeast-3", "ID", "Jakarta", {-6.2, 106.8}},
    {"ap-southeast-4", "AU", "Melbourne", {-37.8, 145}},
    {"ap-southeast-5", "MY", "Kuala Lumpur", {3.1, 101.7}},
    {"ap-southeast-6", "NZ", "Auckland", {-36.8, 174.8}},
    {"ap-southeast-7", "TH", "Bangkok", {13.8, 100.5}},
    {"us-gov-east-1", "US", "Ohio area", {40, -83}},
    {"us-gov-west-1", "US", "Oregon area", {45.8, -119.7}},
    {"cn-north-1", "CN", "Beijing", {39.9, 116.4}},
    {"cn-northwest-1", "CN", "Ningxia", {38.5, 106.2}},
});

}  // namespace

std::span<const CatalogueRow> aws_regions() {
  return kRegions;
}

}  // namespace meridian
