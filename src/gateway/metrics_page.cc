#include "gateway/metrics_page.h"

#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>

#include "gateway/version.h"

namespace meridian {

namespace {

namespace asio = boost::asio;

// A scrape under way. Shared by the posts to the other threads; its members are touched on the
// asking worker's thread only.
struct Scrape {
  MetricsSnapshot counts;
  OwnerStatus status;
  std::size_t missing = 0;
  std::move_only_function<void()> done;

  void arrived() {
    if (--missing == 0) {
      std::exchange(done, nullptr)();
    }
  }
};

// Asks every other thread for a copy of its counts, made there, added here.
void ask_everyone(Worker& asking, const std::shared_ptr<Scrape>& scrape) {
  const auto home = asking.loop.get_executor();
  for (auto* const other : asking.shared.workers) {
    if (other == &asking) {
      continue;
    }
    asio::post(other->loop, [other, home, scrape] {
      MetricsSnapshot copy;
      other->metrics.snapshot_into(copy);
      asio::post(home, [scrape, copy = std::move(copy)] {
        scrape->counts.add(copy);
        scrape->arrived();
      });
    });
  }
  asking.shared.ask_owner([home, scrape](const MetricsSnapshot& counts, OwnerStatus status) {
    asio::post(home, [scrape, counts, status = std::move(status)]() mutable {
      scrape->counts.add(counts);
      scrape->status = std::move(status);
      scrape->arrived();
    });
  });
}

Awaitable<std::shared_ptr<Scrape>> scrape_all(Worker& asking) {
  auto scrape = std::make_shared<Scrape>();
  asking.metrics.snapshot_into(scrape->counts);
  scrape->missing = asking.shared.workers.size();  // The others, and the owner.
  co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(
      [&](auto handler) {
        scrape->done = [h = std::move(handler)]() mutable { std::move(h)(); };
        ask_everyone(asking, scrape);
      },
      kUseAwaitable);
  co_return scrape;
}

std::optional<BudgetState> budget_state(const Snapshot& snapshot) {
  const auto& budget = snapshot.settings.budget;
  if (!budget || !snapshot.spend) {
    return std::nullopt;
  }
  return BudgetState{
      .limit = budget->limit, .spent = snapshot.spend->spent(), .ends = snapshot.spend->ends()};
}

}  // namespace

Awaitable<std::unique_ptr<LocalAnswer>> metrics_page(Worker& worker, Pinned pin) {
  const auto scrape = co_await scrape_all(worker);
  const auto& snapshot = **pin;
  const auto& fleet = snapshot.settings.fleet;
  std::vector<HealthView> health;
  health.reserve(fleet.deployments.size());
  for (const auto& deployment : fleet.deployments) {
    health.push_back(snapshot.board->view(deployment.id, worker.deadlines.now()));
  }
  std::vector<CredentialState> credentials;
  for (const auto& one : scrape->status.credentials) {
    credentials.push_back({.account = one.name, .trouble = one.broken});
  }
  const GatewayState state{.regions = *snapshot.labels,
                           .fleet = fleet,
                           .health = health,
                           .credentials = credentials,
                           .gateway_region = snapshot.gateway_region,
                           .version = kVersion,
                           .config_hash = snapshot.settings.hash,
                           .started = scrape->status.started,
                           .config_applied = scrape->status.config_applied,
                           .last_reload_ok = scrape->status.last_reload_ok,
                           .budget = budget_state(snapshot),
                           .process = read_process()};
  auto answer = std::make_unique<LocalAnswer>();
  answer->content_type = kMetricsContentType;
  answer->body = metrics_text(scrape->counts, state);
  co_return answer;
}

}  // namespace meridian
