#pragma once

#include <cstddef>

#include "gateway/attempt.h"
#include "health/board.h"
#include "telemetry/facts.h"

namespace meridian {

// What one attempt tells health, metrics and the exchange's record. Holds the deployment's lease
// while it lives.
class AttemptReport {
 public:
  AttemptReport(Journey& journey, const Step& step);

  TimePoint began() const { return began_; }

  // The letter is written; from here on the time is the provider's.
  void sent(std::size_t bytes);

  void received(std::size_t bytes) { seen_.bytes_received += bytes; }

  // The first content, or a whole answer, is at hand.
  void content();

  // Called once, last.
  void end(const AttemptEnd& end);

 private:
  Fact base(Fact::Kind kind) const;

  Journey& journey_;
  const Step& step_;
  DeploymentId id_;
  TimePoint began_;
  TimePoint sent_at_ = began_;
  Board::Lease lease_;
  bool told_ = false;  // `content` has been called.
  AttemptSeen seen_;
};

}  // namespace meridian
