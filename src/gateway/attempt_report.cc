#include "gateway/attempt_report.h"

#include "gateway/outcome.h"

namespace meridian {

AttemptReport::AttemptReport(Journey& journey, const Step& step)
    : journey_(journey),
      step_(step),
      id_(step.attempt->to.id()),
      began_(journey.worker.deadlines.refresh()),
      lease_(*journey.exchange.snapshot().board, id_) {}

void AttemptReport::sent(std::size_t bytes) {
  seen_.bytes_sent = bytes;
  sent_at_ = journey_.worker.deadlines.refresh();
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
  auto fact = base(Fact::Kind::Succeeded);
  fact.elapsed = now - began_;
  fact.input_tokens = exchange.has_usage ? exchange.usage.input : exchange.route.input_tokens;
  journey_.worker.report(exchange.snapshot(), fact);
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
      auto fact = base(Fact::Kind::Failed);
      fact.failure = end.failure->kind;
      fact.retry_after = end.failure->retry_after;
      fact.elapsed = now - began_;
      worker.report(exchange.snapshot(), fact);
      seen_.failure = end.failure->kind;
      break;
    }
    case AttemptEnd::Kind::ClientLeft:
      if (step_.trial && !told_) {
        worker.report(exchange.snapshot(), base(Fact::Kind::TrialGivenUp));
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

Fact AttemptReport::base(Fact::Kind kind) const {
  return {.kind = kind,
          .deployment = id_,
          .trial = step_.trial,
          .streamed = journey_.exchange.stream,
          .retry_after = std::nullopt};
}

}  // namespace meridian
