#include "gateway/snapshot.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include <fmt/format.h>

namespace meridian {

namespace {

// The one region of a group's first tier; nothing: it has several.
std::optional<std::string> first_tier_region(const Fleet& fleet, const Group& group) {
  int first = fleet[group.members.front()].tier;
  for (const auto id : group.members) {
    first = std::min(first, fleet[id].tier);
  }
  std::optional<std::string> region;
  for (const auto id : group.members) {
    const auto& deployment = fleet[id];
    if (deployment.tier != first) {
      continue;
    }
    if (region && *region != deployment.location.region) {
      return std::nullopt;
    }
    region = deployment.location.region;
  }
  return region;
}

// A value from the file, made fit for a header line.
std::string field_value(std::string text) {
  std::ranges::replace_if(text, [](unsigned char c) { return c < 0x20 || c >= 0x7F; }, '?');
  return text;
}

}  // namespace

std::string shown_region(const Settings& settings) {
  if (!settings.general.region.empty()) {
    return settings.general.region;
  }
  std::optional<std::string> common;
  for (const auto& group : settings.fleet.groups) {
    if (group.members.empty()) {
      continue;
    }
    const auto region = first_tier_region(settings.fleet, group);
    if (!region || (common && *common != *region)) {
      return "multi";
    }
    common = region;
  }
  return common.value_or("multi");
}

void prepare(Snapshot& snapshot, const RegionLabels* before) {
  const auto& fleet = snapshot.settings.fleet;
  snapshot.gateway_region = shown_region(snapshot.settings);
  snapshot.labels = std::make_unique<RegionLabels>(fleet, before);
  snapshot.board = std::make_unique<Board>(fleet.deployments.size());
  std::map<std::tuple<std::string, std::uint16_t, bool, TlsRules>, std::size_t> pools;
  for (const auto& deployment : fleet.deployments) {
    const auto& upstream = snapshot.upstreams[index_of(deployment.id)];
    const auto& to = upstream.address;
    const auto pool =
        pools.try_emplace({to.host, to.port, to.tls, upstream.params.tls}, pools.size());
    snapshot.pool_of.push_back(pool.first->second);
    snapshot.reply_fields.push_back(fmt::format(
        "x-meridian-region: {0}\r\nx-meridian-gateway-region: {1}\r\nx-meridian-deployment: {2}\r\n"
        "x-litellm-model-id: {2}\r\nx-litellm-model-region: {0}\r\nx-litellm-model-group: {3}\r\n",
        field_value(deployment.label),
        field_value(snapshot.gateway_region),
        field_value(deployment.name),
        field_value(fleet[deployment.group].name)));
  }
  snapshot.pools = pools.size();
}

}  // namespace meridian
