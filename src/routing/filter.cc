#include "routing/filter.h"

#include <algorithm>
#include <utility>

namespace meridian {

namespace {

bool takes(const std::string& mode, Operation operation) {
  if (mode.empty()) {
    return true;  // Not said: excludes nobody. Few files give embedding models a mode.
  }
  switch (operation) {
    case Operation::Embeddings:
      return mode == "embedding";
    case Operation::Chat:
    case Operation::CountTokens:
      return mode == "chat" || mode == "completion" || mode == "responses";
  }
  return false;
}

bool carries(const Deployment& deployment, std::string_view tag) {
  return std::ranges::find(deployment.tags, tag) != deployment.tags.end();
}

bool matches(const RouteRequest& request, const RouterRules& rules, const Deployment& deployment) {
  const auto has = [&](const std::string& tag) { return carries(deployment, tag); };
  return rules.tag_match_any ? std::ranges::any_of(request.tags, has)
                             : std::ranges::all_of(request.tags, has);
}

}  // namespace

std::optional<SkipReason> unable(const RouteRequest& request, const Deployment& deployment) {
  if (!deployment.configured) {
    return SkipReason::NotConfigured;
  }
  const auto& can = deployment.can;
  if (!takes(can.mode, request.operation) || (request.tools && can.tools == false) ||
      (request.images && can.images == false)) {
    return SkipReason::Capability;
  }
  if (can.input_tokens_max && request.input_tokens > *can.input_tokens_max) {
    return SkipReason::ContextWindow;
  }
  return std::nullopt;
}

TagChoice choose_tags(const RouteRequest& request, const RoutingWorld& world, const Group& group) {
  if (!world.rules.enable_tag_filtering) {
    return TagChoice::Everyone;
  }
  bool any_matches = false;
  bool any_default = false;
  for (const auto id : group.members) {
    const auto& deployment = world.fleet[id];
    any_matches =
        any_matches || (!request.tags.empty() && matches(request, world.rules, deployment));
    any_default = any_default || carries(deployment, "default");
  }
  if (any_matches) {
    return TagChoice::Matching;
  }
  if (any_default) {
    return TagChoice::DefaultOnly;
  }
  return request.tags.empty() ? TagChoice::Everyone : TagChoice::Nobody;
}

bool selected(TagChoice choice,
              const RouteRequest& request,
              const RouterRules& rules,
              const Deployment& deployment) {
  switch (choice) {
    case TagChoice::Everyone:
      return true;
    case TagChoice::Matching:
      return matches(request, rules, deployment);
    case TagChoice::DefaultOnly:
      return carries(deployment, "default");
    case TagChoice::Nobody:
      return false;
  }
  return false;
}

std::optional<SkipReason> over_quota(const RouteRequest& request,
                                     const Deployment& deployment,
                                     const HealthView& view) {
  if (deployment.max_parallel_requests &&
      std::cmp_greater_equal(view.in_flight, *deployment.max_parallel_requests)) {
    return SkipReason::Busy;
  }
  const std::int64_t requests = std::int64_t{view.waiting} + 1;
  if (deployment.rpm && view.requests_this_minute + requests > *deployment.rpm) {
    return SkipReason::QuotaWouldOverflow;
  }
  const std::int64_t tokens_each = request.input_tokens + request.output_tokens;
  if (deployment.tpm && view.tokens_this_minute + (requests * tokens_each) > *deployment.tpm) {
    return SkipReason::QuotaWouldOverflow;
  }
  return std::nullopt;
}

}  // namespace meridian
