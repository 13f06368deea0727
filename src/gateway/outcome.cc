#include "gateway/outcome.h"

#include <algorithm>
#include <array>
#include <chrono>

#include <boost/asio/as_tuple.hpp>
#include <fmt/format.h>

#include "gateway/spending.h"
#include "telemetry/access_log.h"

namespace meridian {

namespace {

constexpr std::size_t kAttemptsNamed = 16;

std::optional<Duration> until(TimePoint when, TimePoint now) {
  return when > now ? std::optional(when - now) : std::nullopt;
}

EndpointKind chat_endpoint(Dialect client) {
  switch (client) {
    case Dialect::OpenAiResponses:
      return EndpointKind::Responses;
    case Dialect::OpenAiCompletions:
      return EndpointKind::Completion;
    case Dialect::AnthropicMessages:
      return EndpointKind::Messages;
    case Dialect::OpenAiChat:
    case Dialect::BedrockConverse:  // No client speaks these two.
    case Dialect::Gemini:
      break;
  }
  return EndpointKind::Chat;
}

EndpointKind endpoint_of(Operation operation, Dialect client) {
  switch (operation) {
    case Operation::Chat:
      break;
    case Operation::CountTokens:
      return EndpointKind::CountTokens;
    case Operation::Embeddings:
      return EndpointKind::Embedding;
  }
  return chat_endpoint(client);
}

}  // namespace

TokenCounts counts_of(const Usage& usage) {
  return {.input = usage.input,
          .cache_read = usage.cache_read,
          .cache_write = usage.cache_write,
          .output = usage.output};
}

MicroDollars cost_so_far(const Exchange& exchange) {
  if (!exchange.served || !exchange.has_usage) {
    return {};
  }
  return cost_of(exchange.snapshot().settings.prices[index_of(*exchange.served)],
                 counts_of(exchange.usage));
}

RequestOutcome outcome_of(NoPlan none) {
  switch (none) {
    case NoPlan::UnknownModel:
      return RequestOutcome::RefusedModel;
    case NoPlan::Residency:
      return RequestOutcome::RefusedResidency;
    case NoPlan::Capability:
    case NoPlan::ContextWindow:
      return RequestOutcome::RefusedRequest;
    case NoPlan::Quota:
      return RequestOutcome::RefusedLimit;
    case NoPlan::None:
    case NoPlan::Health:
    case NoPlan::NotConfigured:
      return RequestOutcome::RefusedUnavailable;
  }
  return RequestOutcome::RefusedUnavailable;
}

RequestOutcome outcome_of(FailureKind kind) {
  switch (kind) {
    case FailureKind::BadRequest:
    case FailureKind::ContextWindow:
    case FailureKind::ContentPolicy:
      return RequestOutcome::Rejected;
    case FailureKind::ClientLeft:
      return RequestOutcome::ClientLeft;
    case FailureKind::CutShort:
      return RequestOutcome::Cut;
    case FailureKind::ConnectFailed:
    case FailureKind::TimedOut:
    case FailureKind::ServerError:
    case FailureKind::RateLimited:
    case FailureKind::AccountBlocked:
    case FailureKind::Misconfigured:
      return RequestOutcome::Failed;
  }
  return RequestOutcome::Failed;
}

Failure failure_of(const Plan& plan, const Exchange& exchange, TimePoint now) {
  const auto& model = exchange.model;
  switch (plan.none) {
    case NoPlan::UnknownModel:
      return {.kind = FailureKind::BadRequest,
              .status = 404,
              .message =
                  fmt::format("no model \"{}\" is served here; GET /v1/models lists those that are",
                              model.substr(0, 100)),
              .code = "model_not_found"};
    case NoPlan::Residency:
      return {
          .kind = FailureKind::BadRequest,
          .status = 403,
          .message = fmt::format(
              "no deployment of \"{}\" may process this request under the residency rule \"{}\"; "
              "nothing was sent anywhere. Widen the rule, or add a deployment inside it",
              model,
              exchange.residency().text()),
          .code = "residency_unavailable"};
    case NoPlan::Capability:
      return {.kind = FailureKind::BadRequest,
              .message = fmt::format("no deployment of \"{}\" can take this kind of request "
                                     "(tools, images, or the endpoint)",
                                     model),
              .code = "unsupported_by_model"};
    case NoPlan::ContextWindow:
      return {.kind = FailureKind::ContextWindow,
              .status = 400,
              .message = fmt::format(
                  "the prompt is too long for every deployment of \"{}\"; shorten it", model),
              .code = "context_length_exceeded"};
    case NoPlan::NotConfigured:
      return {.kind = FailureKind::ServerError,
              .status = 503,
              .message = fmt::format(
                  "no deployment of \"{}\" has credentials; the gateway's operator must set them "
                  "(`meridian check` names what is missing)",
                  model),
              .code = "not_configured"};
    case NoPlan::Quota:
      return {.kind = FailureKind::RateLimited,
              .status = 429,
              .message =
                  fmt::format("every deployment of \"{}\" is at its limit; try again later", model),
              .code = "rate_limit_exceeded",
              // Nobody knows when one of max_parallel_requests ends: soon.
              .retry_after = until(plan.retry_at, now).value_or(std::chrono::seconds(1))};
    case NoPlan::None:
    case NoPlan::Health:
      break;
  }
  return unavailable(exchange, plan.retry_at, now);
}

Failure unavailable(const Exchange& exchange, TimePoint retry_at, TimePoint now) {
  return {.kind = FailureKind::ServerError,
          .status = 503,
          .message = fmt::format("every deployment of \"{}\" that may serve this request is down "
                                 "at the moment; try again later",
                                 exchange.model),
          .code = "no_healthy_deployment",
          .retry_after = until(retry_at, now).value_or(std::chrono::seconds(1))};
}

Failure for_client(Failure failure) {
  switch (failure.kind) {
    case FailureKind::Misconfigured:
      // The provider refused the gateway, not the client.
      failure.status = 502;
      failure.message =
          "the provider refused the gateway's own credentials or model; its operator has been told";
      failure.code = "provider_misconfigured";
      failure.retry_after.reset();
      break;
    case FailureKind::AccountBlocked:
      failure.status = 503;
      failure.message =
          "the provider has blocked the gateway's account (money or a spend limit); its operator "
          "has been told";
      failure.code = "provider_account_blocked";
      break;
    case FailureKind::ConnectFailed:
      failure.status = 502;
      failure.code = failure.code.empty() ? "provider_unreachable" : failure.code;
      failure.message = fmt::format("no provider could be reached: {}", failure.message);
      break;
    case FailureKind::TimedOut:
      failure.status = 504;
      failure.code = failure.code.empty() ? "timeout" : failure.code;
      break;
    case FailureKind::ServerError:
    case FailureKind::RateLimited:
    case FailureKind::BadRequest:
    case FailureKind::ContextWindow:
    case FailureKind::ContentPolicy:
    case FailureKind::CutShort:
    case FailureKind::ClientLeft:
      break;
  }
  return failure;
}

std::optional<Failure> wrong_gateway(const Exchange& exchange) {
  const auto& general = exchange.snapshot().settings.general;
  if (!general.region_explicit || exchange.residency().unrestricted()) {
    return std::nullopt;
  }
  const auto here = places_named(general.region);
  if (here && exchange.residency().allows(*here)) {
    return std::nullopt;
  }
  return Failure{.kind = FailureKind::BadRequest,
                 .status = 403,
                 .message = fmt::format(
                     "this gateway runs in {}, outside the residency rule \"{}\" of this request; "
                     "send it to a gateway inside",
                     general.region,
                     exchange.residency().text()),
                 .code = "wrong_gateway"};
}

Pursuit::Limits limits_of(const Exchange& exchange) {
  return {.deadline = exchange.deadline, .client_retries = exchange.client_retries};
}

void note_end(Exchange& exchange, const AttemptEnd& end) {
  switch (end.kind) {
    case AttemptEnd::Kind::Answered:
      exchange.seen.outcome = RequestOutcome::Answered;
      break;
    case AttemptEnd::Kind::Cut:
      exchange.seen.outcome = RequestOutcome::Cut;
      exchange.error = "stream_cut";
      break;
    case AttemptEnd::Kind::ClientLeft:
      exchange.seen.outcome = RequestOutcome::ClientLeft;
      break;
    case AttemptEnd::Kind::Failed:
      exchange.seen.outcome = RequestOutcome::Failed;
      break;
  }
}

Awaitable<bool> pause(Worker& worker, Peer& client, Duration length) {
  Timer timer(worker.loop.get_executor());
  timer.expires_after(length);
  co_await timer.async_wait(boost::asio::as_tuple(kUseAwaitable));
  co_return !client.closed();
}

void conclude(Worker& worker, const Peer& client, Exchange& exchange) {
  const auto& snapshot = exchange.snapshot();
  const auto now = worker.deadlines.refresh();
  const auto& fleet = snapshot.settings.fleet;
  const bool counted = exchange.has_usage && exchange.served;
  auto& seen = exchange.seen;
  seen.took = now - exchange.began;
  seen.region = exchange.served ? snapshot.labels->of(*exchange.served) : kNoRegion;
  seen.endpoint = endpoint_of(exchange.operation, exchange.dialect);
  seen.translated = exchange.translated;
  seen.streamed = exchange.stream;
  seen.attempts = exchange.attempts;
  if (counted) {
    seen.tokens = counts_of(exchange.usage);
    seen.cost = cost_so_far(exchange);
  }
  charge(exchange);
  worker.metrics.request(seen);
  if (exchange.served && !exchange.residency().allows(fleet[*exchange.served].location.possible)) {
    worker.metrics.residency_violated(seen.region);
  }

  std::array<AttemptNote, kAttemptsNamed> notes;
  const auto named = std::min(exchange.tried.size(), notes.size());
  for (std::size_t i = 0; i < named; ++i) {
    notes.at(i) = {fleet[exchange.tried[i].deployment].label, exchange.tried[i].failure};
  }
  AccessLine line;
  line.at = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  line.id = exchange.id;
  line.outcome = seen.outcome;
  line.status = exchange.status;
  line.client = client.address();
  line.key_alias = exchange.master ? "master" : "";
  line.method = "POST";
  line.path = exchange.path;
  line.model = exchange.model;
  if (exchange.served) {
    line.group = fleet[fleet[*exchange.served].group].name;
    line.region = fleet[*exchange.served].label;
    line.deployment = fleet[*exchange.served].name;
  }
  line.attempts = {notes.data(), named};
  line.residency = exchange.residency().text();
  line.streamed = exchange.stream;
  line.took = seen.took;
  if (exchange.first_content > exchange.began) {
    line.first_token = exchange.first_content - exchange.began;
  }
  line.overhead = exchange.overhead;
  if (counted) {
    line.tokens = seen.tokens;
    line.cost = seen.cost;
  }
  line.error = exchange.error;
  line.why = exchange.unreachable;
  append_access_line(worker.log_lines,
                     snapshot.settings.general.json_logs ? LineForm::Json : LineForm::Logfmt,
                     line);
  if (worker.log_lines.size() > Worker::kLogBytesMax) {
    worker.hand_log_on();
  }
}

}  // namespace meridian
