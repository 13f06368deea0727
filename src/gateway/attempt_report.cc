#include "gateway/attempt_report.h"

#include "gateway/outcome.h"

namespace meridian {

AttemptReport::AttemptReport(Journey& journey, const Step& step)
    : journey_(journey),
      step_(step),
      id_(step.attempt->to.id()),
      counts_(journey.exchange.operation == Operation::CountTokens),
      began_(journey.worker.deadlines.refresh()),
      lease_(*journey.exchange.snapshot().board, id_) {}

void AttemptReport::sent(std::size_t bytes) {
  if (seen_.bytes_sent == 0) {
    sent_at_ = journey_.worker.deadlines.refresh();
  }
  seen_.bytes_sent += bytes;
}

void AttemptReport::content() {
  auto& exchange = journey_.exchange;
  const auto now = journey_.worker.deadlines.refresh();
  lease_.first_token();
  told_ = true;
  exchange.served = id_;
  exchange.first_content = now;
  exchange.overhead = sent_at_ - exchange.began - exchange.with_providers;
  exchange.cost = cost_so_far(exchange);
  exchange.attempts = step_.number;
  exchange.tried.push_back({id_, std::nullopt});
  if (!counts_) {
    auto fact = base(Fact::Kind::Succeeded);
    fact.elapsed = now - began_;
    fact.input_tokens = exchange.has_usage ? exchange.usage.input : exchange.route.input_tokens;
    journey_.worker.report(exchange.snapshot(), fact);
  }
  if (exchange.stream) {
    seen_.first_token = now - began_;
  }
}

void AttemptReport::end(const AttemptEnd& end) {
  auto& exchange = journey_.exchange;
  auto& worker = journey_.worker;
  const auto now = worker.deadlines.refresh();
  seen_.region = exchange.snapshot().labels->of(id_);
  seen_.took = now - began_;
  switch (end.kind) {
    case AttemptEnd::Kind::Answered: {
      if (counts_) {
        give_back_trial();
        break;
      }
      auto fact = base(Fact::Kind::Finished);
      fact.elapsed = now - began_;
      fact.input_tokens =
          exchange.has_usage ? exchange.usage.prompt() : exchange.route.input_tokens;
      fact.output_tokens = exchange.usage.output;
      worker.report(exchange.snapshot(), fact);
      break;
    }
    case AttemptEnd::Kind::Failed:
    case AttemptEnd::Kind::Cut: {
      seen_.failure = end.failure->kind;
      if (!tells_health(end.failure->kind)) {
        give_back_trial();
        break;
      }
      auto fact = base(Fact::Kind::Failed);
      fact.failure = end.failure->kind;
      fact.retry_after = end.failure->retry_after;
      fact.elapsed = now - began_;
      worker.report(exchange.snapshot(), fact);
      break;
    }
    case AttemptEnd::Kind::ClientLeft:
      if (!told_ || counts_) {
        give_back_trial();
      }
      seen_.failure = FailureKind::ClientLeft;
      break;
  }
  if (!told_) {
    exchange.tried.push_back({id_, seen_.failure});
    exchange.with_providers += now - sent_at_;
  }
  worker.metrics.attempt(seen_);
}

bool AttemptReport::tells_health(FailureKind kind) const {
  switch (kind) {
    case FailureKind::ConnectFailed:
    case FailureKind::TimedOut:
    case FailureKind::ServerError:
      return true;
    case FailureKind::RateLimited:
    case FailureKind::AccountBlocked:
    case FailureKind::Misconfigured:
    case FailureKind::BadRequest:
    case FailureKind::ContextWindow:
    case FailureKind::ContentPolicy:
    case FailureKind::CutShort:
    case FailureKind::ClientLeft:
      break;
  }
  return !counts_;
}

void AttemptReport::give_back_trial() {
  if (step_.trial) {
    journey_.worker.report(journey_.exchange.snapshot(), base(Fact::Kind::TrialGivenUp));
  }
}

Fact AttemptReport::base(Fact::Kind kind) const {
  return {.kind = kind,
          .deployment = id_,
          .trial = step_.trial,
          .streamed = journey_.exchange.stream,
          .retry_after = std::nullopt};
}

}  // namespace meridian
