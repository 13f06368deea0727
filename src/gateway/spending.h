#pragma once

#include <optional>

#include "base/failure.h"
#include "gateway/exchange.h"

namespace meridian {

// Why this request may not be sent to anybody: the budget is used up. Counting tokens costs nothing
// and is always allowed.
std::optional<Failure> over_budget(const Exchange& exchange);

// What a request cost, for the budget. Where a stream ended before its provider said how many
// tokens it took, because the client left or it was cut, they are estimated: four bytes a token of
// the prompt, and kStreamBytesPerToken of the stream.
MicroDollars cost_for_budget(const Exchange& exchange);

// A token is rarely alone in an event, whose frame has some 130 (Anthropic) to 250 bytes (OpenAI):
// an estimate that is rather too high than too low.
inline constexpr std::uint64_t kStreamBytesPerToken = 128;

// Puts what the request cost on the budget, where there is one. Once, at its end.
void charge(const Exchange& exchange);

}  // namespace meridian
