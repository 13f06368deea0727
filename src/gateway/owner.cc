#include "gateway/owner.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "gateway/log_writer.h"
#include "providers/simulated.h"
#include "telemetry/event_log.h"

namespace meridian {

namespace {

using namespace std::chrono_literals;

// Under load the owner is woken at most this often; a fact takes about as long to have its effect.
constexpr auto kFactPause = 5ms;

LogTime log_now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

bool same_deployment(const Fleet& a,
                     const Deployment& in_a,
                     const Fleet& b,
                     const Deployment& in_b) {
  return in_a.provider == in_b.provider && in_a.model == in_b.model && in_a.name == in_b.name &&
         a.endpoints[index_of(in_a.endpoint)] == b.endpoints[index_of(in_b.endpoint)];
}

// The deployments of `before` in `after`; nothing: gone.
std::vector<std::optional<DeploymentId>> moved_between(const Fleet& before, const Fleet& after) {
  std::vector<std::optional<DeploymentId>> moved;
  for (const auto& old : before.deployments) {
    const auto same = std::ranges::find_if(after.deployments, [&](const auto& one) {
      return same_deployment(before, old, after, one);
    });
    moved.push_back(same == after.deployments.end() ? std::nullopt : std::optional(same->id));
  }
  return moved;
}

// By deployment.
std::expected<std::vector<std::shared_ptr<TlsContext>>, std::string> contexts_of(
    const Settings& settings,
    ClientContexts& contexts) {
  std::vector<std::shared_ptr<TlsContext>> found;
  for (const auto& params : settings.params) {
    auto context = contexts.get(params.tls);
    if (!context) {
      return std::unexpected(std::move(context).error());
    }
    found.push_back(std::move(*context));
  }
  return found;
}

LineForm form_of(const Settings& settings) {
  return settings.general.json_logs ? LineForm::Json : LineForm::Logfmt;
}

}  // namespace

Owner::Owner(boost::asio::io_context& loop,
             Shared& shared,
             std::vector<std::unique_ptr<Worker>>& workers,
             Rng dice,
             bool simulated)
    : deadlines(loop.get_executor()),
      rng(dice),
      loop_(loop),
      shared_(shared),
      workers_(workers),
      simulated_(simulated),
      spending_([&loop](std::function<void()> done) { boost::asio::post(loop, std::move(done)); },
                *shared.log),
      started_(wall_now()) {
  CredentialKeeper::Listener listener;
  listener.changed = [this](std::size_t slot, const std::shared_ptr<const Credential>& credential) {
    metrics.credential_renewed(credential != nullptr);
    credentials_[slot] = credential;
    for (const auto& worker : workers_) {
      boost::asio::post(worker->loop,
                        [&to = *worker, slot, generation = snapshot_->generation, credential] {
                          to.use_credential(slot, generation, credential);
                        });
    }
  };
  listener.told = [this](const std::string& name, const std::string& why) {
    std::string line;
    append_credentials_line(line, LineForm::Logfmt, log_now(), name, why);
    shared_.log->write(std::move(line));
  };
  keeper_ = std::make_unique<CredentialKeeper>(
      loop.get_executor(), shared.network, deadlines, Rng(rng.next()), std::move(listener));
}

Owner::~Owner() = default;

std::expected<void, std::string> Owner::apply(Settings settings) {
  auto contexts = contexts_of(settings, shared_.network.contexts);
  if (!contexts) {
    return std::unexpected(std::move(contexts).error());
  }
  auto spend = spending_.meter_for(settings, wall_now());
  if (!spend) {
    return std::unexpected(std::move(spend).error());
  }
  auto fresh = std::make_shared<Snapshot>();
  fresh->tls = std::move(*contexts);
  fresh->spend = std::move(*spend);
  fresh->generation = snapshot_ ? snapshot_->generation + 1 : 1;
  fresh->settings = std::move(settings);
  auto& fleet = fresh->settings.fleet;
  std::vector<std::shared_ptr<const Credential>> credentials;
  if (simulated_) {
    // The simulated cloud takes its own credentials for everything, so nothing is missing.
    for (auto& deployment : fleet.deployments) {
      deployment.configured = true;
      fresh->credential_of.push_back(index_of(deployment.id));
      credentials.push_back(
          std::make_shared<const Credential>(simulated_credential(deployment.provider)));
    }
    fleet.index();
  } else {
    fresh->credential_of = keeper_->adopt(fresh->settings);
    credentials = keeper_->current();
  }
  for (const auto& deployment : fleet.deployments) {
    const auto& credential = credentials[fresh->credential_of[index_of(deployment.id)]];
    fresh->upstreams.push_back(make_upstream(deployment,
                                             fresh->settings.params[index_of(deployment.id)],
                                             credential ? *credential : Credential()));
  }
  if (const auto& path = fresh->settings.general.user_location.geoip_db; !path.empty()) {
    auto opened = GeoDatabase::open(path);
    if (opened) {
      fresh->geo = std::move(*opened);
    } else {
      // It was readable when the configuration was loaded. Without it a place is unknown, which
      // gets the default rule, else the strictest.
      shared_.log->write(opened.error() + "\n");
    }
  }
  prepare(*fresh, snapshot_ ? snapshot_->labels.get() : nullptr);
  const auto now = deadlines.refresh();
  auto book = std::make_unique<HealthBook>(fleet, fresh->settings.health, *fresh->board, now);
  if (snapshot_) {
    take_facts();  // Those of the generation before the last one still need `moved_`.
    book->inherit(*book_, now);
    moved_ = moved_between(snapshot_->settings.fleet, fleet);
    metrics.reloaded(ReloadOutcome::Applied);
  }
  snapshot_ = std::move(fresh);
  book_ = std::move(book);
  credentials_ = credentials;
  metrics.use(*snapshot_->labels);
  applied_ = wall_now();
  last_reload_ok_ = true;
  for (const auto& worker : workers_) {
    boost::asio::post(worker->loop, [&to = *worker, snapshot = snapshot_, credentials] {
      to.adopt(snapshot, credentials);
    });
  }
  return {};
}

void Owner::refused(const std::string& file, std::int64_t problems) {
  last_reload_ok_ = false;
  metrics.reloaded(ReloadOutcome::Refused);
  std::string line;
  append_reload_line(line,
                     form_of(snapshot_->settings),
                     log_now(),
                     {.outcome = ReloadOutcome::Refused,
                      .file = file,
                      .hash = snapshot_->settings.hash,
                      .problems = problems});
  shared_.log->write(std::move(line));
}

void Owner::take_facts() {
  ReportedFact reported;
  for (const auto& worker : workers_) {
    while (worker->facts.take(reported)) {
      if (reported.generation + 1 == snapshot_->generation) {
        const auto moved = moved_[index_of(reported.fact.deployment)];
        if (!moved) {
          continue;
        }
        reported.fact.deployment = *moved;
        reported.fact.trial = false;  // Its lease was the old board's.
      } else if (reported.generation != snapshot_->generation) {
        continue;
      }
      apply(reported.fact);
    }
  }
}

void Owner::apply(const Fact& fact) {
  tell(book_->apply(fact, deadlines.now(), rng));
}

void Owner::tick() {
  spending_.tick(wall_now());
  if (book_) {
    tell(book_->tick(deadlines.refresh()));
  }
}

void Owner::tell(const std::vector<HealthEvent>& events) {
  if (events.empty()) {
    return;
  }
  std::string lines;
  for (const auto& event : events) {
    metrics.health_changed(snapshot_->labels->of(event.deployment), event.to);
    append_health_line(lines,
                       form_of(snapshot_->settings),
                       log_now(),
                       event,
                       snapshot_->settings.fleet,
                       deadlines.now());
  }
  shared_.log->write(std::move(lines));
}

Awaitable<void> Owner::take_after_a_moment() {
  deadlines.refresh();
  take_facts();
  co_await sleep(kFactPause);
  taking_ = false;
  deadlines.refresh();
  for (const auto& worker : workers_) {
    worker->facts.listen_again();
  }
  take_facts();
}

void Owner::wake() {
  boost::asio::post(loop_, [this] {
    if (snapshot_ && !std::exchange(taking_, true)) {
      boost::asio::co_spawn(loop_, take_after_a_moment(), boost::asio::detached);
    }
  });
}

void Owner::credential_refused(std::string account) {
  boost::asio::post(loop_, [this, account = std::move(account)] {
    if (!simulated_) {
      keeper_->refused(snapshot_->settings, account);
    }
  });
}

OwnerStatus Owner::status() const {
  return {.credentials = keeper_->troubles(),
          .started = started_,
          .config_applied = applied_,
          .last_reload_ok = last_reload_ok_};
}

Awaitable<void> Owner::sleep(Duration length) {
  if (ended_) {
    co_return;
  }
  Timer timer(loop_.get_executor());
  timer.expires_after(length);
  sleeping_.insert(&timer);
  co_await timer.async_wait(boost::asio::as_tuple(kUseAwaitable));
  sleeping_.erase(&timer);
}

void Owner::end() {
  ended_ = true;
  for (auto* const timer : sleeping_) {
    timer->cancel();
  }
  keeper_->end();
  deadlines.cut_all();
}

}  // namespace meridian
