#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/settings.h"
#include "regions/place.h"
#include "residency/policy.h"

namespace meridian {

// The rule of `residency_by_location` for a user in this country (ISO code; empty = not known): the
// most specific word that holds the country, else "default", else the strictest rule of all, so
// that a user whose place is unknown is never served more widely than a known one. Null: no rule
// applies.
const Policy* rule_for(const std::vector<std::pair<std::string, Policy>>& by_location,
                       std::string_view country);

// The country a user is in, by what a trusted proxy says. `peer` is the connection's address; a
// header from anybody else is not believed.
std::string country_of_user(const UserLocationRules& rules,
                            std::string_view header_value,
                            std::string_view peer);

// The address a user's request came from: the connection's, or where that is a trusted proxy's, the
// last one of X-Forwarded-For that is not. What stands before it anybody could have written.
std::string_view address_of_user(const UserLocationRules& rules,
                                 std::string_view forwarded_for,
                                 std::string_view peer);

// About where a country is, for the network part of a score.
std::optional<GeoPoint> middle_of(std::string_view country);

// True when `address` lies in `block` ("10.0.0.0/8", "fd00::/8", or one address).
bool in_block(std::string_view address, std::string_view block);

}  // namespace meridian
