#include "cloud/cloud.h"

#include <map>
#include <mutex>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include "cloud/site.h"
#include "cloud/stage.h"
#include "transport/listener.h"

namespace meridian {
namespace {

constexpr const char* kLoopback = "127.0.0.1";

// Holds a port without listening on it: connections to it are refused, and nobody else is given it.
// A listener that also allows reuse can still be opened on top.
class HeldPort {
 public:
  HeldPort() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int yes = 1;
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const address = reinterpret_cast<sockaddr*>(&where);
    socklen_t size = sizeof where;
    if (::setsockopt(descriptor_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
        ::bind(descriptor_, address, size) == 0 &&
        ::getsockname(descriptor_, address, &size) == 0) {
      port_ = ntohs(where.sin_port);
    }
  }

  ~HeldPort() {
    if (descriptor_ >= 0) {
      ::close(descriptor_);
    }
  }

  HeldPort(const HeldPort&) = delete;
  HeldPort& operator=(const HeldPort&) = delete;

  std::uint16_t port() const { return port_; }  // 0: there was none.

 private:
  int descriptor_;
  std::uint16_t port_ = 0;
};

// Two owners: the gate, which may close it, and this coroutine, which ends only afterwards.
Awaitable<void> accept_all(std::shared_ptr<Listener> listener,
                           std::function<void(int)> on_connection) {
  co_await listener->accept([] { return true; }, std::move(on_connection));
}

}  // namespace

struct SimulatedCloud::Inside {
  // A region's own port.
  struct Gate {
    std::string host;
    HeldPort held;
    std::shared_ptr<Listener> listener;  // Null while the region is dark.
  };

  explicit Inside(const SimulatedCloudOptions& options)
      : conditions(options.seed),
        admin(conditions, log),
        stage(loop.get_executor(), conditions, log, admin, options.pace) {
    conditions.on_change = [this](const std::string& region, const FaultSpec& fault) {
      boost::asio::post(
          loop, [this, region, dark = fault.kind == FaultKind::Dark] { weather(region, dark); });
    };
  }

  void open(Gate& gate) {
    auto listener = Listener::open(loop.get_executor(), kLoopback, gate.held.port());
    if (!listener) {
      return;  // Out of descriptors, most likely. The region stays refused until it is set again.
    }
    gate.listener = std::move(*listener);
    boost::asio::co_spawn(
        loop,
        accept_all(gate.listener,
                   [this, host = gate.host](int descriptor) { stage.admit(descriptor, host); }),
        boost::asio::detached);
  }

  void weather(const std::string& region, bool dark) {
    if (ended) {
      return;
    }
    {
      const std::scoped_lock lock(mutex);
      const auto found = gates.find(region);
      if (found != gates.end()) {
        auto& gate = found->second;
        if (dark && gate.listener) {
          gate.listener->close();
          gate.listener.reset();
        } else if (!dark && !gate.listener) {
          open(gate);
        }
      }
    }
    if (dark) {
      stage.reset_region(region);
    }
  }

  void end() {
    const std::scoped_lock lock(mutex);
    ended = true;
    main->close();
    for (auto& [_, gate] : gates) {
      if (gate.listener) {
        gate.listener->close();
      }
    }
    stage.end();
    work.reset();
  }

  boost::asio::io_context loop{1};
  Conditions conditions;
  TrafficLog log;
  CloudAdmin admin;
  Stage stage;
  boost::asio::executor_work_guard<Executor> work{loop.get_executor()};
  std::shared_ptr<Listener> main;
  std::uint16_t port = 0;
  std::mutex mutex;  // Over the gates, which any thread may add to.
  std::map<std::string, Gate, std::less<>> gates;
  bool ended = false;  // Under the mutex.
  std::thread thread;
};

std::expected<std::unique_ptr<SimulatedCloud>, std::string> SimulatedCloud::start(
    const SimulatedCloudOptions& options) {
  auto inside = std::make_unique<Inside>(options);
  auto listener = Listener::open(inside->loop.get_executor(), options.host, options.port);
  if (!listener) {
    return std::unexpected(std::move(listener.error()));
  }
  inside->main = std::move(*listener);
  inside->port = inside->main->port();
  boost::asio::co_spawn(
      inside->loop,
      accept_all(inside->main,
                 [stage = &inside->stage](int descriptor) { stage->admit(descriptor, {}); }),
      boost::asio::detached);
  inside->thread = std::thread([loop = &inside->loop] { loop->run(); });
  return std::unique_ptr<SimulatedCloud>(new SimulatedCloud(std::move(inside)));
}

SimulatedCloud::SimulatedCloud(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

// NOLINTNEXTLINE(bugprone-exception-escape): a thread that cannot be ended has to end the program.
SimulatedCloud::~SimulatedCloud() {
  stop();
}

std::uint16_t SimulatedCloud::port() const {
  return inside_->port;
}

std::uint16_t SimulatedCloud::port_for(std::string_view host) {
  const auto site = site_of(host);
  const std::scoped_lock lock(inside_->mutex);
  const auto found = inside_->gates.find(site.region);
  if (found != inside_->gates.end()) {
    return found->second.held.port();
  }
  inside_->conditions.note(site.region, site.host);
  auto& gate = inside_->gates[site.region];
  gate.host = site.host;
  const bool dark = inside_->conditions.fault_of(site.region).kind == FaultKind::Dark;
  if (!dark && !inside_->ended && gate.held.port() != 0) {
    inside_->open(gate);  // Here and not on the loop: the caller connects next.
  }
  return gate.held.port();
}

CloudAdmin& SimulatedCloud::admin() {
  return inside_->admin;
}

Conditions& SimulatedCloud::conditions() {
  return inside_->conditions;
}

TrafficLog& SimulatedCloud::log() {
  return inside_->log;
}

void SimulatedCloud::stop() {
  if (inside_->thread.joinable()) {
    boost::asio::post(inside_->loop, [inside = inside_.get()] { inside->end(); });
    inside_->thread.join();
  }
}

}  // namespace meridian
