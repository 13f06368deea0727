#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "config/read_settings.h"
#include "config/rule_words.h"
#include "regions/place.h"

namespace meridian {

namespace {

using enum Section;

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return text;
}

void read_master_key(PartReader& reader, const ConfigSources& sources, GeneralSettings& general) {
  constexpr std::string_view kPath = "general_settings.master_key";
  general.master_key = reader.secret(General, "master_key");
  const auto* given = reader.given(General, "master_key");
  if (!general.master_key.empty()) {
    if (given->value->variable.empty()) {
      reader.issues().warn(given->value->at,
                           given->path,
                           "the key itself stands in the file",
                           "write os.environ/NAME, so that the file holds no secret");
    }
    return;
  }
  const auto ambient = sources.variable ? sources.variable("LITELLM_MASTER_KEY") : std::nullopt;
  if (ambient && !ambient->empty() && (given == nullptr || !given->value->is_unset())) {
    general.master_key = Secret(*ambient);
    return;
  }
  if (given == nullptr) {
    reader.issues().warn({},
                         std::string(kPath),
                         "not set, so whoever reaches the port may use every model",
                         "write master_key: os.environ/LITELLM_MASTER_KEY");
  } else if (given->value->is_scalar() && given->value->text.empty()) {
    reader.issues().error(given->value->at,
                          given->path,
                          "an empty key would lock nothing",
                          "write os.environ/NAME, or delete the line");
  }
}

bool is_cidr(std::string_view text) {
  const auto odd = [](char c) {
    return !std::string_view("0123456789abcdefABCDEF.:/").contains(c);
  };
  return !text.empty() && std::ranges::none_of(text, odd) && std::ranges::count(text, '/') <= 1 &&
         (text.contains('.') || text.contains(':'));
}

void read_user_location(PartReader& reader, KeyCheck& keys, UserLocationRules& rules) {
  const auto* given = reader.given(General, "user_location");
  if (given == nullptr || given->value->is_null()) {
    return;
  }
  auto& issues = reader.issues();
  if (!given->value->is_map()) {
    issues.error(given->value->at,
                 given->path,
                 "not a map",
                 "write header, trusted_proxies, geoip_db below it");
    return;
  }
  Part part;
  keys.read(UserLocation, *given->value, given->path, part);
  PartReader inner(part, issues);
  rules.header = lower(inner.text(UserLocation, "header").value_or(""));
  rules.geoip_db = inner.text(UserLocation, "geoip_db").value_or("");
  rules.trusted_proxies =
      inner.texts(UserLocation, "trusted_proxies").value_or(std::vector<std::string>{});
  for (const auto& proxy : rules.trusted_proxies) {
    if (!is_cidr(proxy)) {
      const auto* at = inner.given(UserLocation, "trusted_proxies");
      issues.error(at->value->at,
                   at->path,
                   fmt::format("{} is not an address", shown(*at->value, proxy)),
                   "write 10.0.0.0/8, or one address");
    }
  }
  if (!rules.header.empty() && rules.trusted_proxies.empty()) {
    const auto* at = inner.given(UserLocation, "header");
    issues.warn(at->at,
                at->path,
                "no proxy is trusted, so this header is never believed",
                "write trusted_proxies: [10.0.0.0/8]");
  }
}

void read_region(PartReader& reader, GeneralSettings& general) {
  const auto region = reader.text(General, "region");
  if (!region) {
    return;
  }
  general.region = *region;
  general.region_explicit = true;
  if (!places_named(*region)) {
    const auto* given = reader.given(General, "region");
    reader.issues().warn(
        given->value->at,
        given->path,
        fmt::format(
            "no region, country or group is named {}, so no residency rule admits this gateway",
            shown(*given->value, *region)),
        place_hint(*region));
  }
}

void read_enforced_params(PartReader& reader, GeneralSettings& general) {
  general.enforced_params =
      reader.texts(General, "enforced_params").value_or(std::vector<std::string>{});
  for (const auto& name : general.enforced_params) {
    constexpr std::string_view kMetadata = "metadata.";
    const bool inside = name.starts_with(kMetadata);
    const auto field = inside ? std::string_view(name).substr(kMetadata.size()) : name;
    if (field.empty() || field.contains('.')) {
      const auto* given = reader.given(General, "enforced_params");
      reader.issues().error(given->value->at,
                            given->path,
                            fmt::format("{} is no field that can be looked for", shown(name)),
                            "write the name of a field, or metadata.NAME");
    }
  }
}

}  // namespace

void read_general(PartReader& reader,
                  KeyCheck& keys,
                  const ConfigSources& sources,
                  GeneralSettings& general) {
  read_master_key(reader, sources, general);
  read_region(reader, general);
  read_user_location(reader, keys, general.user_location);
  general.drain_delay = reader.seconds(General, "drain_delay").value_or(general.drain_delay);
  general.drain_timeout = reader.seconds(General, "drain_timeout").value_or(general.drain_timeout);
  general.max_parallel_requests = reader.count(General, "max_parallel_requests", 1, 10'000'000);
  general.global_max_parallel_requests =
      reader.count(General, "global_max_parallel_requests", 1, 10'000'000);
  if (const auto size = reader.number(General, "max_request_size_mb", 0.001, 4096)) {
    general.body_bytes_max = static_cast<std::uint64_t>(*size * 1024 * 1024);
  }
  general.key_header = lower(reader.text(General, "litellm_key_header_name").value_or(""));
  general.completion_model = reader.text(General, "completion_model").value_or("");
  if (const auto size = reader.number(General, "max_response_size_mb", 0.001, 4096)) {
    general.reply_bytes_max = static_cast<std::uint64_t>(*size * 1024 * 1024);
  }
  general.enforce_user_param = reader.flag(General, "enforce_user_param").value_or(false);
  read_enforced_params(reader, general);
  general.state_file = reader.text(General, "state_file").value_or("");
  general.json_logs = reader.flag(Litellm, "json_logs").value_or(false);
}

}  // namespace meridian
