#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

namespace meridian {

using IpAddress = boost::asio::ip::address;

// Names to addresses, off every request's path. One thread of its own asks c-ares, asks again
// before an answer grows old, and keeps the last good answer when DNS is gone: a name once known
// stays known. Any thread may call.
class Resolver {
 public:
  Resolver();
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  struct Answer {
    std::vector<IpAddress> addresses;  // In the order to try. Empty: none yet.
    std::string trouble;               // Why the last question failed; empty when it did not.
    bool asked = false;  // An answer, good or bad, has come since the name was watched.
  };

  // What is known of `host` now; from the first call on it is kept fresh. A literal address answers
  // itself.
  Answer lookup(const std::string& host);

 private:
  struct State;

  std::unique_ptr<State> state_;
};

}  // namespace meridian
