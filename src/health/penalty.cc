#include "health/penalty.h"

#include <algorithm>
#include <cmath>

namespace meridian {

namespace {

constexpr double kFaultMs = 5'000;  // Linkerd's, but added to the score, not multiplied by a queue.
constexpr double kFaultsMaxMs = 60'000;
constexpr double kRetryAfterMaxMs = 300'000;
constexpr double kTauS = 10;
// One success does not prove that faults are over, but several in a row should clear them quickly.
constexpr double kLeftAfterSuccess = 0.5;

double decay(TimePoint from, TimePoint to) {
  return std::exp(-std::max(0.0, std::chrono::duration<double>(to - from).count()) / kTauS);
}

}  // namespace

void Penalty::age(TimePoint now) {
  const double left = decay(at_, now);
  faults_ms_ *= left;
  stall_ms_ *= left;
  at_ = now;
}

void Penalty::fault(std::optional<Duration> retry_after, TimePoint now) {
  age(now);
  faults_ms_ = std::min(faults_ms_ + kFaultMs, kFaultsMaxMs);
  if (retry_after) {
    faults_ms_ = std::max(faults_ms_, std::min(to_ms(*retry_after), kRetryAfterMaxMs));
  }
}

void Penalty::late_by(Duration lateness, TimePoint now) {
  age(now);
  stall_ms_ = std::max(stall_ms_, to_ms(lateness));
}

void Penalty::success(TimePoint now) {
  age(now);
  faults_ms_ *= kLeftAfterSuccess;
  stall_ms_ *= kLeftAfterSuccess;
}

double Penalty::ms(TimePoint now) const {
  return (faults_ms_ + stall_ms_) * decay(at_, now);
}

}  // namespace meridian
