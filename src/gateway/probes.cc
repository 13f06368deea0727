#include "gateway/probes.h"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "routing/pursuit.h"
#include "transport/head.h"
#include "transport/http_client.h"

namespace meridian {

namespace {

using namespace std::chrono_literals;

// A probe's completion may think for longer than a connection takes, but a probe is not a user.
constexpr Duration kCompletionMin = 10s;

Fact fact_of(Fact::Kind kind, DeploymentId id, Duration elapsed) {
  return {.kind = kind, .deployment = id, .retry_after = std::nullopt, .elapsed = elapsed};
}

ChatRequest one_token() {
  ChatRequest request;
  Message message;
  message.parts.emplace_back(TextPart{.text = "ping"});
  request.messages.push_back(std::move(message));
  request.max_tokens = 1;
  return request;
}

// One connection to an address, told of all deployments behind it.
Awaitable<void> probe_connection(Owner& owner,
                                 std::shared_ptr<const Snapshot> snapshot,
                                 std::size_t pool) {
  const auto& probes = snapshot->settings.probes;
  const auto& fleet = snapshot->settings.fleet;
  const auto first = std::ranges::find(snapshot->pool_of, pool) - snapshot->pool_of.begin();
  const auto& upstream = snapshot->upstreams[static_cast<std::size_t>(first)];
  const auto began = owner.deadlines.refresh();
  const auto dialled = co_await dial(owner.shared().network,
                                     owner.deadlines,
                                     upstream.address,
                                     *snapshot->tls[static_cast<std::size_t>(first)],
                                     began + probes.timeout);
  const auto took = owner.deadlines.refresh() - began;
  if (owner.snapshot() != snapshot) {
    co_return;
  }
  const bool connected = dialled.peer != nullptr;
  for (const auto& deployment : fleet.deployments) {
    if (snapshot->pool_of[index_of(deployment.id)] != pool || !deployment.configured) {
      continue;
    }
    auto fact =
        fact_of(connected ? Fact::Kind::Connected : Fact::Kind::ProbeFailed, deployment.id, took);
    fact.failure = FailureKind::ConnectFailed;
    owner.apply(fact);
    owner.metrics.probe({.region = snapshot->labels->of(deployment.id),
                         .kind = ProbeKind::Connect,
                         .ok = connected});
  }
}

// One token from a deployment. `trial`: the half-open lease is held.
Awaitable<void> probe_completion(Owner& owner,
                                 std::shared_ptr<const Snapshot> snapshot,
                                 DeploymentId id,
                                 bool trial) {
  const auto& upstream = snapshot->upstreams[index_of(id)];
  const auto credential = owner.credential_of(*snapshot, id);
  const auto began = owner.deadlines.refresh();
  std::optional<Failure> failure;
  if (!credential) {
    failure = Failure{.kind = FailureKind::Misconfigured, .message = "no credential"};
  } else if (const auto written = build_request(upstream, one_token(), {}, *credential, wall_now());
             !written) {
    failure = written.error();
  } else {
    const auto limit = began + std::max(snapshot->settings.probes.timeout, kCompletionMin);
    auto bytes = written->head + written->body;
    const auto reply = co_await exchange_bytes(owner.shared().network,
                                               owner.deadlines,
                                               upstream.address,
                                               *snapshot->tls[index_of(id)],
                                               std::move(bytes),
                                               limit);
    if (!reply) {
      failure = reply.error();
    } else if (reply->status != 200) {
      const HeaderLookup lookup = [&](std::string_view name) {
        return find_field(reply->head, name);
      };
      failure = classify_reply(upstream.provider, reply->status, lookup, reply->body, wall_now());
    }
  }
  const auto took = owner.deadlines.refresh() - began;
  if (owner.snapshot() != snapshot) {
    co_return;
  }
  auto fact = fact_of(failure ? Fact::Kind::ProbeFailed : Fact::Kind::ProbeOk, id, took);
  fact.trial = trial;
  if (failure) {
    fact.failure = failure->kind;
    fact.retry_after = failure->retry_after;
  }
  owner.apply(fact);
  owner.metrics.probe(
      {.region = snapshot->labels->of(id), .kind = ProbeKind::Completion, .ok = !failure});
}

bool takes_chat(const Deployment& deployment) {
  return deployment.configured && (deployment.can.mode.empty() || deployment.can.mode == "chat") &&
         !deployment.model.contains('*');
}

Awaitable<void> probe_rounds(Owner& owner,
                             Executor executor,
                             std::shared_ptr<const Snapshot> snapshot,
                             Duration interval) {
  while (owner.snapshot() == snapshot && !owner.ended()) {
    for (std::size_t pool = 0; pool < snapshot->pools; ++pool) {
      boost::asio::co_spawn(
          executor, probe_connection(owner, snapshot, pool), boost::asio::detached);
    }
    for (const auto& deployment : snapshot->settings.fleet.deployments) {
      if (snapshot->settings.probes.by_completion && takes_chat(deployment) &&
          snapshot->board->view(deployment.id, owner.deadlines.now()).standing == Standing::Ready) {
        boost::asio::co_spawn(executor,
                              probe_completion(owner, snapshot, deployment.id, false),
                              boost::asio::detached);
      }
    }
    co_await owner.sleep(interval);
  }
}

// Rests end between rounds; a due trial does not wait for the next.
Awaitable<void> trial_rounds(Owner& owner,
                             Executor executor,
                             std::shared_ptr<const Snapshot> snapshot) {
  while (owner.snapshot() == snapshot && !owner.ended()) {
    const auto now = owner.deadlines.refresh();
    for (const auto& deployment : snapshot->settings.fleet.deployments) {
      if (takes_chat(deployment) &&
          snapshot->board->view(deployment.id, now).standing == Standing::TrialDue &&
          snapshot->board->take_trial(deployment.id, now, Pursuit::kTrialMax)) {
        boost::asio::co_spawn(executor,
                              probe_completion(owner, snapshot, deployment.id, true),
                              boost::asio::detached);
      }
    }
    co_await owner.sleep(1s);
  }
}

}  // namespace

void start_probes(Owner& owner, const Executor& executor) {
  const auto& snapshot = owner.snapshot();
  if (const auto interval = snapshot->settings.probes.interval) {
    boost::asio::co_spawn(
        executor, probe_rounds(owner, executor, snapshot, *interval), boost::asio::detached);
    boost::asio::co_spawn(executor, trial_rounds(owner, executor, snapshot), boost::asio::detached);
  }
}

}  // namespace meridian
