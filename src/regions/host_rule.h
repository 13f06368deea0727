#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "regions/provider.h"

namespace meridian {

// What a host's name says about where it processes. Hosts are compared whole, or by a suffix that
// begins with a dot: "eu.api.openai.com.example.org" is nobody's.
struct HostRule {
  enum class Kind : std::uint8_t {
    None,      // No host was given: the provider's usual one.
    Cloud,     // A host of Bedrock, Vertex or Azure: their rules decide, with `region`.
    Promise,   // A host whose operator promises something, or nothing: `promise`.
    Loopback,  // The gateway's own machine: a tunnel or a simulated cloud.
    Other,
  };

  Kind kind = Kind::None;
  Provider provider = Provider::Compatible;  // Of Cloud and Promise.
  std::string region;                        // As the host spells it: "eu-west-1", "eu", "global".
  std::string_view promise;                  // Words for `places_named`; empty = anywhere.
  std::string_view why;                      // Of a promise, or of its absence.
  // Of a promise: the operator chose this host for its region, so a `region_name` that differs is
  // a mistake. The providers' plain hosts are what people have who chose nothing.
  bool chosen = false;
};

// `host` as configured: a name or an address, without scheme or path; a port is ignored.
HostRule read_host(std::string_view host);

}  // namespace meridian
