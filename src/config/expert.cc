#include "config/expert.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "regions/location.h"

namespace meridian {

namespace {

std::vector<const Deployment*> configured(const Settings& settings, const Group& group) {
  std::vector<const Deployment*> members;
  for (const auto id : group.members) {
    if (settings.fleet[id].configured) {
      members.push_back(&settings.fleet[id]);
    }
  }
  return members;
}

void one_region(const Settings& settings, std::vector<std::string>& out) {
  for (const auto& group : settings.fleet.groups) {
    const auto members = configured(settings, group);
    if (members.empty()) {
      if (!group.members.empty()) {
        out.push_back(
            fmt::format("{}: no deployment is configured, so every request gets 503.", group.name));
      }
      continue;
    }
    std::set<EndpointId> endpoints;
    std::set<std::string_view> regions;
    for (const auto* each : members) {
      endpoints.insert(each->endpoint);
      regions.insert(each->location.region);
    }
    const bool saved = settings.router.fallbacks.contains(group.name) ||
                       !settings.router.default_fallbacks.empty();
    if (endpoints.size() == 1 && !saved) {
      out.push_back(fmt::format(
          "{}: all of it lies at one endpoint ({}); when that is dark, nothing answers. Add a "
          "deployment in another region, or a fallback.",
          group.name,
          settings.fleet.endpoints[index_of(*endpoints.begin())]));
    } else if (regions.size() == 1 && members.size() > 1 && !regions.contains("global") &&
               !regions.contains("unknown")) {
      out.push_back(fmt::format("{}: {} deployments, but one region ({}).",
                                group.name,
                                members.size(),
                                *regions.begin()));
    }
  }
}

void probes(const Settings& settings, std::vector<std::string>& out) {
  if (!settings.probes.interval) {
    out.emplace_back(
        "no health checks: a dark region is found out by the requests that meet it. Write "
        "router_settings.health_check_interval: 30.");
  }
}

void laws(const Settings& settings, std::vector<std::string>& out) {
  if (!settings.residency.unrestricted() || !settings.residency_by_location.empty()) {
    return;
  }
  for (const auto& group : settings.fleet.groups) {
    std::set<std::string_view> countries;
    bool ruled = true;
    for (const auto* each : configured(settings, group)) {
      countries.insert(each->location.country.empty() ? std::string_view("elsewhere")
                                                      : std::string_view(each->location.country));
      ruled = ruled && each->allowed.has_value();
    }
    if (countries.size() > 1 && !ruled) {
      out.push_back(fmt::format(
          "{}: its deployments lie under different laws ({}), and no rule says who may use which. "
          "Write router_settings.allowed_regions or residency_by_location, if that matters.",
          group.name,
          fmt::join(countries, ", ")));
    }
  }
}

// One line a model, however many regions lack it.
void catalogue(const Settings& settings, std::vector<std::string>& out) {
  std::map<std::string_view, std::set<std::string_view>> regions;
  for (const auto& each : settings.fleet.deployments) {
    if (each.provider == Provider::Bedrock && !each.model.contains('*') &&
        bedrock_lists(each.model, each.location.region) == false) {
      regions[each.model].insert(each.location.region);
    }
  }
  for (const auto& [model, where] : regions) {
    out.push_back(fmt::format(
        "{}: Bedrock does not list it in {} (any more), so requests there may fail with "
        "a 400. Look for a newer model, or an inference profile.",
        model,
        fmt::join(where, ", ")));
  }
}

void residency(const Settings& settings, std::vector<std::string>& out) {
  if (!settings.residency.unrestricted() && !settings.general.region_explicit) {
    out.emplace_back(
        "a residency rule, but general_settings.region does not say where this gateway itself "
        "runs; "
        "until it does, the rule is not enforced for the gateway.");
  }
}

void retries(const Settings& settings, std::vector<std::string>& out) {
  if (settings.router.num_retries != 0) {
    return;
  }
  for (const auto& group : settings.fleet.groups) {
    const auto members = configured(settings, group).size();
    if (members > 1) {
      out.push_back(
          fmt::format("{}: num_retries is 0, so a request that meets a fault fails, although {} "
                      "other deployments stand by.",
                      group.name,
                      members - 1));
    }
  }
}

}  // namespace

std::vector<std::string> expert_warnings(const Settings& settings) {
  std::vector<std::string> out;
  residency(settings, out);
  retries(settings, out);
  probes(settings, out);
  one_region(settings, out);
  laws(settings, out);
  catalogue(settings, out);
  return out;
}

}  // namespace meridian
