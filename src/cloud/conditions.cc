#include "cloud/conditions.h"

#include <fmt/format.h>

#include "base/text_distance.h"
#include "cloud/hash.h"
#include "cloud/site.h"
#include "regions/place.h"

namespace meridian {
namespace {

// Regions that may be named before anybody has asked for them.
bool is_known_to_exist(std::string_view region) {
  return find_region(region) != nullptr || region == "anthropic" || region == "openai" ||
         region == "gemini" || region == "global" || region == "eu" || region == "us";
}

}  // namespace

Conditions::Region& Conditions::region_named(std::string_view region) {
  const auto found = regions_.find(region);
  if (found != regions_.end()) {
    return found->second;
  }
  return regions_
      .emplace(std::string(region),
               Region{.host = {}, .fault = {}, .dice = Rng(seed_ ^ hash_of(region))})
      .first->second;
}

void Conditions::note(std::string_view region, std::string_view host) {
  const std::scoped_lock lock(mutex_);
  auto& known = region_named(region);
  if (known.host.empty()) {
    known.host = host;
  }
}

std::expected<std::string, std::string> Conditions::set(std::string_view region,
                                                        const FaultSpec& fault) {
  // Hosts have dots; no region's name has. A host may be named before anybody asks for it.
  const bool is_host = region.contains('.');
  auto name = is_host ? site_of(region).region : std::string(region);
  {
    const std::scoped_lock lock(mutex_);
    if (name.empty() || (!regions_.contains(name) && !is_host && !is_known_to_exist(name))) {
      std::vector<std::string_view> names;
      names.reserve(regions_.size() + places().size());
      for (const auto& [known, _] : regions_) {
        names.push_back(known);
      }
      for (const auto& place : places()) {
        names.push_back(place.name);
      }
      const auto near = nearest(name, names);
      return std::unexpected(
          near ? fmt::format("there is no region \"{}\"; did you mean {}?", name, *near)
               : fmt::format(
                     "there is no region \"{}\", and nothing has asked for one; write a cloud's "
                     "region, anthropic, openai, or a host's name",
                     name));
    }
    region_named(name).fault = fault;
  }
  if (on_change) {
    on_change(name, fault);
  }
  return name;
}

void Conditions::reset() {
  std::vector<std::string> healed;
  {
    const std::scoped_lock lock(mutex_);
    for (auto& [name, region] : regions_) {
      region.fault = {};
      region.dice = Rng(seed_ ^ hash_of(name));
      healed.push_back(name);
    }
  }
  if (on_change) {
    for (const auto& name : healed) {
      on_change(name, {});
    }
  }
}

Conditions::Moment Conditions::arrive(std::string_view region) {
  const std::scoped_lock lock(mutex_);
  auto& known = region_named(region);
  ++known.requests;
  return {.fault = known.fault, .dice = known.dice.unit()};
}

FaultSpec Conditions::fault_of(std::string_view region) const {
  const std::scoped_lock lock(mutex_);
  const auto found = regions_.find(region);
  return found == regions_.end() ? FaultSpec() : found->second.fault;
}

std::vector<RegionState> Conditions::regions() const {
  const std::scoped_lock lock(mutex_);
  std::vector<RegionState> states;
  states.reserve(regions_.size());
  for (const auto& [name, region] : regions_) {
    states.push_back(
        {.region = name, .host = region.host, .fault = region.fault, .requests = region.requests});
  }
  return states;
}

}  // namespace meridian
