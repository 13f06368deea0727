#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>

#include "cloud/admin.h"
#include "cloud/conditions.h"
#include "cloud/pace.h"
#include "cloud/traffic_log.h"
#include "transport/buffers.h"
#include "transport/deadlines.h"

namespace meridian {

// Where the simulated cloud's connections are served: it hears requests, has them judged by
// `respond`, and plays what was decided, beat by beat. Owned by the cloud; one loop's thread.
class Stage {
 public:
  Stage(const Executor& executor,
        Conditions& conditions,
        TrafficLog& log,
        CloudAdmin& admin,
        CloudPaceRules pace);
  ~Stage();

  // Serves a connection that came in by `gate`'s own port; empty: by the main one.
  void admit(int descriptor, std::string gate);

  // Breaks what is open to a region, as a router that loses its power does.
  void reset_region(std::string_view region);

  // For the end of the program: everything wakes and finishes.
  void end();

 private:
  class Visit;

  static Awaitable<void> serve(Stage* stage,
                               std::unique_ptr<Visit> visit,
                               std::unique_ptr<Peer> peer);

  Executor executor_;
  Conditions& conditions_;
  TrafficLog& log_;
  CloudAdmin& admin_;
  const CloudPaceRules pace_;
  Deadlines deadlines_;
  Buffers buffers_;
  std::unordered_set<Visit*> visits_;
  bool ended_ = false;
};

}  // namespace meridian
