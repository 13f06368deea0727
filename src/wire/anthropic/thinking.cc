#include "wire/anthropic/thinking.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "wire/json.h"

namespace meridian {

namespace {

// Anthropic refuses a budget below this.
constexpr std::int64_t kBudgetMin = 1024;

// Left for the answer where the client gave no limit.
constexpr std::int64_t kAnswerTokens = 4096;

struct Effort {
  std::string_view name;  // OpenAI's.
  std::int64_t budget;    // What LiteLLM and agentgateway send for it; 1024 is the least allowed.
  std::string_view adaptive;  // Anthropic's name.
};

constexpr std::array kEfforts{
    Effort{"minimal", 1024, "low"},
    Effort{"low", 1024, "low"},
    Effort{"medium", 2048, "medium"},
    Effort{"high", 4096, "high"},
    Effort{"xhigh", 8192, "xhigh"},
    Effort{"max", 16384, "max"},
};

std::string_view effort_of_budget(std::int64_t budget) {
  for (const auto& effort : kEfforts) {
    if (effort.name != "minimal" && budget <= effort.budget) {
      return effort.adaptive;
    }
  }
  return "max";
}

// The client spoke Anthropic's `thinking` itself.
ThinkingPlan given_thinking(const ChatRequest& request, const ModelRules& rules) {
  ThinkingPlan plan;
  plan.thinking_json = request.thinking_json;
  plan.max_tokens = request.max_tokens;
  const auto value = thread_json_parser().parse(request.thinking_json);
  if (!value || (*value)["type"].inside() != "enabled") {
    return plan;
  }
  const auto budget = (*value)["budget_tokens"].integer().value_or(0);
  if (rules.adaptive_thinking && !rules.sampling) {
    plan.thinking_json = R"({"type":"adaptive"})";
    plan.effort = effort_of_budget(budget);
    return plan;
  }
  plan.budget_tokens = budget;
  if (!plan.max_tokens) {
    plan.max_tokens = budget + kAnswerTokens;
  }
  return plan;
}

// In Anthropic's own dialect `thinking` and an effort are two things; neither stands for the other.
ThinkingPlan own_words(const ChatRequest& request,
                       const ModelRules& rules,
                       const Unsupported& unsupported) {
  ThinkingPlan plan;
  plan.max_tokens = request.max_tokens;
  if (!request.thinking_json.empty() && !unsupported.dropped_by_name("thinking")) {
    plan = given_thinking(request, rules);
  }
  if (request.reasoning_effort && !unsupported.dropped_by_name("reasoning_effort")) {
    plan.effort = *request.reasoning_effort;
  }
  if (std::ranges::any_of(request.other,
                          [](const auto& field) { return field.first == "output_config"; })) {
    plan.effort.clear();  // The client's own goes out as it is, with more in it than we know.
  }
  return plan;
}

ThinkingPlan by_budget(std::int64_t budget, std::optional<std::int64_t> max_tokens) {
  ThinkingPlan plan;
  plan.max_tokens = max_tokens.value_or(budget + kAnswerTokens);
  // The budget is part of the limit. Where the client's limit leaves no room for the least budget,
  // there is no thinking: the limit was asked for in numbers, the effort in a word.
  plan.budget_tokens = std::min(budget, *plan.max_tokens - 1);
  if (plan.budget_tokens < kBudgetMin) {
    plan.budget_tokens = 0;
    return plan;
  }
  plan.thinking_json =
      fmt::format(R"({{"type":"enabled","budget_tokens":{}}})", plan.budget_tokens);
  return plan;
}

}  // namespace

ThinkingPlan plan_thinking(const ChatRequest& request,
                           const ModelRules& rules,
                           Unsupported& unsupported) {
  if (request.dialect == Dialect::AnthropicMessages) {
    return own_words(request, rules, unsupported);
  }
  if (!request.thinking_json.empty() && !unsupported.dropped_by_name("thinking")) {
    return given_thinking(request, rules);
  }
  ThinkingPlan none;
  none.max_tokens = request.max_tokens;
  if (!request.reasoning_effort || unsupported.dropped_by_name("reasoning_effort")) {
    return none;
  }
  if (*request.reasoning_effort == "none") {
    none.thinking_json = rules.thinks_by_itself ? R"({"type":"disabled"})" : "";
    return none;
  }
  const auto* effort = std::ranges::find(kEfforts, *request.reasoning_effort, &Effort::name);
  if (!rules.thinking || effort == kEfforts.end()) {
    unsupported.field("reasoning_effort");
    return none;
  }
  if (rules.adaptive_thinking) {
    none.thinking_json = R"({"type":"adaptive"})";
    none.effort = effort->adaptive;
    return none;
  }
  return by_budget(effort->budget, request.max_tokens);
}

}  // namespace meridian
