#include "gateway/gateway.h"

#include <algorithm>
#include <csignal>
#include <random>
#include <thread>
#include <utility>

#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include "gateway/log_writer.h"
#include "gateway/owner.h"
#include "gateway/probes.h"
#include "gateway/serve.h"
#include "telemetry/event_log.h"
#include "transport/listener.h"

namespace meridian {

namespace {

using namespace std::chrono_literals;

constexpr Duration kHealthTick = 100ms;
constexpr Duration kWorkerTick = 250ms;
constexpr unsigned kTicksPerWarming = 20;  // Every 5 s.
constexpr Duration kFileLook = 1s;
constexpr Duration kDrainLook = 20ms;
constexpr Duration kLastWords = 500ms;  // For the error events of streams that a drain cuts.

using WorkGuard = boost::asio::executor_work_guard<Executor>;

std::uint64_t seed_of(std::uint64_t wanted) {
  if (wanted != 0) {
    return wanted;
  }
  std::random_device dice;
  return (static_cast<std::uint64_t>(dice()) << 32U) | dice();
}

Awaitable<void> worker_ticks(Worker& worker) {
  Timer timer(worker.loop.get_executor());
  unsigned ticks = 0;
  while (!worker.closing) {
    timer.expires_after(kWorkerTick);
    co_await timer.async_wait(boost::asio::as_tuple(kUseAwaitable));
    worker.tick();
    if (ticks++ % kTicksPerWarming == 0) {
      boost::asio::co_spawn(worker.loop, worker.keep_warm(), boost::asio::detached);
    }
  }
}

void take_connection(Worker& worker, int descriptor, Door door) {
  auto client =
      std::make_unique<Peer>(adopt(worker.loop.get_executor(), descriptor), worker.deadlines);
  boost::asio::co_spawn(worker.loop, serve(worker, std::move(client), door), boost::asio::detached);
}

}  // namespace

struct Gateway::Parts {
  GatewayOptions options;
  Rng rng;
  LogWriter log{STDERR_FILENO};
  Shared shared;
  boost::asio::io_context loop{1};  // The owner's.
  std::vector<std::unique_ptr<Worker>> workers;
  std::unique_ptr<Owner> owner;
  std::unique_ptr<Listener> listener;
  std::unique_ptr<Listener> admin_listener;  // Null: operators come in where clients do.
  std::vector<WorkGuard> guards;
  std::vector<std::thread> threads;
  boost::asio::signal_set ending{loop, SIGTERM, SIGINT};
  boost::asio::signal_set reloading{loop, SIGHUP};
  std::shared_ptr<TlsContext> tls_in;  // Null: plain HTTP.

  explicit Parts(GatewayOptions wanted) : options(std::move(wanted)), rng(seed_of(options.seed)) {}

  std::expected<void, std::string> open_network();
  std::expected<void, std::string> read_certificate();
  bool full() const;
  void start_threads();
  void accept(int descriptor, Door door);
  void close_listeners() const;
  void reload(bool always);
  Awaitable<void> health_ticks() const;
  Awaitable<void> watch_files();
  Awaitable<void> watch_for_reloads();
  Awaitable<void> watch_signals();
  bool busy() const;
  Awaitable<void> drain();
  void end_workers();
};

std::expected<void, std::string> Gateway::Parts::open_network() {
  shared.network.contexts = ClientContexts(options.ca_file);
  auto made = shared.network.contexts.get({});
  if (!made) {
    return std::unexpected(std::move(made).error());
  }
  shared.network.tls = std::move(*made);
  if (const auto tls = read_certificate(); !tls) {
    return tls;
  }
  shared.network.proxy = options.proxy;
  shared.network.redirect = options.redirect;
  shared.extra = options.extra;
  shared.log = &log;
  auto opened = Listener::open(loop.get_executor(), options.host, options.port);
  if (!opened) {
    return std::unexpected(opened.error());
  }
  listener = std::move(*opened);
  if (options.admin_port) {
    opened = Listener::open(loop.get_executor(), options.admin_host, *options.admin_port);
    if (!opened) {
      return std::unexpected(opened.error());
    }
    admin_listener = std::move(*opened);
  }
  return {};
}

// The certificate is read again at each reload. Connections that are open keep theirs. A failure
// leaves the one in use: certificate and key may be replaced one after the other.
std::expected<void, std::string> Gateway::Parts::read_certificate() {
  if (options.tls_certificate.empty()) {
    return {};
  }
  auto made = TlsContext::server(
      {.certificate_chain = options.tls_certificate, .private_key = options.tls_key});
  if (!made) {
    return std::unexpected(made.error());
  }
  tls_in = std::move(*made);
  for (const auto& worker : workers) {
    boost::asio::post(worker->loop, [&to = *worker, tls = tls_in] { to.tls_in = tls; });
  }
  return {};
}

// Further clients wait in the kernel's queue.
bool Gateway::Parts::full() const {
  std::size_t open = 0;
  for (const auto& worker : workers) {
    open += static_cast<std::size_t>(worker->connections.load(std::memory_order_relaxed));
  }
  return open >= options.connections_max;
}

void Gateway::Parts::start_threads() {
  for (const auto& worker : workers) {
    guards.emplace_back(worker->loop.get_executor());
    boost::asio::co_spawn(worker->loop, worker->deadlines.sweep(), boost::asio::detached);
    boost::asio::co_spawn(worker->loop, worker_ticks(*worker), boost::asio::detached);
    threads.emplace_back([&worker = *worker] { worker.loop.run(); });
  }
}

void Gateway::Parts::accept(int descriptor, Door door) {
  const auto least = std::ranges::min_element(workers, {}, [](const auto& worker) {
    return worker->connections.load(std::memory_order_relaxed);
  });
  auto& worker = **least;
  // Counted here: in a burst, the worker itself would count too late for the next choice.
  worker.connections.fetch_add(1, std::memory_order_relaxed);
  boost::asio::post(worker.loop,
                    [&worker, descriptor, door] { take_connection(worker, descriptor, door); });
}

void Gateway::Parts::close_listeners() const {
  listener->close();
  if (admin_listener) {
    admin_listener->close();
  }
}

// `always`: asked for by a signal; else a configuration with the same hash changes nothing.
void Gateway::Parts::reload(bool always) {
  auto loaded = options.load();
  if (!loaded) {
    std::string lines;
    std::int64_t problems = 0;
    for (const auto& issue : loaded.error()) {
      lines += to_text(issue) + "\n";
      problems += issue.warning ? 0 : 1;
    }
    log.write(std::move(lines));
    owner->refused(options.config_file, problems);
    return;
  }
  if (const auto read = read_certificate(); !read) {
    log.write(fmt::format("the certificate in use stays: {}\n", read.error()));
  }
  if (!always && loaded->hash == owner->snapshot()->settings.hash) {
    return;
  }
  if (const auto applied = owner->apply(std::move(*loaded)); !applied) {
    log.write(applied.error() + "\n");
    owner->refused(options.config_file, 1);
    return;
  }
  start_probes(*owner, loop.get_executor());
  std::string line;
  append_reload_line(
      line,
      LineForm::Logfmt,
      std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()),
      {.outcome = ReloadOutcome::Applied,
       .file = options.config_file,
       .hash = owner->snapshot()->settings.hash,
       .problems = 0});
  log.write(std::move(line));
}

Awaitable<void> Gateway::Parts::health_ticks() const {
  while (!owner->ended()) {
    co_await owner->sleep(kHealthTick);
    owner->tick();
  }
}

// Looks once a second, by the time of change: works for editors that replace the file and for
// mounted volumes, where the kernel's notifications do not.
Awaitable<void> Gateway::Parts::watch_files() {
  auto seen = options.changed_at ? options.changed_at() : std::vector<std::int64_t>();
  while (!owner->ended() && options.changed_at) {
    co_await owner->sleep(kFileLook);
    if (auto now = options.changed_at(); now != seen && !owner->ended()) {
      seen = std::move(now);
      reload(false);
    }
  }
}

// A reload that was asked for just before the end must not wait for another: nobody would cancel
// that.
Awaitable<void> Gateway::Parts::watch_for_reloads() {
  while (!owner->ended()) {
    const auto [failed, number] =
        co_await reloading.async_wait(boost::asio::as_tuple(kUseAwaitable));
    if (failed || owner->ended()) {
      co_return;
    }
    reload(true);
  }
}

Awaitable<void> Gateway::Parts::watch_signals() {
  // With nothing open a drain is over before its first wait, and nobody would cancel the next one
  // here.
  for (int times = 0; !owner->ended(); ++times) {
    const auto [failed, number] = co_await ending.async_wait(boost::asio::as_tuple(kUseAwaitable));
    if (failed) {
      co_return;
    }
    if (times == 0) {
      boost::asio::co_spawn(loop, drain(), boost::asio::detached);
    } else {
      end_workers();  // A second signal: at once.
      co_return;
    }
  }
}

// Whether a request is on its way in or its answer on its way out. Idle connections have been cut
// by then.
bool Gateway::Parts::busy() const {
  return std::ranges::any_of(workers, [](const auto& worker) {
    return worker->connections.load(std::memory_order_relaxed) > 0;
  });
}

// Readiness says no first, for as long as a load balancer needs to notice; then no new connections,
// and what is open may finish.
Awaitable<void> Gateway::Parts::drain() {
  const auto delay = owner->snapshot()->settings.general.drain_delay;
  const auto patience = owner->snapshot()->settings.general.drain_timeout;
  shared.draining = true;
  if (delay > Duration::zero()) {
    co_await owner->sleep(delay);
  }
  close_listeners();
  for (const auto& worker : workers) {
    boost::asio::post(worker->loop, [&worker = *worker] {
      worker.closing = true;
      worker.deadlines.cut_idle();
    });
  }
  const auto limit = owner->deadlines.refresh() + patience;
  while (busy() && owner->deadlines.refresh() < limit && !owner->ended()) {
    co_await owner->sleep(kDrainLook);
  }
  if (busy()) {
    for (const auto& worker : workers) {
      boost::asio::post(worker->loop, [&worker = *worker] { worker.deadlines.cut_outward(); });
    }
    co_await owner->sleep(kLastWords);
  }
  end_workers();
}

void Gateway::Parts::end_workers() {
  close_listeners();
  for (const auto& worker : workers) {
    boost::asio::post(worker->loop, [&worker = *worker] {
      worker.tick();
      worker.end();
    });
  }
  guards.clear();
  owner->end();
  ending.cancel();
  reloading.cancel();
}

std::expected<std::unique_ptr<Gateway>, std::string> Gateway::start(GatewayOptions options,
                                                                    Settings settings) {
  // A client that has gone, or a log that may not grow, shows as a failed write; the signal would
  // end the program.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  auto parts = std::make_unique<Parts>(std::move(options));
  if (const auto opened = parts->open_network(); !opened) {
    return std::unexpected(opened.error());
  }
  auto* const all = parts.get();
  for (unsigned i = 0; i < std::max(all->options.workers, 1U); ++i) {
    all->workers.push_back(
        std::make_unique<Worker>(i, all->shared, [all] { all->owner->wake(); }, all->rng.next()));
    all->workers.back()->tls_in = all->tls_in;
    all->shared.workers.push_back(all->workers.back().get());
  }
  all->owner = std::make_unique<Owner>(all->loop,
                                       all->shared,
                                       all->workers,
                                       Rng(all->rng.next()),
                                       static_cast<bool>(all->options.redirect));
  all->shared.credential_refused = [all](std::string account) {
    all->owner->credential_refused(std::move(account));
  };
  all->shared.ask_owner = [all](std::function<void(const MetricsSnapshot&, OwnerStatus)> answer) {
    boost::asio::post(all->loop, [all, answer = std::move(answer)] {
      MetricsSnapshot counts;
      all->owner->metrics.snapshot_into(counts);
      answer(counts, all->owner->status());
    });
  };
  if (const auto applied = all->owner->apply(std::move(settings)); !applied) {
    return std::unexpected(applied.error());
  }
  all->start_threads();
  return std::unique_ptr<Gateway>(new Gateway(std::move(parts)));
}

Gateway::Gateway(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

// NOLINTNEXTLINE(bugprone-exception-escape): a handler that throws is a bug, and ends the program.
Gateway::~Gateway() {
  if (!parts_->threads.empty() && parts_->threads.front().joinable()) {
    parts_->end_workers();
    parts_->loop.run();
    for (auto& thread : parts_->threads) {
      thread.join();
    }
  }
  parts_->shared.cpu.join();
}

std::uint16_t Gateway::port() const {
  return parts_->listener->port();
}

std::uint16_t Gateway::admin_port() const {
  return parts_->admin_listener ? parts_->admin_listener->port() : 0;
}

void Gateway::run() {
  auto& parts = *parts_;
  const auto executor = parts.loop.get_executor();
  boost::asio::co_spawn(executor, parts.owner->deadlines.sweep(), boost::asio::detached);
  boost::asio::co_spawn(executor, parts.health_ticks(), boost::asio::detached);
  boost::asio::co_spawn(executor, parts.watch_files(), boost::asio::detached);
  boost::asio::co_spawn(executor, parts.watch_for_reloads(), boost::asio::detached);
  boost::asio::co_spawn(executor, parts.watch_signals(), boost::asio::detached);
  const auto door = parts.admin_listener ? Door::Clients : Door::Everybody;
  boost::asio::co_spawn(
      executor,
      parts.listener->accept([&parts] { return !parts.full(); },
                             [&parts, door](int descriptor) { parts.accept(descriptor, door); }),
      boost::asio::detached);
  if (parts.admin_listener) {
    // Operators come in also when clients have taken all the room there is for them.
    boost::asio::co_spawn(executor,
                          parts.admin_listener->accept([] { return true; },
                                                       [&parts](int descriptor) {
                                                         parts.accept(descriptor, Door::Operators);
                                                       }),
                          boost::asio::detached);
  }
  start_probes(*parts.owner, executor);
  parts.loop.run();
  for (auto& thread : parts.threads) {
    thread.join();
  }
}

}  // namespace meridian
