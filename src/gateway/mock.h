#pragma once

#include <string>

#include "gateway/attempt.h"

namespace meridian {

// The half-open trial of an attempt that asks no provider is for somebody who does.
void give_up_trial(Journey& journey, const Step& step);

// The text of `mock_response`, of the request or else of the file; null: ask the provider.
const std::string* mock_for(const Exchange& exchange, DeploymentId id);

// Answers with this text as a model would, whole or as a stream, and calls nobody. So health learns
// nothing, nobody served it and it costs nothing: a client must not make a dark region look well.
Awaitable<AttemptEnd> answer_with(Journey& journey, const Step& step, const std::string& text);

}  // namespace meridian
