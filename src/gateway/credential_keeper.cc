#include "gateway/credential_keeper.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "transport/http_client.h"

namespace meridian {

namespace {

using namespace std::chrono_literals;

constexpr auto kLookAgainMax = 30s;
constexpr auto kErrandsInARowMax =
    32;  // A source that never has enough is a bug; it must not hang the start.
constexpr std::size_t kFileBytesMax = std::size_t{1} << 20;

}  // namespace

struct CredentialKeeper::Slot {
  explicit Slot(const Executor& executor) : timer(executor) {}

  std::string key;
  std::string name;
  std::unique_ptr<CredentialSource> source;
  std::shared_ptr<const Credential> credential;
  std::string trouble;
  Timer timer;
  std::optional<Errand> under_way;  // Given out at the start, and needs the network.
  std::size_t number = 0;
  bool running = false;
  bool ended = false;
};

CredentialKeeper::CredentialKeeper(Executor executor,
                                   Network& network,
                                   Deadlines& deadlines,
                                   Rng rng,
                                   Listener listener)
    : executor_(std::move(executor)),
      network_(network),
      deadlines_(deadlines),
      rng_(rng),
      listener_(std::move(listener)) {}

CredentialKeeper::~CredentialKeeper() = default;

ErrandResult CredentialKeeper::do_here(const Errand& errand) {
  if (const auto* variable = std::get_if<ReadVariable>(&errand)) {
    const char* const value = std::getenv(
        variable->name.c_str());  // NOLINT(concurrency-mt-unsafe): nobody writes the environment.
    return value == nullptr ? ErrandResult{}
                            : ErrandResult{.done = true, .status = 0, .text = value};
  }
  if (const auto* file = std::get_if<ReadFile>(&errand)) {
    std::ifstream in(file->path, std::ios::binary);
    if (!in) {
      return {};
    }
    std::string text{std::istreambuf_iterator<char>(in), {}};
    return {.done = text.size() <= kFileBytesMax, .status = 0, .text = std::move(text)};
  }
  return {};
}

std::vector<std::size_t> CredentialKeeper::adopt(const Settings& settings) {
  std::vector<std::size_t> slot_of;
  for (const auto& deployment : settings.fleet.deployments) {
    const auto& params = settings.params[index_of(deployment.id)];
    const auto key = credential_key(deployment.provider, params);
    auto found = std::ranges::find_if(slots_, [&](const auto& slot) { return slot->key == key; });
    if (found == slots_.end()) {
      auto slot = std::make_shared<Slot>(executor_);
      slot->key = key;
      slot->name = settings.fleet.accounts[index_of(deployment.account)];
      slot->source = make_credential_source(deployment.provider, params);
      slot->number = slots_.size();
      slots_.push_back(std::move(slot));
      found = std::prev(slots_.end());
    }
    slot_of.push_back((*found)->number);
  }
  for (const auto& slot : slots_) {
    if (slot->running) {
      continue;
    }
    // Variables and files at once, so that a start with keys at hand serves its first request.
    for (int done = 0; done < kErrandsInARowMax && !slot->under_way; ++done) {
      auto errand = slot->source->next(wall_now(), rng_);
      if (!errand) {
        break;
      }
      if (std::holds_alternative<FetchUrl>(*errand)) {
        slot->under_way = std::move(errand);
      } else {
        slot->source->on_result(do_here(*errand), wall_now());
      }
    }
    publish(*slot);
    slot->running = true;
    boost::asio::co_spawn(executor_, keep(slot), boost::asio::detached);
  }
  return slot_of;
}

void CredentialKeeper::publish(Slot& slot) const {
  if (auto fresh = slot.source->current(wall_now())) {
    slot.credential = std::make_shared<const Credential>(std::move(*fresh));
  } else {
    slot.credential = nullptr;
  }
  if (slot.running) {
    listener_.changed(slot.number, slot.credential);
  }
  if (auto trouble = slot.source->trouble(); trouble != slot.trouble) {
    slot.trouble = std::move(trouble);
    listener_.told(slot.name, slot.trouble);
  }
}

Awaitable<ErrandResult> CredentialKeeper::run(const Errand& errand) {
  const auto* fetching = std::get_if<FetchUrl>(&errand);
  if (fetching == nullptr) {
    co_return do_here(errand);
  }
  HttpRequest request;
  request.method = fetching->method;
  request.to = fetching->address;
  request.target = fetching->target;
  request.headers = fetching->headers;
  request.body = fetching->body;
  const auto deadline = deadlines_.refresh() + fetching->limit;
  auto reply = co_await fetch(network_, deadlines_, std::move(request), deadline);
  ErrandResult result;
  if (reply) {
    result.done = true;
    result.status = reply->status;
    result.text = std::move(reply->body);
  }
  co_return result;
}

Awaitable<void> CredentialKeeper::keep(std::shared_ptr<Slot> slot) {
  while (!slot->ended) {
    auto errand = std::exchange(slot->under_way, std::nullopt);
    if (!errand) {
      errand = slot->source->next(wall_now(), rng_);
    }
    while (errand) {
      const auto result = co_await run(*errand);
      if (slot->ended) {
        co_return;
      }
      slot->source->on_result(result, wall_now());
      publish(*slot);
      errand = slot->source->next(wall_now(), rng_);
    }
    const auto pause =
        std::clamp<std::chrono::seconds>(slot->source->wake_at() - wall_now(), 1s, kLookAgainMax);
    slot->timer.expires_after(pause);
    co_await slot->timer.async_wait(boost::asio::as_tuple(kUseAwaitable));
    // A credential that ended meanwhile must not be used on.
    if (!slot->ended && slot->credential && !slot->source->current(wall_now())) {
      publish(*slot);
    }
  }
}

std::vector<std::shared_ptr<const Credential>> CredentialKeeper::current() const {
  std::vector<std::shared_ptr<const Credential>> credentials;
  credentials.reserve(slots_.size());
  for (const auto& slot : slots_) {
    credentials.push_back(slot->credential);
  }
  return credentials;
}

void CredentialKeeper::refused(const Settings& settings, std::string_view account) {
  for (const auto& deployment : settings.fleet.deployments) {
    if (settings.fleet.accounts[index_of(deployment.account)] != account) {
      continue;
    }
    const auto key = credential_key(deployment.provider, settings.params[index_of(deployment.id)]);
    const auto found =
        std::ranges::find_if(slots_, [&](const auto& slot) { return slot->key == key; });
    if (found != slots_.end()) {
      (*found)->source->refused(wall_now());
      (*found)->timer.cancel();
    }
  }
}

std::vector<CredentialTrouble> CredentialKeeper::troubles() const {
  std::vector<CredentialTrouble> list;
  list.reserve(slots_.size());
  for (const auto& slot : slots_) {
    list.push_back({slot->name, !slot->trouble.empty()});
  }
  return list;
}

void CredentialKeeper::end() {
  for (const auto& slot : slots_) {
    slot->ended = true;
    slot->timer.cancel();
  }
}

}  // namespace meridian
