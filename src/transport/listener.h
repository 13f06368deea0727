#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <vector>

#include <boost/asio/basic_socket_acceptor.hpp>

#include "transport/deadlines.h"
#include "transport/loop.h"

namespace meridian {

// A listening socket. Accepts on one loop and hands each connection's descriptor on: which loop
// serves it is the receiver's choice.
class Listener {
 public:
  // `host` is a literal address, "localhost", or empty for every address, IPv6 and IPv4. Port 0
  // takes a free one. Failure: a sentence ("port 4000 on 0.0.0.0 is in use by another program;
  // ...").
  static std::expected<std::unique_ptr<Listener>, std::string> open(const Executor& executor,
                                                                    const std::string& host,
                                                                    std::uint16_t port);

  explicit Listener(const Executor& executor) : acceptor_(executor), pause_(executor) {}

  std::uint16_t port() const;

  // Runs until `close`. While there is no room, and when descriptors run out, it pauses instead of
  // spinning, and connections wait in the kernel's queue.
  Awaitable<void> accept(std::function<bool()> has_room,
                         std::function<void(int descriptor)> on_connection);

  void close();

 private:
  boost::asio::basic_socket_acceptor<Tcp, Executor> acceptor_;
  Timer pause_;
  bool closed_ = false;
};

// Makes an accepted descriptor this loop's, ready for a Peer.
Socket adopt(const Executor& executor, int descriptor);

}  // namespace meridian
