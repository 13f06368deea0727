#include "wire/openai/effort.h"

#include "wire/json.h"

namespace meridian {

std::string_view effort_of_thinking(std::string_view thinking_json) {
  const auto thinking = thread_json_parser().parse(thinking_json);
  if (!thinking || (*thinking)["type"].inside() != "enabled") {
    return {};
  }
  const auto budget = (*thinking)["budget_tokens"].integer().value_or(0);
  if (budget >= 10000) {
    return "high";
  }
  if (budget >= 5000) {
    return "medium";
  }
  return budget >= 2000 ? "low" : "minimal";
}

}  // namespace meridian
