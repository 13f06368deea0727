#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include "base/rng.h"
#include "gateway/cpu_pool.h"
#include "gateway/report.h"
#include "gateway/snapshot.h"
#include "routing/budget.h"
#include "telemetry/worker_metrics.h"
#include "transport/buffers.h"
#include "transport/deadlines.h"
#include "transport/network.h"
#include "wire/peek.h"

namespace meridian {

class LogWriter;
class Worker;
struct LocalCall;
struct LocalAnswer;

// One worker's hold on a snapshot. Requests pin it by a counter that is not atomic, since all are
// on one thread: the shared_ptr inside is touched once a reload, not once a request.
struct Pin : boost::intrusive_ref_counter<Pin, boost::thread_unsafe_counter> {
  std::shared_ptr<const Snapshot> snapshot;
  std::vector<std::shared_ptr<const Credential>> credentials;  // By slot; null: none at hand.
  std::vector<bool> awaited;  // By slot: none at hand since the first is still being fetched.
  std::vector<RetryBudget> budgets;  // By group.

  const Snapshot& operator*() const { return *snapshot; }

  const Snapshot* operator->() const { return snapshot.get(); }
};

using Pinned = boost::intrusive_ptr<Pin>;

// What the gateway answers itself, besides conversations: filled in by who knows (admin, the
// simulated cloud). Nothing: no such path. Runs on a worker's thread and must not wait.
using ExtraRoutes = std::function<std::unique_ptr<LocalAnswer>(const LocalCall&, const Snapshot&)>;

struct CredentialTrouble {
  std::string name;  // An account's, no secret.
  bool broken = false;
};

// What a scrape wants to know of the owner.
struct OwnerStatus {
  std::vector<CredentialTrouble> credentials;
  WallTime started;
  std::optional<WallTime> config_applied;
  bool last_reload_ok = true;
};

// What all workers share and none owns. Set up before they start; only the atomics change later.
struct Shared {
  Network network;
  ExtraRoutes extra;
  CpuPool cpu;
  std::atomic<bool> draining = false;  // Readiness says 503; open requests go on.
  std::atomic<int> open_requests = 0;  // To models; what max_parallel_requests bounds.
  // How far AWS's clock is ahead of ours, in seconds, once one of its replies has told.
  std::atomic<std::int64_t> clock_skew_s = 0;
  LogWriter* log = nullptr;
  std::vector<Worker*> workers;
  // To the owner, from any thread: a provider refused an account's credential; a scrape asks.
  std::function<void(std::string account)> credential_refused;
  std::function<void(std::function<void(const MetricsSnapshot&, OwnerStatus)>)> ask_owner;
};

// All that one thread owns. Nothing here is shared, so nothing is locked.
class Worker {
 public:
  Worker(unsigned number, Shared& shared, std::function<void()> wake_owner, std::uint64_t seed);

  // Posted here by the owner: new settings; from the next request on they hold.
  void adopt(std::shared_ptr<const Snapshot> snapshot,
             std::vector<std::shared_ptr<const Credential>> credentials);

  void use_credential(std::size_t slot,
                      std::uint32_t generation,
                      std::shared_ptr<const Credential> credential) const;

  // A connection that is open and idle, or a new one. `fresh` says which: one that was idle may
  // have been closed by the other side just now.
  struct Connection {
    std::unique_ptr<Peer> peer;  // None: see `trouble`.
    bool fresh = false;
    std::string trouble;
  };

  Awaitable<Connection> connection_to(const Snapshot& snapshot,
                                      DeploymentId id,
                                      TimePoint deadline,
                                      bool only_fresh);

  void give_back(const Snapshot& snapshot, DeploymentId id, std::unique_ptr<Peer> peer);

  void report(const Snapshot& snapshot, const Fact& fact) {
    facts.report({.fact = fact, .generation = snapshot.generation});
  }

  // Lent for one request, so that its vectors keep their room.
  std::unique_ptr<Plan> take_plan();
  void give_plan(std::unique_ptr<Plan> plan);

  // Lines for the log are appended here, and handed to its writer by `tick`, or when there are
  // many.
  static constexpr std::size_t kLogBytesMax = std::size_t{64} * 1024;

  std::string log_lines;

  void hand_log_on();

  // Four times a second: hands the log on, gives back what was idle too long.
  void tick();

  // Opens a connection to each endpoint that is this worker's to keep warm and has none idle, so
  // that the first request to a standby does not pay for its handshake.
  Awaitable<void> keep_warm();

  // Ends every connection; `loop.run()` returns when the last coroutine has seen it.
  void end();

  const unsigned number;
  Shared& shared;
  boost::asio::io_context loop{1};
  Deadlines deadlines{loop.get_executor()};
  Buffers buffers;
  Peeker peeker;
  Rng rng;
  FactLine facts;
  WorkerMetrics metrics;
  Pinned current;
  std::shared_ptr<TlsContext> tls_in;  // For the next connection. Null: plain HTTP.
  std::atomic<int> connections = 0;    // Of clients; the acceptor chooses the worker with least.
  bool closing = false;                // Connections end after the request they are at.
  std::string scratch;  // For what is written within one step and not held across a wait.

 private:
  struct Idle {
    std::unique_ptr<Peer> peer;
    TimePoint since;
  };

  bool warming_ = false;
  std::vector<std::vector<Idle>> idle_;  // By pool of the current snapshot; last in, first out.
  std::uint32_t idle_generation_ = 0;
  std::vector<std::unique_ptr<Plan>> plans_;
};

}  // namespace meridian
