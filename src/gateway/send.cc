#include "gateway/send.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "gateway/waiting.h"

namespace meridian {

namespace {

// What a provider has said before it has our whole request.
enum class Early : std::uint8_t {
  Nothing,
  GoOn,     // An interim reply, or a success: it will still read the rest.
  Refusal,  // Its final word.
  Ended,
};

// The status is at a fixed place of the first line; less than that says nothing yet.
Early early_word(Peer& provider) {
  static constexpr std::size_t kStatusAt = std::string_view("HTTP/1.1 ").size();
  std::array<char, kStatusAt + 1> begun{};
  const auto got = provider.peek(begun);
  if (got == 0U) {
    return Early::Ended;
  }
  if (got.value_or(0) < begun.size()) {
    return Early::Nothing;
  }
  return begun.back() == '1' || begun.back() == '2' ? Early::GoOn : Early::Refusal;
}

enum class Posted : std::uint8_t { Whole, Refused, Broken, ClientLeft };

// Hears what a provider says while the request still goes to it.
class Listener {
 public:
  explicit Listener(Peer& provider) : provider_(provider) {}

  // What it has said by now that ends the sending; nothing: go on.
  std::optional<Posted> heard() {
    if (!listening_ || !provider_.readable()) {
      return std::nullopt;
    }
    const auto word = early_word(provider_);
    if (word == Early::Refusal || word == Early::Ended) {
      return word == Early::Refusal ? Posted::Refused : Posted::Broken;
    }
    listening_ = word == Early::Nothing && !provider_.readable();
    return std::nullopt;
  }

  // Whom to wait for besides room to write; null: it has said all that counts.
  Peer* waiting_for() { return listening_ ? &provider_ : nullptr; }

 private:
  Peer& provider_;
  bool listening_ = true;
};

Awaitable<Posted> post(Peer& provider, Peer& client, Gather message) {
  Listener listener(provider);
  for (;;) {
    if (!provider.write(message)) {
      // The refusal of somebody who has hung up since may still lie in the socket.
      co_return early_word(provider) == Early::Refusal ? Posted::Refused : Posted::Broken;
    }
    if (message.empty()) {
      co_return Posted::Whole;
    }
    if (const auto end = listener.heard()) {
      co_return *end;
    }
    if (client.readable() && client.closed()) {
      co_return Posted::ClientLeft;
    }
    // A client's next request, sent ahead, stays in the socket, which then tells nothing more.
    auto* const leaving = client.readable() ? nullptr : &client;
    co_await provider.until_writable(listener.waiting_for(), leaving);
  }
}

}  // namespace

Awaitable<Sent> send(Journey& journey,
                     DeploymentId id,
                     const Letter& letter,
                     TimePoint limit,
                     bool only_fresh) {
  auto& worker = journey.worker;
  Sent sent;
  auto connection =
      co_await worker.connection_to(journey.exchange.snapshot(), id, limit, only_fresh);
  sent.fresh = connection.fresh;
  if (!connection.peer) {
    const bool late = worker.deadlines.refresh() >= limit;
    sent.end = AttemptEnd::failed(late ? FailureKind::TimedOut : FailureKind::ConnectFailed,
                                  connection.trouble);
    co_return sent;
  }
  connection.peer->expire_at(limit);
  const auto posted = co_await post(*connection.peer, journey.client, letter.message);
  switch (posted) {
    case Posted::Whole:
    case Posted::Refused:
      sent.whole = posted == Posted::Whole;
      sent.peer = std::move(connection.peer);
      break;
    case Posted::Broken:
      sent.end = AttemptEnd::failed(broken_off(worker, limit));
      break;
    case Posted::ClientLeft:
      sent.end = AttemptEnd::client_left();
      break;
  }
  co_return sent;
}

}  // namespace meridian
