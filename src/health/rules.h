#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace meridian {

// What makes a deployment rest, and for how long. One per deployment: the router's, with the
// deployment's own values on top.
struct HealthRules {
  int allowed_fails = 3;  // It rests at this many faults in a row; 0 counts as 1.
  Duration cooldown = std::chrono::seconds(60);  // 0: never rests.
  bool disabled = false;                         // disable_cooldowns: learns, reports, never rests.

  // allowed_fails_policy: thresholds by kind of failure, in LiteLLM's words; nothing =
  // allowed_fails.
  std::optional<int> timeout_fails = std::nullopt;
  std::optional<int> rate_limit_fails =
      std::nullopt;  // When set, this many 429 in a row rest it as a fault would.
  std::optional<int> authentication_fails =
      std::nullopt;  // When set, a refused key blocks only at this many.
  std::optional<int> server_error_fails = std::nullopt;  // InternalServerErrorAllowedFails.
  std::optional<int> content_policy_fails =
      std::nullopt;  // When set, counts as a fault (LiteLLM's meaning).
  std::optional<int> bad_request_fails =
      std::nullopt;  // When set, counts as a fault (LiteLLM's meaning).

  Duration slow_start = std::chrono::seconds(30);  // Ramp from 10 % to all of its share.
};

}  // namespace meridian
