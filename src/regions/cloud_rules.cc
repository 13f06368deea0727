#include "regions/cloud_rules.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/check.h"
#include "regions/bedrock_catalogue.h"
#include "regions/bedrock_id.h"
#include "regions/folded.h"

namespace meridian {

namespace {

bool same(std::string_view a, std::string_view b) {
  return Folded(a).view() == Folded(b).view();
}

// Two sources for one fact; an empty one says nothing.
bool differ(std::string_view a, std::string_view b) {
  return !a.empty() && !b.empty() && !same(a, b);
}

std::string_view first_of(std::string_view a, std::string_view b) {
  return a.empty() ? b : a;
}

const Place* region_of(Cloud cloud, std::string_view name) {
  const Place* found = find_region(name);
  return found != nullptr && found->cloud == cloud ? found : nullptr;
}

Derived locate_profile(const BedrockId& id, const Place& source) {
  if (id.scope == "global") {
    return anywhere(source.name,
                    "Bedrock's global. profiles may run in any commercial region of AWS");
  }
  // Not in the table, whose source has commercial regions alone: a profile cannot leave its
  // partition, and GovCloud has two regions.
  if (id.scope == "us-gov" && source.name.starts_with("us-gov-")) {
    return somewhere_in(source.name,
                        places_we_name("us-gov"),
                        &source,
                        "Bedrock's us-gov. profiles stay in GovCloud");
  }
  const auto* row = find_profile(id.scope, id.model, source.name);
  if (row == nullptr) {
    return unknown(source.name,
                   fmt::format("no list says where Bedrock's profile {}.{} may run from {}",
                               id.scope,
                               id.model,
                               source.name));
  }
  auto possible = place_set(source.id);
  std::string list;
  for_each_word(row->to, [&](std::string_view name) {
    const Place* region = region_of(Cloud::Aws, name);
    MERIDIAN_CHECK(region != nullptr);
    possible.set(index_of(region->id));
    list += list.empty() ? "" : ", ";
    list += name;
  });
  return somewhere_in(
      source.name,
      possible,
      &source,
      fmt::format(
          "Bedrock's {}. profile from {} may run there or in {}", id.scope, source.name, list));
}

// Regional endpoints for which Google promises no place of processing: those of the Middle East
// ("no guarantee that ML processing occurs at a specific location", its page on data residency).
// That page also lists the models with a promise for each region. The list changes monthly and is
// not kept here: choosing a model that is on it stays with the operator.
bool promises_nothing(const Place& region) {
  constexpr auto kWithout =
      std::to_array<std::string_view>({"me-central1", "me-central2", "me-west1"});
  return std::ranges::find(kWithout, region.name) != kWithout.end();
}

enum class SkuScope : std::uint8_t { Region, DataZone, Global, Unknown };

SkuScope scope_of(std::string_view sku) {
  struct Row {
    std::string_view name;  // Folded.
    SkuScope scope;
  };

  constexpr auto kSkus = std::to_array<Row>({
      {"standard", SkuScope::Region},
      {"provisionedmanaged", SkuScope::Region},
      {"datazonestandard", SkuScope::DataZone},
      {"datazoneprovisionedmanaged", SkuScope::DataZone},
      {"datazonebatch", SkuScope::DataZone},
      {"globalstandard", SkuScope::Global},
      {"globalprovisionedmanaged", SkuScope::Global},
      {"globalbatch", SkuScope::Global},
  });
  const Folded folded(sku);
  const auto found = std::ranges::find(kSkus, folded.view(), &Row::name);
  return found == kSkus.end() ? SkuScope::Unknown : found->scope;
}

// There are two data zones, the US and the EU's member states. A resource in the UK, Switzerland or
// Norway has none.
Derived locate_data_zone(const Place& region) {
  for (const std::string_view zone : {"us", "eu"}) {
    const auto members = places_we_name(zone);
    if (within(places_we_name(fmt::format("in {}", region.country)), members)) {
      return somewhere_in(region.name,
                          members | place_set(region.id),
                          &region,
                          fmt::format("an Azure data zone deployment may run anywhere in the {}",
                                      zone == "us" ? "US" : "EU"));
    }
  }
  return unknown(region.name, fmt::format("{} belongs to no Azure data zone", region.name));
}

}  // namespace

Derived locate_bedrock(const LocationFacts& facts, std::string_view host_region) {
  const auto id = read_bedrock_id(facts.model);
  const auto region = first_of(first_of(facts.region, id.region), host_region);
  if (region.empty()) {
    return unknown({}, "aws_region_name is not set, and nothing else names the region");
  }
  const Place* source = region_of(Cloud::Aws, region);
  if (source == nullptr) {
    return unknown(region, fmt::format("\"{}\" is no AWS region that the catalogue has", region));
  }
  if (differ(source->name, host_region)) {
    return unknown(source->name,
                   fmt::format("the region is {}, but the host is of {}", region, host_region));
  }
  if (differ(source->name, id.region)) {
    return unknown(source->name,
                   fmt::format("the region is {}, but the ARN is of {}", region, id.region));
  }
  switch (id.kind) {
    case BedrockId::Kind::Opaque:
      return unknown(source->name, std::string(id.why));
    case BedrockId::Kind::Profile:
      return locate_profile(id, *source);
    case BedrockId::Kind::Bare:
      return only_in(*source, "Bedrock runs a plain model id in the region that it is sent to");
  }
  MERIDIAN_CHECK(false);
}

Derived locate_vertex(const LocationFacts& facts, std::string_view host_region) {
  const auto location = first_of(facts.region, host_region);
  if (location.empty()) {
    return unknown({}, "vertex_location is not set; Google's library would take us-central1");
  }
  if (differ(location, host_region)) {
    return unknown(
        location,
        fmt::format("vertex_location is {}, but the host is of {}", location, host_region));
  }
  if (same(location, "global")) {
    return anywhere("global", "Vertex's global endpoint promises no place");
  }
  if (same(location, "us")) {
    return somewhere_in(
        "us", places_we_name("us"), nullptr, "Vertex's us endpoint stays in the US");
  }
  if (same(location, "eu")) {
    return somewhere_in(
        "eu", places_we_name("eu"), nullptr, "Vertex's eu endpoint stays in the EU");
  }
  const Place* region = region_of(Cloud::Google, location);
  if (region == nullptr) {
    return unknown(location,
                   fmt::format("\"{}\" is no Google region that the catalogue has", location));
  }
  if (promises_nothing(*region)) {
    return unknown(region->name,
                   fmt::format("Google does not promise that {} processes there", region->name));
  }
  return only_in(*region, "a Vertex region processes there");
}

Derived locate_azure(const LocationFacts& facts, std::string_view host_region) {
  // Neither a host nor a model name of Azure tells the region, so `region_name` may.
  const bool declared = region_of(Cloud::Azure, facts.declared) != nullptr;
  const auto name =
      first_of(first_of(facts.region, host_region), declared ? facts.declared : std::string_view());
  if (name.empty()) {
    return unknown(
        {},
        "neither Azure's host nor its model name tell the region; set region_name to the "
        "resource's");
  }
  const Place* region = region_of(Cloud::Azure, name);
  if (region == nullptr) {
    return unknown(name, fmt::format("\"{}\" is no Azure region that the catalogue has", name));
  }
  if (differ(region->name, host_region)) {
    return unknown(
        region->name,
        fmt::format("the region is {}, but the host is of {}", region->name, host_region));
  }
  if (facts.azure_sku.empty()) {
    return unknown(region->name,
                   "azure_sku is not declared, so the deployment counts as Global and may run "
                   "anywhere");
  }
  switch (scope_of(facts.azure_sku)) {
    case SkuScope::Region:
      return only_in(*region, fmt::format("Azure's {} stays in its region", facts.azure_sku));
    case SkuScope::DataZone:
      return locate_data_zone(*region);
    case SkuScope::Global:
      return anywhere(region->name, fmt::format("Azure's {} may run anywhere", facts.azure_sku));
    case SkuScope::Unknown:
      return unknown(region->name,
                     fmt::format("\"{}\" is no Azure SKU that is known", facts.azure_sku));
  }
  MERIDIAN_CHECK(false);
}

}  // namespace meridian
