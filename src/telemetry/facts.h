#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/failure.h"
#include "base/money.h"
#include "base/time.h"
#include "pricing/price.h"
#include "routing/plan.h"
#include "telemetry/region_labels.h"

namespace meridian {

// What the gateway reports to telemetry: small values that a worker hands to its WorkerMetrics.

// One attempt at one deployment, when it is over. Not for probes.
struct AttemptSeen {
  RegionIndex region{};                // Where it was tried: RegionLabels::of(deployment).
  std::optional<FailureKind> failure;  // Nothing: it succeeded.
  Duration took{};                     // From its start to its last byte, or to its failure.
  // From its start to the first content; streams only.
  std::optional<Duration> first_token;
  std::uint64_t bytes_sent = 0;  // Heads and bodies, as sent and received.
  std::uint64_t bytes_received = 0;
};

// How a client's request ended. Ours to answer for: Cut, Failed, RefusedUnavailable.
enum class RequestOutcome : std::uint8_t {
  Answered,            // A whole answer.
  Cut,                 // The provider broke off after the first content; an error event said so.
  ClientLeft,          // Before its end.
  Failed,              // Every attempt failed, or time ran out.
  Rejected,            // A provider found the content at fault (400, too long, content policy).
  RefusedRequest,      // Not well formed, or not possible here: 400, 404, 405.
  RefusedKey,          // 401, or 403 for what the key may do.
  RefusedModel,        // Nobody serves that name.
  RefusedResidency,    // 403: the rule leaves nobody, or this gateway is in the wrong place.
  RefusedLimit,        // 429 by a limit of ours, or a budget.
  RefusedUnavailable,  // 503: everyone allowed is resting or blocked, or we are draining.
  RefusedSize,         // 413, 431.
  RefusedSlow,         // 408: head or body did not arrive in time.
};

inline constexpr std::size_t kRequestOutcomes = 13;

// Where a gateway's own time goes; waiting for client or provider is in none of them.
enum class Stage : std::uint8_t {
  Admit,  // Head, key, limits, peek.
  Plan,   // make_plan.
  Build,  // Translating, splicing and signing what goes to the provider; all attempts.
  Relay,  // Reading, translating and writing the answer.
};

inline constexpr std::size_t kStages = 4;

// The operation and the client's dialect in the one word that metrics have for both.
enum class EndpointKind : std::uint8_t {
  Chat,
  Completion,
  Embedding,
  Messages,
  Responses,
  CountTokens,
};

// One request to an endpoint that a model answers, when it is over. Each must have been announced
// by WorkerMetrics::request_began.
struct RequestSeen {
  RequestOutcome outcome = RequestOutcome::Answered;
  RegionIndex region = kNoRegion;  // That served: the one content came from.
  Duration took{};                 // From the first byte of its head to the last of the answer.
  std::array<Duration, kStages> overhead{};
  TokenCounts tokens{};  // As the provider bills them; spend goes to `region`.
  MicroDollars cost{};
  EndpointKind endpoint = EndpointKind::Chat;
  bool translated = false;  // False: passed through in the client's own dialect.
  bool streamed = false;
  int attempts = 0;  // 0: refused before any.
};

enum class ProbeKind : std::uint8_t { Connect, Completion };

struct ProbeSeen {
  RegionIndex region{};
  ProbeKind kind = ProbeKind::Connect;
  bool ok = false;
};

enum class ResidencyDenial : std::uint8_t {
  NoDeployment,  // Nobody who serves the model is allowed.
  WrongGateway,  // This gateway itself is outside the rule.
};

enum class ReloadOutcome : std::uint8_t {
  Applied,
  Refused,    // The file has problems; the old settings stay.
  Unchanged,  // The same hash.
};

enum class Side : std::uint8_t { Client, Provider };

}  // namespace meridian
