#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/failure.h"
#include "base/operation.h"
#include "base/secret.h"
#include "gateway/worker.h"
#include "residency/policy.h"
#include "routing/plan.h"
#include "telemetry/facts.h"
#include "transport/request.h"
#include "wire/chat.h"
#include "wire/dialect.h"

namespace meridian {

// One request to a model, from its arrival to its line in the log. Lives in the coroutine that
// serves it; what it needs of the request's buffer is copied, so that the buffer can go when the
// answer flows.
struct Exchange {
  Pinned pin;
  Dialect dialect = Dialect::OpenAiChat;  // The client's.
  Operation operation = Operation::Chat;
  TimePoint began;
  std::string id;          // Ours, or the client's x-litellm-call-id.
  std::string_view path;   // As the table of endpoints spells it.
  bool keep_alive = true;  // The client's connection may go on afterwards.
  bool http_1_0 = false;
  bool master = false;  // Showed the master key.

  // What is asked.
  std::string model;
  bool stream = false;
  bool wants_usage = false;  // stream_options.include_usage.
  std::string own_words;     // x-meridian-allowed-regions as sent.
  Policy own_residency;  // All rules of this request, when they are more than the settings' one.
  bool has_own_residency = false;
  std::vector<std::string> tags;
  std::vector<std::string> fallbacks;
  RouteRequest route;  // Views into the strings above.
  TimePoint deadline;  // Arrival to commit.
  int client_retries = 0;
  Secret client_key;  // The client's own, where the deployments let it bring one.
  std::optional<std::string> mock_response;  // Answer with this and call nobody.

  std::string echo;  // What a reply repeats of it, once an attempt had to read it: echo_of.

  // What became of it.
  int status = 0;
  std::optional<DeploymentId> served;
  std::uint64_t streamed_bytes = 0;  // Of the provider's stream, as it came.
  bool translated = false;
  int attempts = 0;
  int fallback_depth = 0;

  struct Tried {
    DeploymentId deployment{};
    std::optional<FailureKind> failure;  // Nothing: it answered.
  };

  std::vector<Tried> tried;  // In order, for the log.
  Usage usage;
  bool has_usage = false;
  bool estimated = false;  // Tokens are our guess: nobody who knows has counted them.
  MicroDollars cost;
  TimePoint first_content;
  Duration overhead{};        // Ours, until content came: all time but that spent on providers.
  Duration with_providers{};  // Spent on attempts that failed.
  RequestSeen seen;
  std::string error;        // For the log, when it failed.
  std::string unreachable;  // For the log: why the last connection that failed did.

  const Snapshot& snapshot() const { return **pin; }

  const Policy& residency() const {
    return has_own_residency ? own_residency : pin->snapshot->settings.residency;
  }
};

}  // namespace meridian
