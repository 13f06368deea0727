#pragma once

#include <string>
#include <string_view>

#include "cloud/call.h"
#include "regions/provider.h"

namespace meridian {

// Whom a request is meant for: a provider, and which of its regions.
struct CloudSite {
  Provider provider = Provider::Compatible;
  std::string
      region;  // "us-west-2", "europe-west1", "anthropic", "openai", a resource, else the host.
  std::string host;  // Lower case, without a port.
};

// By the host's name alone, with or without a port. The names are read here and not by
// regions/host_rule.h: the cloud's log is the proof that the gateway honours residency, and a
// witness does not ask the accused.
CloudSite site_of(std::string_view host);

// By the Host header; where that only names this machine, as with an SDK pointed at the cloud, by
// the port it came in by, by the region that a signature names, or by the path.
CloudSite site_of(const CloudCall& call);

// "/_at/eu-west-1/model/..." says where without a Host: the path after it, else the path as it is.
std::string_view without_place(std::string_view target);

}  // namespace meridian
