#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gateway/credential_keeper.h"
#include "gateway/spend_keeper.h"
#include "gateway/worker.h"
#include "health/book.h"
#include "telemetry/exposition.h"
#include "telemetry/worker_metrics.h"

namespace meridian {

class LogWriter;

// The one owner of health and of the settings in force: applies the workers' facts in order, moves
// time on, publishes snapshots. Everything here runs on the owner's loop.
class Owner {
 public:
  Owner(boost::asio::io_context& loop,
        Shared& shared,
        std::vector<std::unique_ptr<Worker>>& workers,
        Rng rng,
        bool simulated);
  ~Owner();

  // New settings: upstreams, board, book (which inherits what is known), then every worker.
  // Failure: a sentence about a file that they name; nothing has changed.
  std::expected<void, std::string> apply(Settings settings);

  // The file as it is now could not be loaded; the old settings stay.
  void refused(const std::string& file, std::int64_t problems);

  // Applies what the workers and probes have reported.
  void take_facts();

  void apply(const Fact& fact);

  // About ten times a second.
  void tick();

  // Called from any thread when a worker has facts.
  void wake();

  // A provider refused a credential; from any thread.
  void credential_refused(std::string account);

  const std::shared_ptr<const Snapshot>& snapshot() const { return snapshot_; }

  // What is at hand for a deployment; null: nothing.
  std::shared_ptr<const Credential> credential_of(const Snapshot& snapshot, DeploymentId id) const {
    return credentials_[snapshot.credential_of[index_of(id)]];
  }

  OwnerStatus status() const;

  WorkerMetrics metrics;
  Deadlines deadlines;
  Rng rng;

  Shared& shared() { return shared_; }

  // Waits, but not beyond the end of the program.
  Awaitable<void> sleep(Duration length);

  bool ended() const { return ended_; }

  void end();

 private:
  void tell(const std::vector<HealthEvent>& events);
  Awaitable<void> take_after_a_moment();

  boost::asio::io_context& loop_;
  Shared& shared_;
  std::vector<std::unique_ptr<Worker>>& workers_;
  bool simulated_;
  std::unique_ptr<CredentialKeeper> keeper_;
  SpendKeeper spending_;
  std::vector<std::shared_ptr<const Credential>> credentials_;  // By slot.
  std::shared_ptr<const Snapshot> snapshot_;
  std::unique_ptr<HealthBook> book_;
  // DeploymentIds of the snapshot before, in this one; for facts that were on their way.
  std::vector<std::optional<DeploymentId>> moved_;
  bool taking_ = false;
  bool ended_ = false;
  std::set<Timer*> sleeping_;  // Lives in the coroutines' frames.
  WallTime started_;
  std::optional<WallTime> applied_;
  bool last_reload_ok_ = true;
};

}  // namespace meridian
