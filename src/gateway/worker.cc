#include "gateway/worker.h"

#include <algorithm>
#include <utility>

#include "gateway/log_writer.h"

namespace meridian {

namespace {

using namespace std::chrono_literals;

// Providers close idle connections after a minute or more; ours go first, so that seldom a request
// meets a connection that is just being closed.
constexpr Duration kIdleMax = 50s;
constexpr std::size_t kLineBytes = 4096;  // Of the log, generously.
constexpr std::size_t kIdlePerPoolMax = 512;
constexpr Duration kConnectMax = 5s;
constexpr std::size_t kPlansKept = 256;

bool is_up(const Snapshot& snapshot, DeploymentId id) {
  return snapshot.board->brief(id, TimePoint()).standing == Standing::Ready;
}

}  // namespace

Worker::Worker(unsigned worker_number,
               Shared& all,
               std::function<void()> wake_owner,
               std::uint64_t seed)
    : number(worker_number),
      shared(all),
      rng(seed),
      facts(std::move(wake_owner)),
      current(new Pin) {}

void Worker::adopt(std::shared_ptr<const Snapshot> snapshot,
                   std::vector<std::shared_ptr<const Credential>> credentials) {
  Pinned pin(new Pin);
  pin->snapshot = std::move(snapshot);
  pin->awaited.reserve(credentials.size());
  for (const auto& credential : credentials) {
    pin->awaited.push_back(credential == nullptr);
  }
  pin->credentials = std::move(credentials);
  pin->budgets.resize((*pin)->settings.fleet.groups.size());
  metrics.use(*(*pin)->labels);
  // Idle connections belong to the addresses of the settings they were opened under. Dropping them
  // costs a handshake each after a reload; keeping them would need a second identity for an
  // address.
  idle_.clear();
  idle_.resize((*pin)->pools);
  idle_generation_ = (*pin)->generation;
  current = std::move(pin);
}

void Worker::use_credential(std::size_t slot,
                            std::uint32_t generation,
                            std::shared_ptr<const Credential> credential) const {
  if (current->snapshot && (*current)->generation == generation) {
    current->credentials[slot] = std::move(credential);
    current->awaited[slot] = false;  // Good or bad, the first answer has come.
  }
}

Awaitable<Worker::Connection> Worker::connection_to(const Snapshot& snapshot,
                                                    DeploymentId id,
                                                    TimePoint deadline,
                                                    bool only_fresh) {
  if (!only_fresh && snapshot.generation == idle_generation_) {
    auto& idle = idle_[snapshot.pool_of[index_of(id)]];
    while (!idle.empty()) {
      auto [peer, since] = std::move(idle.back());
      idle.pop_back();
      // Looking costs a system call and saves a failed attempt when the other side closed
      // meanwhile. It cannot save all: a close may be on its way, so a reused connection may still
      // fail. Bytes that nobody asked for would be taken for the answer to the next request, which
      // may be another client's: such a connection is not used again.
      if (since + kIdleMax > deadlines.now() && peer->silent()) {
        co_return Connection{std::move(peer), false, {}};
      }
    }
  }
  const auto& upstream = snapshot.upstreams[index_of(id)];
  const auto limit = std::min(deadline, deadlines.now() + kConnectMax);
  auto dialled = co_await dial(
      shared.network, deadlines, upstream.address, *snapshot.tls[index_of(id)], limit);
  if (dialled.peer) {
    metrics.connection_opened(Side::Provider);
    dialled.peer->at_end([this] { metrics.connection_closed(Side::Provider); });
  }
  co_return Connection{std::move(dialled.peer), true, std::move(dialled.trouble)};
}

void Worker::give_back(const Snapshot& snapshot, DeploymentId id, std::unique_ptr<Peer> peer) {
  if (closing || snapshot.generation != idle_generation_) {
    return;
  }
  auto& idle = idle_[snapshot.pool_of[index_of(id)]];
  if (idle.size() >= kIdlePerPoolMax) {
    return;
  }
  peer->expire_at(TimePoint::max());
  peer->nudge_at(TimePoint::max());
  idle.push_back({std::move(peer), deadlines.now()});
}

std::unique_ptr<Plan> Worker::take_plan() {
  if (plans_.empty()) {
    return std::make_unique<Plan>();
  }
  auto plan = std::move(plans_.back());
  plans_.pop_back();
  return plan;
}

void Worker::give_plan(std::unique_ptr<Plan> plan) {
  if (plans_.size() < kPlansKept) {
    plans_.push_back(std::move(plan));
  }
}

void Worker::tick() {
  const auto now = deadlines.now();
  for (auto& idle : idle_) {
    // The oldest lie in front: they were given back first.
    const auto fresh =
        std::ranges::find_if(idle, [&](const Idle& one) { return one.since + kIdleMax > now; });
    idle.erase(idle.begin(), fresh);
  }
  buffers.trim();
  hand_log_on();
}

void Worker::hand_log_on() {
  if (!log_lines.empty() && shared.log != nullptr) {
    const bool many = log_lines.size() > kLogBytesMax;
    shared.log->write(std::exchange(log_lines, {}));
    log_lines.reserve(many ? kLogBytesMax + kLineBytes : 0);
  }
}

Awaitable<void> Worker::keep_warm() {
  const auto pin = current;
  if (closing || !pin->snapshot || std::exchange(warming_, true)) {
    co_return;  // Endpoints that do not answer may take longer than the time to the next round.
  }
  const auto& snapshot = **pin;
  std::vector<bool> seen(snapshot.pools);
  for (const auto& deployment : snapshot.settings.fleet.deployments) {
    const auto pool = snapshot.pool_of[index_of(deployment.id)];
    // One a gateway is enough, so the endpoints are shared out among the workers. Not to one that
    // is known to be down: its half-open trial and the probes look after that.
    const bool ours = pool % shared.workers.size() == number && !seen[pool];
    seen[pool] = true;
    if (!ours || !deployment.configured || !is_up(snapshot, deployment.id) ||
        snapshot.generation != idle_generation_ || !idle_[pool].empty()) {
      continue;
    }
    const auto limit = deadlines.now() + kConnectMax;
    auto connection = co_await connection_to(snapshot, deployment.id, limit, true);
    if (connection.peer) {
      give_back(snapshot, deployment.id, std::move(connection.peer));
    }
  }
  warming_ = false;
}

void Worker::end() {
  closing = true;
  idle_.clear();
  idle_generation_ = 0;
  deadlines.cut_all();
}

}  // namespace meridian
