#include "cloud/stage.h"

#include <algorithm>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/format.h>

#include "cloud/respond.h"
#include "cloud/site.h"
#include "transport/http_server.h"
#include "transport/listener.h"

namespace meridian {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kBodyBytesMax = std::uint64_t{64} << 20;
constexpr Duration kSilence = 15min;  // How long a stalled answer is held if nobody leaves.

// The other side sees "connection reset", at once. Dissolving the association (RFC 9293's ABORT)
// does that while the descriptor stays ours, so that whoever waits on it wakes and cleans up as
// usual.
void break_off(int descriptor) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  const sockaddr nowhere{.sa_family = AF_UNSPEC, .sa_data = {}};
  // Should it fail, there is nothing else to try.
  [[maybe_unused]] const int failed = ::connect(descriptor, &nowhere, sizeof nowhere);
}

std::int64_t wall_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// A wait that a leaving client ends. Two owners: the connection, and the wait under way with the
// loop.
struct Nap {
  Nap(const Executor& executor, Peer& client) : timer(executor), peer(&client) {}

  Timer timer;
  Peer* peer;  // Null: the connection is gone.
  bool over = false;
};

// False: the client has left meanwhile, or was cut.
Awaitable<bool> rest(std::shared_ptr<Nap> nap, Duration time) {
  if (time <= Duration::zero()) {
    co_return true;
  }
  auto& peer = *nap->peer;
  nap->over = false;
  nap->timer.expires_after(time);
  nap->timer.async_wait([nap](boost::system::error_code cancelled) {
    if (!cancelled && nap->peer != nullptr) {
      nap->over = true;
      nap->peer->nudge();
    }
  });
  while (!nap->over) {
    co_await Peer::until_readable(peer);
    if (nap->over || !peer.readable()) {
      continue;
    }
    if (peer.closed()) {
      nap->timer.cancel();
      co_return false;
    }
    // It has sent its next request ahead: the socket stays readable, so only the time is waited
    // for.
    const auto [cancelled] = co_await nap->timer.async_wait(boost::asio::as_tuple(kUseAwaitable));
    co_return !cancelled;
  }
  co_return true;
}

HttpExchange::Fields fields_of(const CloudPerformance& performance) {
  return performance.fields;
}

}  // namespace

// One connection, as long as it lasts.
class Stage::Visit {
 public:
  Visit(Stage& stage, int descriptor, std::string gate, Peer& peer)
      : stage_(stage),
        descriptor_(descriptor),
        gate_(std::move(gate)),
        region_(gate_.empty() ? std::string() : site_of(gate_).region),
        nap_(std::make_shared<Nap>(stage.executor_, peer)) {
    stage_.visits_.insert(this);
  }

  ~Visit() {
    stage_.visits_.erase(this);
    nap_->peer = nullptr;
    nap_->timer.cancel();
  }

  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  const std::string& region() const { return region_; }

  void break_off_now() {
    broken_ = true;
    break_off(descriptor_);
  }

  void wake() { nap_->timer.cancel(); }

  // True: the connection may carry another request.
  Awaitable<bool> perform(HttpExchange& exchange);

 private:
  enum class Outcome : std::uint8_t { Whole, Cut, Reset, Silent, ClientLeft };

  static std::string_view name_of(Outcome outcome) {
    switch (outcome) {
      case Outcome::Whole:
        return "whole";
      case Outcome::Cut:
        return "cut";
      case Outcome::Reset:
        return "reset";
      case Outcome::Silent:
        return "silent";
      case Outcome::ClientLeft:
        return "client left";
    }
    return "";
  }

  Awaitable<bool> administer(HttpExchange& exchange, std::string_view method);
  Awaitable<Outcome> play(HttpExchange& exchange, CloudPerformance performance);
  Awaitable<Outcome> play_whole(HttpExchange& exchange, CloudPerformance performance);
  Awaitable<Outcome> play_stream(HttpExchange& exchange, CloudPerformance performance);

  Stage& stage_;
  const int descriptor_;
  const std::string gate_;
  std::string region_;
  std::shared_ptr<Nap> nap_;
  bool broken_ = false;
};

Awaitable<bool> Stage::Visit::perform(HttpExchange& exchange) {
  const auto& head = exchange.head();
  const auto method = head.raw.substr(0, head.raw.find(' '));
  if (head.target.starts_with(CloudAdmin::kPrefix)) {
    co_return co_await administer(exchange, method);
  }
  const CloudCall call{
      .method = method,
      .target = head.target,
      .header = [&head](std::string_view name) { return find_field(head.raw, name); },
      .body = exchange.body(),
      .gate = gate_};
  auto response = respond(call, stage_.conditions_, stage_.pace_, wall_now());
  region_ = response.entry.region;
  response.entry.wall_ms = wall_ms();
  response.entry.outcome = "under way";
  const auto seq = stage_.log_.add(std::move(response.entry));
  auto outcome = co_await play(exchange, std::move(response.performance));
  if (broken_) {
    outcome = Outcome::Reset;
  }
  stage_.log_.close(seq, name_of(outcome));
  co_return outcome == Outcome::Whole && !stage_.ended_;
}

Awaitable<bool> Stage::Visit::administer(HttpExchange& exchange, std::string_view method) {
  auto answer = stage_.admin_.handle(method, exchange.head().target, exchange.body());
  HttpExchange::Fields fields{{"content-type", "application/json"}};
  co_return co_await exchange.reply(answer.status, std::move(fields), std::move(answer.json));
}

Awaitable<Stage::Visit::Outcome> Stage::Visit::play(HttpExchange& exchange,
                                                    CloudPerformance performance) {
  if (performance.opening == CloudPerformance::Opening::Reset) {
    break_off(descriptor_);
    co_return Outcome::Reset;
  }
  if (performance.opening == CloudPerformance::Opening::Silence) {
    const bool stayed = co_await rest(nap_, kSilence);
    co_return stayed ? Outcome::Silent : Outcome::ClientLeft;
  }
  if (!co_await rest(nap_, performance.first)) {
    co_return Outcome::ClientLeft;
  }
  // Not one `?:` around both: g++ 12 moves the argument of the branch that is not taken as well.
  if (performance.chunked) {
    co_return co_await play_stream(exchange, std::move(performance));
  }
  co_return co_await play_whole(exchange, std::move(performance));
}

Awaitable<Stage::Visit::Outcome> Stage::Visit::play_whole(HttpExchange& exchange,
                                                          CloudPerformance performance) {
  auto& body = performance.beats.front();
  if (!co_await rest(nap_, performance.per_token * body.tokens)) {
    co_return Outcome::ClientLeft;
  }
  if (performance.ending == CloudPerformance::Ending::CutInside) {
    auto head =
        fmt::format("HTTP/1.1 {} {}\r\n", performance.status, reason_phrase(performance.status));
    for (const auto& [name, value] : performance.fields) {
      head += fmt::format("{}: {}\r\n", name, value);
    }
    head += fmt::format("content-length: {}\r\n\r\n", body.bytes.size());
    Gather message;
    message.add(head);
    message.add(std::string_view(body.bytes).substr(0, body.bytes.size() / 2));
    co_await write_all(exchange.peer(), message);
    co_return Outcome::Cut;
  }
  const bool taken =
      co_await exchange.reply(performance.status, fields_of(performance), std::move(body.bytes));
  co_return taken ? Outcome::Whole : Outcome::ClientLeft;
}

Awaitable<Stage::Visit::Outcome> Stage::Visit::play_stream(HttpExchange& exchange,
                                                           CloudPerformance performance) {
  const bool cuts = performance.ending == CloudPerformance::Ending::CutInside;
  if (!co_await exchange.begin(performance.status, fields_of(performance))) {
    co_return Outcome::ClientLeft;
  }
  for (auto& beat : performance.beats) {
    if (!co_await rest(nap_, performance.per_token * beat.tokens)) {
      co_return Outcome::ClientLeft;
    }
    if (cuts && &beat == &performance.beats.back()) {
      // A chunk that promises more than comes.
      const auto size = fmt::format("{:x}\r\n", beat.bytes.size());
      Gather message;
      message.add(size);
      message.add(std::string_view(beat.bytes).substr(0, beat.bytes.size() / 2));
      co_await write_all(exchange.peer(), message);
      co_return Outcome::Cut;
    }
    if (!co_await exchange.piece(std::move(beat.bytes))) {
      co_return Outcome::ClientLeft;
    }
  }
  if (performance.ending == CloudPerformance::Ending::Silence) {
    const bool stayed = co_await rest(nap_, kSilence);
    co_return stayed ? Outcome::Silent : Outcome::ClientLeft;
  }
  const bool taken = co_await exchange.finish();
  co_return taken ? Outcome::Whole : Outcome::ClientLeft;
}

Stage::Stage(const Executor& executor,
             Conditions& conditions,
             TrafficLog& log,
             CloudAdmin& admin,
             CloudPaceRules pace)
    : executor_(executor),
      conditions_(conditions),
      log_(log),
      admin_(admin),
      pace_(pace),
      deadlines_(executor) {
  boost::asio::co_spawn(executor_, deadlines_.sweep(), boost::asio::detached);
}

Stage::~Stage() = default;

// The peer joins the deadlines here, not in the coroutine, which starts later: `end` has to reach
// it.
void Stage::admit(int descriptor, std::string gate) {
  if (ended_) {
    ::close(descriptor);  // Accepted in the same moment: `end` would not find it.
    return;
  }
  auto peer = std::make_unique<Peer>(adopt(executor_, descriptor), deadlines_);
  auto visit = std::make_unique<Visit>(*this, descriptor, std::move(gate), *peer);
  boost::asio::co_spawn(
      executor_, serve(this, std::move(visit), std::move(peer)), boost::asio::detached);
}

Awaitable<void> Stage::serve(Stage* stage,
                             std::unique_ptr<Visit> visit,
                             std::unique_ptr<Peer> peer) {
  auto* const guest = visit.get();
  if (stage->conditions_.fault_of(guest->region()).kind == FaultKind::Dark) {
    guest->break_off_now();  // It came in just before its port was closed.
    co_return;
  }
  const HttpHandler handler = [guest](HttpExchange& exchange) { return guest->perform(exchange); };
  co_await serve_http(std::move(peer), stage->deadlines_, stage->buffers_, handler, kBodyBytesMax);
}

void Stage::reset_region(std::string_view region) {
  for (auto* const visit : visits_) {
    if (visit->region() == region) {
      visit->break_off_now();
    }
  }
}

void Stage::end() {
  ended_ = true;
  deadlines_.cut_all();
  for (auto* const visit : visits_) {
    visit->wake();
  }
}

}  // namespace meridian
