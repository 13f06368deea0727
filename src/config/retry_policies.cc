#include "config/retry_policies.h"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace meridian {

namespace {

using enum Section;

constexpr auto kRetries =
    std::to_array<std::pair<std::string_view, std::optional<int> RetryPolicy::*>>({
        {"BadRequestErrorRetries", &RetryPolicy::bad_request},
        {"AuthenticationErrorRetries", &RetryPolicy::authentication},
        {"TimeoutErrorRetries", &RetryPolicy::timeout},
        {"RateLimitErrorRetries", &RetryPolicy::rate_limit},
        {"ContentPolicyViolationErrorRetries", &RetryPolicy::content_policy},
        {"InternalServerErrorRetries", &RetryPolicy::internal_server_error},
    });

constexpr auto kFails =
    std::to_array<std::pair<std::string_view, std::optional<int> HealthRules::*>>({
        {"BadRequestErrorAllowedFails", &HealthRules::bad_request_fails},
        {"AuthenticationErrorAllowedFails", &HealthRules::authentication_fails},
        {"TimeoutErrorAllowedFails", &HealthRules::timeout_fails},
        {"RateLimitErrorAllowedFails", &HealthRules::rate_limit_fails},
        {"ContentPolicyViolationErrorAllowedFails", &HealthRules::content_policy_fails},
        {"InternalServerErrorAllowedFails", &HealthRules::server_error_fails},
    });

// Without the maps inside: they are policies of groups in the wrong key, or a shape that nobody
// reads.
Yaml flat(Yaml map, const std::string& path, Issues& issues) {
  for (const auto& entry : map.entries) {
    if (entry.value.is_map()) {
      issues.warn(entry.at,
                  fmt::format("{}.{}", path, entry.key),
                  "a map inside a retry policy, which has no effect, nor in LiteLLM",
                  "write RateLimitErrorRetries: 3 and the like; policies of single groups stand in "
                  "router_settings.model_group_retry_policy");
    }
  }
  std::erase_if(map.entries, [](const YamlEntry& entry) { return entry.value.is_map(); });
  return map;
}

bool is_map(const Yaml& map, const std::string& path, std::string_view example, Issues& issues) {
  if (!map.is_map() && !map.is_null()) {
    issues.error(map.at, path, "not a map", fmt::format("write {}", example));
  }
  return map.is_map();
}

}  // namespace

RetryPolicy read_retry_policy(const Yaml& map,
                              const std::string& path,
                              KeyCheck& keys,
                              Issues& issues) {
  RetryPolicy policy;
  if (!is_map(map, path, "TimeoutErrorRetries: 2", issues)) {
    return policy;
  }
  const auto own = flat(map, path, issues);
  Part part;
  keys.read(Section::Retries, own, path, part);
  PartReader reader(part, issues);
  for (const auto& [name, member] : kRetries) {
    policy.*member = reader.count(Section::Retries, name, 0, 100);
  }
  return policy;
}

void read_fails_policy(const Yaml& map,
                       const std::string& path,
                       KeyCheck& keys,
                       Issues& issues,
                       HealthRules& rules) {
  if (!is_map(map, path, "TimeoutErrorAllowedFails: 2", issues)) {
    return;
  }
  Part part;
  keys.read(Fails, map, path, part);
  PartReader reader(part, issues);
  for (const auto& [name, member] : kFails) {
    rules.*member = reader.count(Fails, name, 0, 1'000'000);
  }
}

}  // namespace meridian
