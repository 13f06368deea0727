#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "transport/request.h"

namespace meridian {

// A small HTTP/1.1 server for what is not the relay: the simulated cloud's endpoints. One handler
// answers every request of a connection.
class HttpExchange {
 public:
  HttpExchange(Peer& peer, const Request& request) : peer_(peer), request_(request) {}

  const Head& head() const { return request_.head; }

  std::string_view body() const { return request_.body(); }

  Peer& peer() { return peer_; }

  using Fields = std::vector<std::pair<std::string, std::string>>;

  // A whole answer. False: the client has left.
  Awaitable<bool> reply(int status, Fields fields, std::string body);

  // An answer in chunks: begin, then any number of pieces, then finish.
  Awaitable<bool> begin(int status, Fields fields);
  Awaitable<bool> piece(std::string bytes);
  Awaitable<bool> finish();

 private:
  Peer& peer_;
  const Request& request_;
};

// True: the connection may carry another request.
using HttpHandler = std::function<Awaitable<bool>(HttpExchange&)>;

// The life of a connection. `handler` must outlive it.
Awaitable<void> serve_http(std::unique_ptr<Peer> client,
                           Deadlines& deadlines,
                           Buffers& buffers,
                           const HttpHandler& handler,
                           std::uint64_t body_bytes_max);

std::string_view reason_phrase(int status);

}  // namespace meridian
