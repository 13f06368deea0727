#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "wire/anthropic/model_rules.h"
#include "wire/chat.h"
#include "wire/unsupported.h"

namespace meridian {

// How a request's wish for reasoning is put to a Claude.
struct ThinkingPlan {
  std::string thinking_json;               // `thinking`; empty: none.
  std::string effort;                      // `output_config.effort`; empty: none.
  std::int64_t budget_tokens = 0;          // 0: none, or not by budget.
  std::optional<std::int64_t> max_tokens;  // The client's, or what the budget needs in its place.

  // A model that thinks takes neither forced tools nor a changed temperature.
  bool on() const { return !thinking_json.empty() && !thinking_json.contains("\"disabled\""); }
};

ThinkingPlan plan_thinking(const ChatRequest& request,
                           const ModelRules& rules,
                           Unsupported& unsupported);

}  // namespace meridian
