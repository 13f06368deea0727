#pragma once

#include <optional>

#include "base/failure.h"
#include "gateway/attempt.h"
#include "gateway/exchange.h"
#include "pricing/price.h"
#include "routing/pursuit.h"

namespace meridian {

// What the client is told, what telemetry calls it, and the line in the log.

RequestOutcome outcome_of(NoPlan none);
RequestOutcome outcome_of(FailureKind kind);

// For a plan without attempts: who could have served, why nobody may, and what to do.
Failure failure_of(const Plan& plan, const Exchange& exchange, TimePoint now);

// Everyone began to rest between planning and sending.
Failure unavailable(const Exchange& exchange, TimePoint retry_at, TimePoint now);

// A provider's failure as the client may see it: a refused key of ours is not the client's 401.
Failure for_client(Failure failure);

// When the gateway itself stands outside the rule and says where it is.
std::optional<Failure> wrong_gateway(const Exchange& exchange);

// The deadline and retries that hold for all attempts.
Pursuit::Limits limits_of(const Exchange& exchange);

// After an attempt that was the last.
void note_end(Exchange& exchange, const AttemptEnd& end);

// Waits before a repeat. False: the client has left meanwhile.
Awaitable<bool> pause(Worker& worker, Peer& client, Duration length);

// What the answer costs, as far as its usage is known by now. Zero where nobody has served.
TokenCounts counts_of(const Usage& usage);
MicroDollars cost_so_far(const Exchange& exchange);

// Once a request is over: counters and the one line of the log.
void conclude(Worker& worker, const Peer& client, Exchange& exchange);

}  // namespace meridian
