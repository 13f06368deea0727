#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "regions/fleet.h"

namespace meridian {

enum class Strategy : std::uint8_t {
  SimpleShuffle,
  Priority,
  Latency,
  LeastBusy,
  Usage,
  Cost,
  Adaptive,  // Latency with a price on money and prompt-cache affinity.
};

// How many further attempts a kind of failure is worth (LiteLLM's retry_policy); nothing =
// num_retries.
struct RetryPolicy {
  std::optional<int> bad_request = std::nullopt;
  std::optional<int> authentication = std::nullopt;
  std::optional<int> timeout = std::nullopt;
  std::optional<int> rate_limit = std::nullopt;
  std::optional<int> content_policy = std::nullopt;
  std::optional<int> internal_server_error = std::nullopt;
};

using FallbackMap = ByName<std::vector<std::string>>;  // Group (or "*") -> groups, in order.

// What the router does with a fleet, the same for every request.
struct RouterRules {
  Strategy strategy = Strategy::SimpleShuffle;
  int num_retries = 2;
  Duration timeout = std::chrono::seconds(600);        // Arrival to commit.
  Duration stream_timeout = std::chrono::seconds(60);  // Gap between events after it.
  Duration max_stream = std::chrono::hours(1);
  Duration retry_after_min{};  // router_settings.retry_after.
  RetryPolicy retry_policy;
  ByName<RetryPolicy> group_retry_policy;  // model_group_retry_policy.
  FallbackMap fallbacks;
  FallbackMap context_window_fallbacks;
  FallbackMap content_policy_fallbacks;
  std::vector<std::string> default_fallbacks;
  int max_fallbacks = 5;
  bool enable_tag_filtering = false;
  bool tag_match_any = true;
  double lowest_latency_buffer = 0;  // routing_strategy_args: treat within this factor as equal.
  double cost_weight_ms_per_dollar = 0;
  bool cache_affinity = false;
};

}  // namespace meridian
