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

  // A letter is written; from the first on the time is the provider's.
  void sent(std::size_t bytes);

  void received(std::size_t bytes) { seen_.bytes_received += bytes; }

  // The first content, or a whole answer, is at hand.
  void content();

  // Called once, last.
  void end(const AttemptEnd& end);

 private:
  // Of a count, health hears only of what would befall a chat just as well: that nobody answered.
  // Its limits and permissions are others, and it is faster than any answer.
  bool tells_health(FailureKind kind) const;
  void give_back_trial();
  Fact base(Fact::Kind kind) const;

  Journey& journey_;
  const Step& step_;
  DeploymentId id_;
  bool counts_;
  TimePoint began_;
  TimePoint sent_at_ = began_;
  Board::Lease lease_;
  bool told_ = false;  // `content` has been called.
  AttemptSeen seen_;
};

}  // namespace meridian
