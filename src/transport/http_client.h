#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/failure.h"
#include "transport/network.h"

namespace meridian {

struct HttpRequest {
  std::string method = "GET";
  Address to;
  std::string target = "/";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct HttpReply {
  int status = 0;
  std::string head;  // Raw, for `find_field`.
  std::string body;
};

// One request over a connection of its own, for what is off the request path: credentials, probes,
// commands. The body is bounded to 4 MiB. Failure: ConnectFailed or TimedOut, with a sentence.
Awaitable<Result<HttpReply>> fetch(Network& network,
                                   Deadlines& deadlines,
                                   HttpRequest request,
                                   TimePoint deadline);

// The same for a request that is already written, head and body.
Awaitable<Result<HttpReply>> exchange_bytes(Network& network,
                                            Deadlines& deadlines,
                                            Address to,
                                            TlsContext& tls,
                                            std::string bytes,
                                            TimePoint deadline);

}  // namespace meridian
