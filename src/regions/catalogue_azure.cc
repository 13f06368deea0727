#include <array>

#include "regions/catalogue.h"

namespace meridian {

namespace {

// Azure: the public region list of November 2026, and those with restricted access that
// `az account list-locations` names. The names carry no country, so this table is the only source.
constexpr auto kRegions = std::to_array<CatalogueRow>({
    {"eastus", "US", "Virginia", {37.37, -79.82}},
    {"eastus2", "US", "Virginia", {36.67, -78.39}},
    {"centralus", "US", "Iowa", {41.59, -93.62}},
    {"northcentralus", "US", "Illinois", {41.88, -87.63}},
    {"southcentralus", "US", "Texas", {29.42, -98.5}},
    {"westcentralus", "US", "Wyoming", {40.89, -110.23}},
    {"westus", "US", "California", {37.78, -122.42}},
    {"westus2", "US", "Washington", {47.23, -119.85}},
    {"westus3", "US", "Phoenix", {33.45, -112.07}},
    {"canadacentral", "CA", "Toronto", {43.65, -79.38}},
    {"canadaeast", "CA", "Quebec", {46.82, -71.22}},
    {"mexicocentral", "MX", "Queretaro", {20.59, -100.39}},
    {"brazilsouth", "BR", "Sao Paulo", {-23.55, -46.63}},
    {"chilecentral", "CL", "Santiago", {-33.45, -70.67}},
    {"southafricanorth", "ZA", "Johannesburg", {-25.73, 28.22}},
    {"uaenorth", "AE", "Dubai", {25.27, 55.32}},
    {"qatarcentral", "QA", "Doha", {25.55, 51.44}},
    {"centralindia", "IN", "Pune", {18.58, 73.92}},
    {"southindia", "IN", "Chennai", {12.98, 80.16}},
    {"westindia", "IN", "Mumbai", {19.09, 72.87}},
    {"southeastasia", "SG", "Singapore", {1.28, 103.83}},
    {"malaysiawest", "MY", "Kuala Lumpur", {3.14, 101.69}},
    {"australiaeast", "AU", "Sydney", {-33.86, 151.21}},
    {"australiacentral", "AU", "Canberra", {-35.31, 149.12}},
    {"westeurope", "NL", "Netherlands", {52.37, 4.9}},
    {"northeurope", "IE", "Dublin", {53.35, -6.26}},
    {"swedencentral", "SE", "Gavle", {60.67, 17.14}},
    {"francecentral", "FR", "Paris", {46.38, 2.37}},
    {"germanywestcentral", "DE", "Frankfurt", {50.11, 8.68}},
    {"polandcentral", "PL", "Warsaw", {52.23, 21.01}},
    {"italynorth", "IT", "Milan", {45.47, 9.19}},
    {"spaincentral", "ES", "Madrid", {40.42, -3.7}},
    {"austriaeast", "AT", "Vienna", {48.21, 16.37}},
    {"belgiumcentral", "BE", "Brussels", {50.85, 4.35}},
    {"denmarkeast", "DK", "Copenhagen", {55.68, 12.57}},
    {"norwayeast", "NO", "Oslo", {59.91, 10.75}},
    {"switzerlandnorth", "CH", "Zurich", {47.45, 8.56}},
    {"switzerlandwest", "CH", "Geneva", {46.2, 6.14}},
    {"uksouth", "GB", "London", {50.94, -0.8}},
    {"ukwest", "GB", "Cardiff", {53.43, -3.08}},
    {"israelcentral", "IL", "Tel Aviv area", {31.27, 33.45}},
    {"japaneast", "JP", "Tokyo", {35.68, 139.77}},
    {"japanwest", "JP", "Osaka", {34.69, 135.5}},
    {"koreacentral", "KR", "Seoul", {37.57, 126.98}},
    {"eastasia", "HK", "Hong Kong", {22.27, 114.19}},
    {"indonesiacentral", "ID", "Jakarta", {-6.21, 106.85}},
    {"australiasoutheast", "AU", "Melbourne", {-37.81, 144.96}},
    {"newzealandnorth", "NZ", "Auckland", {-36.85, 174.76}},
    {"southafricawest", "ZA", "Cape Town", {-34.08, 18.84}},
    {"uaecentral", "AE", "Abu Dhabi", {24.47, 54.37}},
    {"francesouth", "FR", "Marseille", {43.83, 2.15}},
    {"germanynorth", "DE", "Berlin", {53.07, 8.81}},
    {"norwaywest", "NO", "Stavanger", {58.97, 5.73}},
    {"koreasouth", "KR", "Busan", {35.18, 129.08}},
    {"brazilsoutheast", "BR", "Rio de Janeiro", {-22.9, -43.17}},
    {"australiacentral2", "AU", "Canberra", {-35.31, 149.12}},
    {"jioindiawest", "IN", "Jamnagar", {22.47, 70.06}},
    {"jioindiacentral", "IN", "Nagpur", {21.15, 79.09}},
    {"usgovvirginia", "US", "Virginia", {37.37, -79.82}},
    {"usgovarizona", "US", "Arizona", {33.45, -112.07}},
    {"usgovtexas", "US", "Texas", {29.42, -98.5}},
});

}  // namespace

std::span<const CatalogueRow> azure_regions() {
  return kRegions;
}

}  // namespace meridian
