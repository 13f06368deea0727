#pragma once

#include <optional>
#include <string_view>

#include "base/failure.h"
#include "health/view.h"
#include "telemetry/facts.h"

namespace meridian {

// The words for each kind in metrics and log lines. Dashboards and alerts are written against them:
// changing one breaks people's queries.

std::string_view label_of(FailureKind kind);
std::string_view label_of(std::optional<FailureKind> failure);  // "ok" without one.
std::string_view label_of(RequestOutcome outcome);
std::string_view label_of(Stage stage);
std::string_view label_of(Standing standing);
std::string_view label_of(EndpointKind endpoint);
std::string_view label_of(ProbeKind kind);
std::string_view label_of(ResidencyDenial why);
std::string_view label_of(ReloadOutcome outcome);
std::string_view label_of(Side side);

// Whether a failed attempt speaks against the region, and so counts in litellm_errors_total. What
// the client asked for, and a client that left, do not.
bool counts_against_region(FailureKind kind);

}  // namespace meridian
