#include "regions/location.h"

#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "regions/cloud_rules.h"
#include "regions/derived.h"
#include "regions/folded.h"
#include "regions/host_rule.h"

namespace meridian {

namespace {

bool is_cloud(Provider provider) {
  return provider == Provider::Bedrock || provider == Provider::Vertex ||
         provider == Provider::Azure;
}

Derived locate_in_cloud(Provider provider,
                        const LocationFacts& facts,
                        std::string_view host_region) {
  if (provider == Provider::Bedrock) {
    return locate_bedrock(facts, host_region);
  }
  if (provider == Provider::Vertex) {
    return locate_vertex(facts, host_region);
  }
  MERIDIAN_CHECK(provider == Provider::Azure);
  return locate_azure(facts, host_region);
}

Derived locate_by_promise(const LocationFacts& facts, const HostRule& host) {
  if (host.provider == Provider::Anthropic && Folded(facts.inference_geo).view() == "us") {
    return somewhere_in("us",
                        places_we_name("us"),
                        nullptr,
                        "Anthropic processes in the US with inference_geo: us");
  }
  if (host.promise.empty()) {
    auto derived = anywhere(host.region, std::string(host.why));
    derived.settled = host.chosen;
    return derived;
  }
  PlaceSet possible;
  for_each_word(host.promise, [&](std::string_view word) { possible |= places_we_name(word); });
  return somewhere_in(host.region, possible, nullptr, std::string(host.why));
}

// The provider's usual host, for deployments that name none.
Derived locate_at_usual_host(const LocationFacts& facts) {
  switch (facts.provider) {
    case Provider::Bedrock:
    case Provider::Vertex:
    case Provider::Azure:
      return locate_in_cloud(facts.provider, facts, {});
    case Provider::Gemini:
      return locate_by_promise(facts, read_host("generativelanguage.googleapis.com"));
    case Provider::Anthropic:
      return locate_by_promise(facts, read_host("api.anthropic.com"));
    case Provider::OpenAi:
      return locate_by_promise(facts, read_host("api.openai.com"));
    case Provider::Compatible:
      return unknown({}, "no rule says where this server runs; declare it with region_name");
  }
  MERIDIAN_CHECK(false);
}

// A host that nobody's rule covers. The operator's word is taken for where the host is; what a
// cloud's rule adds to that, it adds.
Derived locate_at_own_host(const LocationFacts& facts, bool loopback) {
  if (is_cloud(facts.provider)) {
    auto behind = locate_in_cloud(facts.provider, facts, {});
    if (loopback) {
      return behind;
    }
    const auto host = places_declared(facts.declared);
    if (!host) {
      return unknown(behind.location.region,
                     fmt::format("nothing says where the host {} is; declare it with region_name",
                                 facts.host));
    }
    behind.location.possible |= *host;
    behind.location.country.clear();
    behind.location.reason += fmt::format("; its host is declared in {}", facts.declared);
    behind.settled = false;
    return behind;
  }
  if (facts.declared.empty()) {
    return unknown(
        {}, fmt::format("no rule says where {} runs; declare it with region_name", facts.host));
  }
  return as_declared(facts.declared);
}

Derived derive_at(const HostRule& host, const LocationFacts& facts) {
  switch (host.kind) {
    case HostRule::Kind::None:
      if (facts.provider == Provider::Compatible && !facts.declared.empty()) {
        return as_declared(facts.declared);
      }
      return locate_at_usual_host(facts);
    case HostRule::Kind::Cloud:
      return locate_in_cloud(host.provider, facts, host.region);
    case HostRule::Kind::Promise:
      return locate_by_promise(facts, host);
    case HostRule::Kind::Loopback:
      return locate_at_own_host(facts, true);
    case HostRule::Kind::Other:
      return locate_at_own_host(facts, false);
  }
  MERIDIAN_CHECK(false);
}

Derived derive(const LocationFacts& facts) {
  return derive_at(read_host(facts.host), facts);
}

}  // namespace

Location locate(const LocationFacts& facts) {
  auto derived = derive(facts);
  const bool nowhere = derived.location.possible.test(index_of(kElsewhere));
  if (nowhere && !facts.declared.empty() && places_named(facts.declared)) {
    derived.location.reason +=
        fmt::format("; region_name \"{}\" does not change that", facts.declared);
  }
  return std::move(derived.location);
}

std::optional<std::string> contradiction(const LocationFacts& facts) {
  if (facts.declared.empty()) {
    return std::nullopt;
  }
  const auto derived = derive(facts);
  const auto said = places_named(facts.declared);
  if (!derived.settled || (said && within(derived.location.possible, *said))) {
    return std::nullopt;
  }
  return fmt::format("region_name says \"{}\", but this deployment is {}: {}",
                     facts.declared,
                     derived.location.region,
                     derived.location.reason);
}

}  // namespace meridian
