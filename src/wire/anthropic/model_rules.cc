#include "wire/anthropic/model_rules.h"

#include <array>

namespace meridian {

namespace {

struct Row {
  std::string_view name;
  ModelRules rules;
};

// The first row whose name occurs in the model's decides: longer names stand before their
// beginnings. Which parameters: Anthropic's documentation as gathered in November 2026. Output
// limits: the models' pages there.
constexpr std::array kRows{
    Row{"claude-opus-5",
        {.output_tokens_max = 128000,
         .sampling = false,
         .adaptive_thinking = true,
         .thinks_by_itself = true}},
    Row{"claude-opus-4-8",
        {.output_tokens_max = 128000, .sampling = false, .adaptive_thinking = true}},
    Row{"claude-opus-4-7",
        {.output_tokens_max = 128000, .sampling = false, .adaptive_thinking = true}},
    Row{"claude-opus-4-6", {.output_tokens_max = 128000, .adaptive_thinking = true}},
    Row{"claude-sonnet-4-6", {.output_tokens_max = 64000, .temperature_with_top_p = false}},
    Row{"claude-opus-4-5", {.output_tokens_max = 64000, .temperature_with_top_p = false}},
    Row{"claude-sonnet-4-5", {.output_tokens_max = 64000, .temperature_with_top_p = false}},
    Row{"claude-haiku-4-5", {.output_tokens_max = 64000, .temperature_with_top_p = false}},
    Row{"claude-opus-4-1", {.output_tokens_max = 32000, .temperature_with_top_p = false}},
    Row{"claude-opus-4-2025", {.output_tokens_max = 32000, .json_schema = false}},
    Row{"claude-opus-4@2025", {.output_tokens_max = 32000, .json_schema = false}},
    Row{"claude-opus-4-0", {.output_tokens_max = 32000, .json_schema = false}},
    Row{"claude-sonnet-4-2025", {.output_tokens_max = 64000, .json_schema = false}},
    Row{"claude-sonnet-4@2025", {.output_tokens_max = 64000, .json_schema = false}},
    Row{"claude-sonnet-4-0", {.output_tokens_max = 64000, .json_schema = false}},
    Row{"claude-3-7", {.output_tokens_max = 64000, .json_schema = false}},
    Row{"claude-3-5", {.output_tokens_max = 8192, .thinking = false, .json_schema = false}},
    Row{"claude-3", {.output_tokens_max = 4096, .thinking = false, .json_schema = false}},
    Row{"claude-v2", {.output_tokens_max = 4096, .thinking = false, .json_schema = false}},
    Row{"claude-2", {.output_tokens_max = 4096, .thinking = false, .json_schema = false}},
    Row{"claude-instant", {.output_tokens_max = 4096, .thinking = false, .json_schema = false}},
};

}  // namespace

ModelRules model_rules(std::string_view model) {
  for (const auto& row : kRows) {
    if (model.contains(row.name)) {
      return row.rules;
    }
  }
  return ModelRules{.claude = model.contains("claude")};
}

}  // namespace meridian
