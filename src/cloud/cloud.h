#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "cloud/admin.h"
#include "cloud/pace.h"

namespace meridian {

struct SimulatedCloudOptions {
  std::string host = "127.0.0.1";  // Of the main port. Regions' own ports are on loopback always.
  std::uint16_t port = 0;          // 0: a free one.
  std::uint64_t seed = 1;          // Of the dice that faults throw.
  CloudPaceRules pace;
};

// A cloud of model providers that speaks their real protocols and can lose any region on demand:
// for trying Meridian without an account, for tests, and as the target of benchmarks. `meridian
// cloud` runs one; `--simulated-cloud` runs one inside the gateway. (Not named Cloud: that is
// regions/place.h's word for whose region a place is.)
//
// Owns a thread. Everything public may be called from any thread; destruction stops and joins.
class SimulatedCloud {
 public:
  // Failure: a sentence ("port 4010 is in use by another program; ...").
  static std::expected<std::unique_ptr<SimulatedCloud>, std::string> start(
      const SimulatedCloudOptions& options);

  ~SimulatedCloud();
  SimulatedCloud(const SimulatedCloud&) = delete;
  SimulatedCloud& operator=(const SimulatedCloud&) = delete;

  // Every provider and region is reached here, by the Host header. A dark region resets the
  // connection when it has read the request's head and body: before that nobody knows whom it is
  // for.
  std::uint16_t port() const;

  // The port, on 127.0.0.1, of the region that this provider's host stands for; opened when first
  // asked for, the same from then on. While the region is dark it refuses connections. 0: no port
  // is left.
  std::uint16_t port_for(std::string_view host);

  CloudAdmin& admin();
  Conditions& conditions();
  TrafficLog& log();

  // Resets nothing, answers nothing more, and joins the thread. May be called more than once.
  void stop();

 private:
  struct Inside;

  explicit SimulatedCloud(std::unique_ptr<Inside> inside);

  std::unique_ptr<Inside> inside_;
};

}  // namespace meridian
