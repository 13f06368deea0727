#pragma once

#include "gateway/relay.h"
#include "wire/count_tokens.h"

namespace meridian {

// Operation::CountTokens, where the reply does not pass as it is. Nothing of it counts as a served
// chat: no tokens, no cost, and health learns no more than whether the endpoint could be reached.

// A provider's count, in the client's words.
Awaitable<AttemptEnd> translate_count(Reply& reply, CountForm form);

// Whether our own estimate is a better answer than what this provider refused: it does not count
// for this model, or not for us. What is wrong with the request itself stays the client's.
bool estimate_instead(const Failure& failure);

// Nobody is asked; x-meridian-token-count says so.
Awaitable<AttemptEnd> answer_with_estimate(Journey& journey);

}  // namespace meridian
