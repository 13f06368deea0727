#pragma once

#include "gateway/exchange.h"
#include "transport/request.h"

namespace meridian {

// Answers one request to a model: plan, attempts, answer or refusal, facts. `exchange` has its pin,
// its id and its time. True: the connection may carry another request.
Awaitable<bool> answer_model(Worker& worker, Peer& client, Request& request, Exchange& exchange);

}  // namespace meridian
