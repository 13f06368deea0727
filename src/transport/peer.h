#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <boost/intrusive/list.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>

#include "transport/gather.h"
#include "transport/loop.h"
#include "transport/tls.h"

namespace meridian {

class Deadlines;

// A connection, to a client or to a provider, that knows whether it has something to say.
//
// Reading and writing are plain calls that do what can be done now; Asio is asked only to wait.
// That costs fewer system calls and queue trips than `async_read_some`, no buffer is held while
// nothing arrives, and one wait can watch two peers: the provider for its reply, and the client for
// leaving. The wait that watches a client during one request is the wait for its next one.
//
// With TLS the same calls work on the decrypted bytes: OpenSSL reads and writes the descriptor
// itself.
//
// Owned by the coroutine that serves it, or by a pool while idle; used by one loop's thread.
class Peer : public boost::intrusive::list_base_hook<
                 boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  // Joins `deadlines`, which cuts the peer when the time last given to `expire_at` has passed.
  Peer(Socket socket, Deadlines& deadlines);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // Bytes read; 0 when nothing more will come; nothing when there is nothing yet.
  std::optional<std::size_t> read(std::span<char> into);

  // Sends what the socket takes now, and drops it from `message`. False: the peer is gone.
  bool write(Gather& message);

  // False when a read would find nothing.
  bool readable() const;

  // As `read`, but the bytes stay.
  std::optional<std::size_t> peek(std::span<char> into);

  // Looks without reading: has the other side closed?
  bool closed();

  // Open, and nothing to read: what an idle connection to a provider has to be.
  bool silent();

  void expire_at(TimePoint deadline) { deadline_ = deadline; }

  TimePoint deadline() const { return deadline_; }

  // Whoever waits for this peer is woken at about that time, though nothing has arrived; once.
  void nudge_at(TimePoint when) {
    nudge_time_ = when;
    nudged_ = false;
  }

  TimePoint nudge_time() const { return nudge_time_; }

  void nudge();

  // Was it woken by that? Says so once.
  bool take_nudge() { return std::exchange(nudged_, false); }

  // Waiting for a next request, if any: may be cut by a drain without loss.
  void set_idle(bool idle) { idle_ = idle; }

  bool idle() const { return idle_; }

  // Towards a provider, not from a client.
  void set_outward() { outward_ = true; }

  bool outward() const { return outward_; }

  // Called when the connection is given up, whoever does it and why.
  void at_end(std::move_only_function<void()> told) { at_end_ = std::move(told); }

  // Says that nothing more will be sent; the other side may still be read.
  void finish_sending();

  // Shuts the socket down. The kernel then wakes whoever waits, as if the other side had left, so
  // that a deadline, a drain and a lost connection are one path through the code.
  void cut();

  // The peer's address as text, without the port. Asked of the system once.
  const std::string& address() const;

  bool over_tls() const { return tls_ != nullptr; }

  // Connects, and sets the options a relay wants. Refused, unreachable, no descriptor left; past
  // the deadline, whatever a socket says that was shut down.
  Awaitable<boost::system::error_code> connect(Tcp::endpoint where);

  // Speaks TLS from here on. False, with the reason in `tls_trouble`: the handshake failed.
  Awaitable<bool> start_tls(std::unique_ptr<TlsSession> session);

  const std::string& tls_trouble() const { return tls_trouble_; }

  Awaitable<void> until_writable();

  // Or until one of the others, which may be null, has something to read.
  Awaitable<void> until_writable(Peer* one, Peer* other);
  static Awaitable<void> until_readable(Peer& one);
  static Awaitable<void> until_readable(Peer& one, Peer& other);  // Whichever comes first.

 private:
  struct Watch;
  struct Waiter;

  void arm(Waiter& waiter);

  Socket socket_;
  boost::intrusive_ptr<Watch> watch_;
  TimePoint deadline_ = TimePoint::max();
  TimePoint nudge_time_ = TimePoint::max();
  bool nudged_ = false;
  bool idle_ = false;
  bool outward_ = false;
  std::move_only_function<void()> at_end_;
  std::unique_ptr<TlsSession> tls_;
  std::string tls_trouble_;
  mutable std::string address_;
};

// Waits for room as often as it takes. False: the peer is gone.
Awaitable<bool> write_all(Peer& to, Gather message);

}  // namespace meridian
