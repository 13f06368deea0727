#pragma once

#include <string_view>

#include "regions/derived.h"
#include "regions/location.h"

namespace meridian {

// The rules of the three clouds. `host_region`: what the host's name says, empty where it says
// nothing; a host that contradicts the configured region leaves the location unknown.

Derived locate_bedrock(const LocationFacts& facts, std::string_view host_region);
Derived locate_vertex(const LocationFacts& facts, std::string_view host_region);
Derived locate_azure(const LocationFacts& facts, std::string_view host_region);

}  // namespace meridian
