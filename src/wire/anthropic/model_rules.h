#pragma once

#include <cstdint>
#include <string_view>

namespace meridian {

// What a Claude takes and what it refuses. These facts age fastest of all: they stand in one table
// (model_rules.cc), and nowhere else.
struct ModelRules {
  bool claude = true;
  std::int64_t output_tokens_max =
      4096;                            // Sent where a client gives no limit; Anthropic demands one.
  bool sampling = true;                // temperature, top_p, top_k are taken at all ...
  bool temperature_with_top_p = true;  // ... and both at once.
  bool thinking = true;
  bool adaptive_thinking = false;  // "adaptive" and an effort in place of a budget.
  bool thinks_by_itself = false;   // Has to be told not to.
  bool json_schema = true;         // Structured output without a tool.
};

// By any of a model's spellings: "claude-opus-4-7", "us.anthropic.claude-opus-4-7-v1:0",
// "claude-opus-4-7@20260101", an ARN. A Claude that is not in the table is judged like the newest
// known ones that refuse the least; `claude` is false for any other model.
ModelRules model_rules(std::string_view model);

}  // namespace meridian
