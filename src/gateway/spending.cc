#include "gateway/spending.h"

#include <algorithm>

#include <fmt/format.h>

#include "gateway/outcome.h"
#include "tenancy/budget.h"

namespace meridian {

namespace {

bool is_whole(const Exchange& exchange) {
  return exchange.has_usage && exchange.seen.outcome == RequestOutcome::Answered;
}

TokenCounts tokens_for_budget(const Exchange& exchange) {
  auto tokens = exchange.has_usage ? counts_of(exchange.usage)
                                   : TokenCounts{.input = exchange.route.input_tokens};
  if (exchange.stream && !is_whole(exchange)) {
    const auto seen = static_cast<std::int64_t>(exchange.streamed_bytes / kStreamBytesPerToken);
    tokens.output = std::max(tokens.output, seen);
  }
  return tokens;
}

}  // namespace

std::optional<Failure> over_budget(const Exchange& exchange) {
  const auto& snapshot = exchange.snapshot();
  const auto& budget = snapshot.settings.budget;
  if (!budget || !snapshot.spend || exchange.operation == Operation::CountTokens) {
    return std::nullopt;
  }
  const auto spent = snapshot.spend->spent();
  if (!is_used_up(*budget, spent)) {
    return std::nullopt;
  }
  const auto ends = snapshot.spend->ends();
  return Failure{
      .kind = FailureKind::BadRequest,
      .status = 400,
      .message = fmt::format(
          "the budget of this gateway is used up: {} of {} spent since {}; it {}. "
          "Its operator can raise litellm_settings.max_budget",
          to_dollars(spent),
          to_dollars(budget->limit),
          to_text(snapshot.spend->began()),
          ends ? "begins anew at " + to_text(*ends) : std::string("does not begin anew by itself")),
      .code = "budget_exceeded"};
}

MicroDollars cost_for_budget(const Exchange& exchange) {
  if (!exchange.served || exchange.operation == Operation::CountTokens) {
    return {};
  }
  const auto& price = exchange.snapshot().settings.prices[index_of(*exchange.served)];
  return cost_of(price, tokens_for_budget(exchange));
}

void charge(const Exchange& exchange) {
  if (const auto& spend = exchange.snapshot().spend) {
    spend->add(cost_for_budget(exchange));
  }
}

}  // namespace meridian
